/** The mathematics of looking at a picture: fitting, zooming, panning, pinching, swiping. Distances in CSS pixels. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** zoom: 1 fits the stage. x, y: from the middle of the stage to the middle of the picture. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export interface Frame extends Area {
  readonly left: number;
  readonly top: number;
}

export const FITTED: View = { zoom: 1, x: 0, y: 0 };

/** Small pictures grow to at most this many CSS pixels a pixel: a 250 px crop across a big screen is only blur. */
const LARGEST_FIT = 2.5;
/** At full zoom a pixel of the original is this many CSS pixels: enough to judge sharpness. */
const CLOSEST = 3;
const LEAST_MOST_ZOOM = 3;

/** The size of the picture on the stage at zoom 1. */
export function fitted(picture: Area, stage: Area): Area {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height, LARGEST_FIT);
  return { width: picture.width * scale, height: picture.height * scale };
}

export function largestZoom(picture: Area, stage: Area): number {
  const fit = fitted(picture, stage);
  return Math.max(LEAST_MOST_ZOOM, (picture.width / fit.width) * CLOSEST);
}

/** The zoom at which a pixel of the picture is a pixel of the screen; at least twice the fit, so that it does something. */
export function actualPixels(picture: Area, stage: Area, density: number): number {
  const fit = fitted(picture, stage);
  return Math.min(largestZoom(picture, stage), Math.max(2, picture.width / fit.width / density));
}

/** Where the picture lies on the stage. */
export function frameOf(view: View, picture: Area, stage: Area): Frame {
  const fit = fitted(picture, stage);
  const width = fit.width * view.zoom;
  const height = fit.height * view.zoom;
  return { left: (stage.width - width) / 2 + view.x, top: (stage.height - height) / 2 + view.y, width, height };
}

function held(offset: number, shown: number, room: number): number {
  const slack = Math.max(0, (shown - room) / 2);
  return Math.min(slack, Math.max(-slack, offset)) + 0; // + 0 turns -0 into 0
}

/** The nearest view that leaves no gap where the picture could fill the stage, and no zoom beyond the limits. */
export function clamped(view: View, picture: Area, stage: Area): View {
  const zoom = Math.min(largestZoom(picture, stage), Math.max(1, view.zoom));
  const fit = fitted(picture, stage);
  return { zoom, x: held(view.x, fit.width * zoom, stage.width), y: held(view.y, fit.height * zoom, stage.height) };
}

/** Zooms by a factor so that what is under `at` (from the stage's top left) stays there. */
export function zoomedAt(view: View, factor: number, at: Point, picture: Area, stage: Area): View {
  const zoom = Math.min(largestZoom(picture, stage), Math.max(1, view.zoom * factor));
  const grown = zoom / view.zoom;
  const fromMiddle = { x: at.x - stage.width / 2, y: at.y - stage.height / 2 };
  const x = fromMiddle.x - (fromMiddle.x - view.x) * grown;
  const y = fromMiddle.y - (fromMiddle.y - view.y) * grown;
  return clamped({ zoom, x, y }, picture, stage);
}

export function panned(view: View, by: Point, picture: Area, stage: Area): View {
  return clamped({ ...view, x: view.x + by.x, y: view.y + by.y }, picture, stage);
}

/** A wheel's turn as a factor. deltaMode 1 counts lines, 2 pages. A pinch on a trackpad comes with small deltas. */
export function wheelFactor(deltaY: number, deltaMode: number, pinching: boolean): number {
  const pixels = deltaY * (deltaMode === 1 ? 16 : deltaMode === 2 ? 400 : 1);
  const turned = Math.max(-240, Math.min(240, pixels));
  return Math.exp(-turned * (pinching ? 0.01 : 0.002));
}

export type Fingers = readonly [Point, Point];

/** Two fingers moved: the picture follows both, apart from turning. */
export function pinched(view: View, before: Fingers, after: Fingers, picture: Area, stage: Area): View {
  const spread = (fingers: Fingers): number =>
    Math.max(1, Math.hypot(fingers[0].x - fingers[1].x, fingers[0].y - fingers[1].y));
  const middle = (fingers: Fingers): Point => ({
    x: (fingers[0].x + fingers[1].x) / 2,
    y: (fingers[0].y + fingers[1].y) / 2,
  });
  const from = middle(before);
  const to = middle(after);
  const zoomed = zoomedAt(view, spread(after) / spread(before), from, picture, stage);
  return panned(zoomed, { x: to.x - from.x, y: to.y - from.y }, picture, stage);
}

export type Swipe = 'next' | 'previous' | 'close' | 'stay';

/** What a finished drag at zoom 1 meant. A flick counts as a long drag; downwards closes. */
export function swipeOf(by: Point, milliseconds: number, stage: Area): Swipe {
  const across = Math.abs(by.x) > Math.abs(by.y) * 1.2;
  const speed = (across ? Math.abs(by.x) : by.y) / Math.max(1, milliseconds); // px a ms
  if (across && (Math.abs(by.x) > stage.width * 0.25 || (speed > 0.5 && Math.abs(by.x) > 24))) {
    return by.x < 0 ? 'next' : 'previous';
  }
  if (!across && by.y > 0 && (by.y > stage.height * 0.22 || (speed > 0.7 && by.y > 48))) return 'close';
  return 'stay';
}

/** Few sizes, so that caches hit: the preview that the server has ready, then what a zoom needs. */
export const SIDES = [1440, 2400, 3600, 5400, 8192] as const;

/** The long side to ask the server for, so that the picture is sharp at this zoom. */
export function sideFor(view: View, picture: Area, stage: Area, density: number): number {
  const fit = fitted(picture, stage);
  // A tenth less than exact is not seen, and spares the next size up.
  const wanted = Math.max(fit.width, fit.height) * view.zoom * Math.min(density, 3) * 0.9;
  return SIDES.find((side) => side >= wanted) ?? SIDES[SIDES.length - 1] ?? 8192;
}
