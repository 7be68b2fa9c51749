import { beforeEach, describe, expect, it } from 'vitest';
import { Gestures } from './gestures.ts';
import { FITTED, type View } from './zoom.ts';

const scene = { picture: { width: 3000, height: 2000 }, stage: { width: 390, height: 600 } };
const origin = { x: 0, y: 0 };
let heard: string[];
let view: View;
let gestures: Gestures;

function touch(pointerId: number, clientX: number, clientY: number, timeStamp: number, pointerType = 'touch'): Parameters<Gestures['cancel']>[0] {
  return { pointerId, clientX, clientY, timeStamp, pointerType };
}

function drag(from: [number, number], to: [number, number], milliseconds: number, start = 0, pointerType = 'touch'): void {
  gestures.down(touch(1, ...from, start, pointerType), origin);
  gestures.move(touch(1, ...to, start + milliseconds, pointerType), origin, view, scene);
  gestures.up(touch(1, ...to, start + milliseconds, pointerType), view, scene);
}

beforeEach(() => {
  heard = [];
  view = FITTED;
  gestures = new Gestures({
    view: (next) => {
      view = next;
      heard.push('view');
    },
    drag: (by) => heard.push(`drag ${String(by.x)}`),
    swipe: (meant) => heard.push(meant),
    tap: () => heard.push('tap'),
    doubleTap: () => heard.push('double'),
  });
});

describe('fingers on the stage', () => {
  it('swipe to the next photo, which the picture follows first', () => {
    drag([300, 300], [100, 305], 200);
    expect(heard).toEqual(['drag -200', 'drag 0', 'next']);
  });

  it('do not turn the page when the photo is zoomed: they pan', () => {
    view = { zoom: 3, x: 0, y: 0 };
    drag([300, 300], [250, 300], 100);
    expect(heard).toEqual(['view']);
    expect(view.x).toBe(-50);
  });

  it('tap twice to zoom', () => {
    drag([200, 200], [201, 200], 80, 0);
    drag([202, 201], [202, 201], 80, 200);
    expect(heard.filter((word) => word === 'tap' || word === 'double')).toEqual(['tap', 'double']);
  });

  it('that pinched do not tap, swipe or close when they are lifted', () => {
    gestures.down(touch(1, 150, 300, 0), origin);
    gestures.down(touch(2, 250, 300, 5), origin);
    gestures.move(touch(2, 350, 300, 60), origin, view, scene);
    gestures.up(touch(2, 350, 300, 90), view, scene);
    gestures.move(touch(1, 150, 500, 95), origin, { ...view, zoom: 1 }, scene);
    gestures.up(touch(1, 150, 500, 100), view, scene);
    expect(view.zoom).toBeCloseTo(2);
    expect(heard.filter((word) => word !== 'view')).toEqual([]);
  });

  it('that pinched for a moment do not count as a tap', () => {
    gestures.down(touch(1, 150, 300, 0), origin);
    gestures.down(touch(2, 250, 300, 5), origin);
    gestures.up(touch(2, 250, 300, 60), view, scene);
    gestures.up(touch(1, 150, 300, 70), view, scene);
    expect(heard).not.toContain('tap');
  });

  it('of a cancelled touch leave nothing behind', () => {
    gestures.down(touch(1, 300, 300, 0), origin);
    gestures.move(touch(1, 100, 300, 50), origin, view, scene);
    gestures.cancel(touch(1, 100, 300, 60));
    expect(gestures.dragging).toBe(false);
    expect(heard.at(-1)).toBe('drag 0');
  });

  it('of a mouse do not swipe', () => {
    drag([300, 300], [100, 300], 100, 0, 'mouse');
    expect(heard).toEqual([]);
  });
});
