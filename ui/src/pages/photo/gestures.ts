/** Fingers and mouse on the stage, turned into views and wishes. Holds no picture of its own. */

import { clamped, FITTED, panned, pinched, swipeOf, type Area, type Fingers, type Point, type Swipe, type View } from './zoom.ts';

const TAP_MS = 300;
const DOUBLE_TAP_MS = 320;
const TAP_PX = 12;

export interface Scene {
  readonly picture: Area;
  readonly stage: Area;
}

export interface Wishes {
  view(next: View): void;
  /** The picture follows the finger before it is let go; {0, 0} when it springs back. */
  drag(by: Point): void;
  swipe(meant: Swipe): void;
  tap(at: Point): void;
  doubleTap(at: Point): void;
}

interface Finger {
  readonly start: Point;
  readonly startedAt: number;
  at: Point;
}

type Touch = Pick<PointerEvent, 'pointerId' | 'pointerType' | 'timeStamp' | 'clientX' | 'clientY'>;

export class Gestures {
  readonly #fingers = new Map<number, Finger>();
  readonly #wishes: Wishes;
  #lastTap: { at: Point; time: number } | undefined;
  #swiping = false;
  #pinched = false;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  get dragging(): boolean {
    return this.#fingers.size > 0;
  }

  down(event: Touch, origin: Point): void {
    const at = { x: event.clientX - origin.x, y: event.clientY - origin.y };
    this.#fingers.set(event.pointerId, { start: at, startedAt: event.timeStamp, at });
    if (this.#fingers.size > 1) {
      this.#pinched = true;
      if (this.#swiping) this.#wishes.drag({ x: 0, y: 0 });
      this.#swiping = false;
    } else {
      this.#pinched = false;
    }
  }

  move(event: Touch, origin: Point, view: View, scene: Scene): void {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) return;
    const before = this.#pair();
    const from = finger.at;
    finger.at = { x: event.clientX - origin.x, y: event.clientY - origin.y };
    const after = this.#pair();
    if (before && after) {
      this.#wishes.view(pinched(view, before, after, scene.picture, scene.stage));
    } else if (view.zoom > 1.001) {
      this.#wishes.view(panned(view, { x: finger.at.x - from.x, y: finger.at.y - from.y }, scene.picture, scene.stage));
    } else if (event.pointerType !== 'mouse' && !this.#pinched) {
      this.#swiping = true;
      this.#wishes.drag({ x: finger.at.x - finger.start.x, y: finger.at.y - finger.start.y });
    }
  }

  up(event: Touch, view: View, scene: Scene): void {
    const finger = this.#fingers.get(event.pointerId);
    this.#fingers.delete(event.pointerId);
    if (!finger || this.#fingers.size) return;
    const by = { x: finger.at.x - finger.start.x, y: finger.at.y - finger.start.y };
    const milliseconds = event.timeStamp - finger.startedAt;
    const swiping = this.#swiping;
    this.#swiping = false;
    if (swiping) {
      this.#wishes.drag({ x: 0, y: 0 });
      const meant = swipeOf(by, milliseconds, scene.stage);
      if (meant !== 'stay') {
        this.#wishes.swipe(meant);
        return;
      }
    }
    if (view.zoom < 1.05 && view.zoom !== 1) this.#wishes.view(FITTED);
    else if (this.#pinched) this.#wishes.view(clamped(view, scene.picture, scene.stage));
    if (!this.#pinched && milliseconds < TAP_MS && Math.hypot(by.x, by.y) < TAP_PX) this.#tapped(finger.at, event.timeStamp);
  }

  cancel(event: Touch): void {
    this.#fingers.delete(event.pointerId);
    if (this.#swiping) this.#wishes.drag({ x: 0, y: 0 });
    this.#swiping = false;
  }

  #tapped(at: Point, time: number): void {
    const last = this.#lastTap;
    if (last && time - last.time < DOUBLE_TAP_MS && Math.hypot(at.x - last.at.x, at.y - last.at.y) < TAP_PX * 3) {
      this.#lastTap = undefined;
      this.#wishes.doubleTap(at);
    } else {
      this.#lastTap = { at, time };
      this.#wishes.tap(at);
    }
  }

  #pair(): Fingers | null {
    const [a, b] = [...this.#fingers.values()];
    return a && b ? [a.at, b.at] : null;
  }
}
