import { describe, expect, it } from 'vitest';
import {
  actualPixels,
  clamped,
  FITTED,
  fitted,
  frameOf,
  largestZoom,
  panned,
  pinched,
  sideFor,
  swipeOf,
  wheelFactor,
  zoomedAt,
} from './zoom.ts';

const stage = { width: 1000, height: 600 };
const wide = { width: 6000, height: 4000 };
const tall = { width: 3000, height: 6000 };
const tiny = { width: 100, height: 100 };

describe('fitting', () => {
  it('fills the stage in one direction and keeps the proportions', () => {
    expect(fitted(wide, stage)).toEqual({ width: 900, height: 600 });
    expect(fitted(tall, stage)).toEqual({ width: 300, height: 600 });
  });

  it('does not blow a tiny picture up to the whole screen', () => {
    expect(fitted(tiny, stage)).toEqual({ width: 250, height: 250 });
  });

  it('puts the picture in the middle', () => {
    expect(frameOf(FITTED, wide, stage)).toEqual({ left: 50, top: 0, width: 900, height: 600 });
  });
});

describe('zooming', () => {
  it('keeps what is under the pointer where it is', () => {
    const at = { x: 700, y: 150 };
    const before = frameOf(FITTED, wide, stage);
    const after = frameOf(zoomedAt(FITTED, 3, at, wide, stage), wide, stage);
    expect((at.x - after.left) / after.width).toBeCloseTo((at.x - before.left) / before.width, 6);
    expect((at.y - after.top) / after.height).toBeCloseTo((at.y - before.top) / before.height, 6);
  });

  it('never shows a gap beside a picture that is larger than the stage', () => {
    for (const at of [{ x: 0, y: 0 }, { x: 1000, y: 600 }, { x: 500, y: 0 }]) {
      const frame = frameOf(panned(zoomedAt(FITTED, 4, at, wide, stage), { x: 9999, y: -9999 }, wide, stage), wide, stage);
      expect(frame.left).toBeLessThanOrEqual(0);
      expect(frame.left + frame.width).toBeGreaterThanOrEqual(stage.width - 1e-9);
      expect(frame.top).toBeLessThanOrEqual(0);
      expect(frame.top + frame.height).toBeGreaterThanOrEqual(stage.height - 1e-9);
    }
  });

  it('comes back to the middle when zoomed out again', () => {
    const near = zoomedAt(FITTED, 5, { x: 900, y: 500 }, wide, stage);
    expect(zoomedAt(near, 0.01, { x: 10, y: 10 }, wide, stage)).toEqual(FITTED);
  });

  it('ends where a pixel is three CSS pixels', () => {
    const most = largestZoom(wide, stage);
    expect(frameOf(clamped({ zoom: 1e6, x: 0, y: 0 }, wide, stage), wide, stage).width).toBeCloseTo(wide.width * 3);
    expect(most).toBeCloseTo(20);
    expect(largestZoom(tiny, stage)).toBe(3);
  });

  it('double click shows actual pixels, or twice the fit where that is less', () => {
    expect(frameOf({ zoom: actualPixels(wide, stage, 2), x: 0, y: 0 }, wide, stage).width).toBeCloseTo(3000);
    expect(actualPixels(tiny, stage, 1)).toBe(2);
  });

  it('turns wheel up into larger, alike for lines and pixels, and bounded', () => {
    expect(wheelFactor(-100, 0, false)).toBeGreaterThan(1);
    expect(wheelFactor(100, 0, false)).toBeLessThan(1);
    expect(wheelFactor(-3, 1, false)).toBeCloseTo(wheelFactor(-48, 0, false));
    expect(wheelFactor(-1e9, 0, false)).toBeLessThan(2);
  });
});

describe('pinching', () => {
  it('follows both fingers', () => {
    const before = [{ x: 450, y: 300 }, { x: 550, y: 300 }] as const;
    const after = [{ x: 300, y: 320 }, { x: 700, y: 320 }] as const;
    const view = pinched(FITTED, before, after, wide, stage);
    expect(view.zoom).toBeCloseTo(4);
    expect(view.y).toBeCloseTo(20);
  });

  it('survives two fingers on one spot', () => {
    const spot = [{ x: 5, y: 5 }, { x: 5, y: 5 }] as const;
    expect(pinched(FITTED, spot, spot, wide, stage).zoom).toBe(1);
  });
});

describe('swiping', () => {
  it('goes on for a long drag or a flick, and stays for a nudge', () => {
    expect(swipeOf({ x: -300, y: 10 }, 900, stage)).toBe('next');
    expect(swipeOf({ x: 80, y: 5 }, 60, stage)).toBe('previous');
    expect(swipeOf({ x: -30, y: 2 }, 900, stage)).toBe('stay');
    expect(swipeOf({ x: -5, y: 0 }, 2, stage)).toBe('stay');
  });

  it('closes downwards, never upwards', () => {
    expect(swipeOf({ x: 5, y: 200 }, 500, stage)).toBe('close');
    expect(swipeOf({ x: 5, y: -200 }, 50, stage)).toBe('stay');
  });
});

describe('sizes to ask for', () => {
  it('begins with the preview and grows with the zoom and the density', () => {
    expect(sideFor(FITTED, wide, stage, 1)).toBe(1440);
    expect(sideFor(FITTED, wide, stage, 2)).toBe(2400);
    expect(sideFor({ zoom: 3.5, x: 0, y: 0 }, wide, stage, 1)).toBe(3600);
    expect(sideFor({ zoom: 20, x: 0, y: 0 }, wide, stage, 3)).toBe(8192);
  });
});
