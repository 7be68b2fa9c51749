/** Zoom levels: heights of rows in CSS pixels. */
export const ROW_HEIGHTS = [56, 84, 124, 180, 250, 360, 520] as const;

export function clampLevel(level: number): number {
  return Math.min(ROW_HEIGHTS.length - 1, Math.max(0, Math.round(level)));
}

export function rowHeightOf(level: number, width: number): number {
  const height = ROW_HEIGHTS[clampLevel(level)] ?? 180;
  return Math.min(height, Math.max(56, Math.round(width * 0.9))); // one picture must fit a phone's width
}

/** Three or four pictures side by side on a phone, six or seven on a desk. */
export function usualLevel(width: number): number {
  return width < 1200 ? 2 : 3;
}

/** Adds up what wheels and fingers say until it makes a step. */
export class ZoomGesture {
  private sum = 0;

  /** delta: of a wheel with Ctrl held, in pixels. Returns -1, 0 or 1. */
  wheel(delta: number): number {
    this.sum += delta;
    const step = Math.abs(this.sum) < 60 ? 0 : -Math.sign(this.sum);
    if (step !== 0) this.sum = 0;
    return step;
  }

  private distance = 0;

  pinchStart(distance: number): void {
    this.distance = distance;
  }

  pinch(distance: number): number {
    if (this.distance <= 0) return 0;
    const ratio = distance / this.distance;
    const step = ratio > 1.3 ? 1 : ratio < 1 / 1.3 ? -1 : 0;
    if (step !== 0) this.distance = distance;
    return step;
  }
}
