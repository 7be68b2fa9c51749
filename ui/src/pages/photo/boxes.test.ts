import { describe, expect, it } from 'vitest';
import { cardPlace, drawn, grown, inReadingOrder, labelAbove, moved, placed, reshaped, startingBox, type Box } from './boxes.ts';

const frame = { left: 50, top: 0, width: 900, height: 600 };

function inside(box: Box): void {
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.x + box.w).toBeLessThanOrEqual(1 + 1e-12);
  expect(box.y + box.h).toBeLessThanOrEqual(1 + 1e-12);
  expect(box.w).toBeGreaterThan(0);
  expect(box.h).toBeGreaterThan(0);
}

describe('face boxes', () => {
  it('lie on the picture wherever it lies', () => {
    expect(placed({ x: 0.1, y: 0.5, w: 0.2, h: 0.1 }, frame)).toEqual({ left: 140, top: 300, width: 180, height: 60 });
  });

  it('drawn in any direction are the same box', () => {
    const a = { x: 140, y: 60 };
    const b = { x: 320, y: 240 };
    const box = drawn(a, b, frame);
    expect(box).toEqual(drawn(b, a, frame));
    expect(box?.x).toBeCloseTo(0.1);
    expect(box?.h).toBeCloseTo(0.3);
  });

  it('drawn over the edge end at the edge', () => {
    const box = drawn({ x: -500, y: -500 }, { x: 140, y: 9999 }, frame);
    expect(box).not.toBeNull();
    if (box) inside(box);
    expect(box?.x).toBe(0);
    expect(box?.h).toBe(1);
  });

  it('of a slip of the hand, or outside the picture, are none', () => {
    expect(drawn({ x: 200, y: 200 }, { x: 205, y: 230 }, frame)).toBeNull();
    expect(drawn({ x: 0, y: 0 }, { x: 40, y: 100 }, frame)).toBeNull();
  });

  it('stay inside when moved, grown and reshaped', () => {
    const start = startingBox(frame, { width: 1000, height: 600 });
    inside(start);
    expect(placed(start, frame).width).toBeCloseTo(placed(start, frame).height);
    for (const box of [moved(start, 5, -5), grown(start, 9, 9), grown(start, -9, -9), moved(start, -5, 5)]) inside(box);
    for (const handle of ['nw', 'ne', 'sw', 'se'] as const) {
      inside(reshaped(start, handle, { x: 9999, y: -9999 }, frame));
      inside(reshaped(start, handle, { x: -9999, y: 9999 }, frame));
    }
  });

  it('grow around their middle', () => {
    const box = grown({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 }, 0.1, 0.1);
    expect(box.x).toBeCloseTo(0.35);
    expect(box.w).toBeCloseTo(0.3);
  });

  it('are read row by row', () => {
    const at = (x: number, y: number): { box: Box } => ({ box: { x, y, w: 0.1, h: 0.1 } });
    const faces = [at(0.7, 0.52), at(0.1, 0.1), at(0.5, 0.12), at(0.2, 0.5)];
    expect(inReadingOrder(faces).map((face) => face.box.x)).toEqual([0.1, 0.5, 0.2, 0.7]);
  });

  it('have their names above at the lower edge of the stage', () => {
    expect(labelAbove({ left: 0, top: 500, width: 80, height: 90 }, 600, 28)).toBe(true);
    expect(labelAbove({ left: 0, top: 100, width: 80, height: 90 }, 600, 28)).toBe(false);
  });

  it('have their card beside them, and all of it on the stage', () => {
    const stage = { width: 1000, height: 600 };
    const card = { width: 300, height: 260 };
    const margins = { gap: 12, top: 64 };
    const face = (left: number, top: number, size = 100): Parameters<typeof cardPlace>[0] => ({ left, top, width: size, height: size });
    expect(cardPlace(face(100, 200), stage, card, margins)).toEqual({ x: 212, y: 120 });
    expect(cardPlace(face(850, 200), stage, card, margins).x).toBe(538);
    for (const box of [face(0, 0), face(950, 580), face(-500, -500), face(2000, 2000), face(0, 0, 1000)]) {
      const { x, y } = cardPlace(box, stage, card, margins);
      expect(x).toBeGreaterThanOrEqual(12);
      expect(y).toBeGreaterThanOrEqual(64);
      expect(x + card.width).toBeLessThanOrEqual(1000);
      expect(y + card.height).toBeLessThanOrEqual(600);
    }
  });
});
