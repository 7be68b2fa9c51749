/** Face boxes: fractions of the upright picture, as the server has them, to and from places on the screen. */

import type { Frame, Point } from './zoom.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A face drawn smaller than this on the screen is a slip of the hand, not a face. */
export const SMALLEST_PX = 8;
/** Smaller than this share of the picture no embedder sees anything. */
const SMALLEST = 0.005;

export function placed(box: Box, frame: Frame): Frame {
  return {
    left: frame.left + box.x * frame.width,
    top: frame.top + box.y * frame.height,
    width: box.w * frame.width,
    height: box.h * frame.height,
  };
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function fraction(point: Point, frame: Frame): Point {
  return { x: within((point.x - frame.left) / frame.width), y: within((point.y - frame.top) / frame.height) };
}

/** The box between two points of the stage, cut at the picture's edges; null when too small to be meant. */
export function drawn(from: Point, to: Point, frame: Frame): Box | null {
  const a = fraction(from, frame);
  const b = fraction(to, frame);
  const box = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
  return box.w * frame.width < SMALLEST_PX || box.h * frame.height < SMALLEST_PX ? null : box;
}

/** A square of a seventh of the shorter side in the middle of what is seen: where drawing by keyboard begins. */
export function startingBox(frame: Frame, stage: { readonly width: number; readonly height: number }): Box {
  const middle = fraction({ x: stage.width / 2, y: stage.height / 2 }, frame);
  const side = Math.min(frame.width, frame.height, stage.width, stage.height) / 7;
  const w = Math.min(1, side / frame.width);
  const h = Math.min(1, side / frame.height);
  return moved({ x: 0, y: 0, w, h }, middle.x - w / 2, middle.y - h / 2);
}

export function moved(box: Box, dx: number, dy: number): Box {
  const x = Math.min(1 - box.w, Math.max(0, box.x + dx));
  const y = Math.min(1 - box.h, Math.max(0, box.y + dy));
  return { ...box, x, y };
}

/** Grows from its middle, so that a face stays framed; negative shrinks. */
export function grown(box: Box, dw: number, dh: number): Box {
  const w = Math.min(1, Math.max(SMALLEST, box.w + dw));
  const h = Math.min(1, Math.max(SMALLEST, box.h + dh));
  return moved({ x: 0, y: 0, w, h }, box.x + (box.w - w) / 2, box.y + (box.h - h) / 2);
}

export type Handle = 'nw' | 'ne' | 'sw' | 'se';

/** A corner dragged to a point of the stage; the opposite corner stays. */
export function reshaped(box: Box, handle: Handle, to: Point, frame: Frame): Box {
  const at = fraction(to, frame);
  const right = box.x + box.w;
  const bottom = box.y + box.h;
  const x0 = handle.endsWith('w') ? Math.min(at.x, right - SMALLEST) : box.x;
  const x1 = handle.endsWith('e') ? Math.max(at.x, box.x + SMALLEST) : right;
  const y0 = handle.startsWith('n') ? Math.min(at.y, bottom - SMALLEST) : box.y;
  const y1 = handle.startsWith('s') ? Math.max(at.y, box.y + SMALLEST) : bottom;
  return { x: x0, y: y0, w: x1 - x0, h: y1 - y0 };
}

/** Reading order: rows of faces from the top, each from the left, so that Tab goes through a group photo as eyes do. */
export function inReadingOrder<T extends { readonly box: Box }>(faces: readonly T[]): T[] {
  const rows: { middle: number; height: number; faces: T[] }[] = [];
  for (const face of [...faces].sort((a, b) => a.box.y + a.box.h / 2 - (b.box.y + b.box.h / 2))) {
    const middle = face.box.y + face.box.h / 2;
    const row = rows.at(-1);
    if (row && middle - row.middle < Math.max(row.height, face.box.h) * 0.6) row.faces.push(face);
    else rows.push({ middle, height: face.box.h, faces: [face] });
  }
  return rows.flatMap((row) => row.faces.sort((a, b) => a.box.x - b.box.x));
}

/** Whether a name has room below its box: else it goes above. */
export function labelAbove(box: Frame, stageHeight: number, labelHeight: number): boolean {
  return box.top + box.height + labelHeight > stageHeight && box.top >= labelHeight;
}

/** Where a card beside a face goes: to its right, else left, else below or above it; always wholly on the stage. */
export function cardPlace(
  box: Frame,
  stage: { readonly width: number; readonly height: number },
  card: { readonly width: number; readonly height: number },
  margins: { readonly gap: number; readonly top: number },
): Point {
  const { gap, top } = margins;
  const inX = (x: number): number => Math.max(gap, Math.min(x, stage.width - card.width - gap));
  const inY = (y: number): number => Math.max(top, Math.min(y, stage.height - card.height - gap));
  const beside = inY(box.top + box.height / 2 - card.height / 2);
  const right = box.left + box.width + gap;
  if (right + card.width + gap <= stage.width) return { x: inX(right), y: beside };
  const left = box.left - gap - card.width;
  if (left >= gap) return { x: inX(left), y: beside };
  const below = box.top + box.height + gap;
  const y = below + card.height + gap <= stage.height ? below : box.top - gap - card.height;
  return { x: inX(box.left + box.width / 2 - card.width / 2), y: inY(y) };
}
