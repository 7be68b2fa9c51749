/** How large crops are shown. CSS pixels. */

export const GAP = 8;
const LARGEST = 232;
const SMALLEST = 112;
const SMALLEST_ON_PHONE = 78;

/** The largest side with which `count` tiles fit the stage without scrolling; below the smallest, the stage scrolls. */
export function tileSize(count: number, width: number, height: number): number {
  const phone = width < 560;
  const smallest = phone ? SMALLEST_ON_PHONE : SMALLEST;
  for (let columns = 1; columns <= count; columns++) {
    const side = Math.min(LARGEST, Math.floor((width - GAP * (columns - 1)) / columns));
    if (side < smallest) break;
    if (Math.ceil(count / columns) * (side + GAP) - GAP <= height) return side;
  }
  return phone ? 82 : 112;
}

/** The side to ask the server for. It depends on the count alone, so that what was fetched ahead is what is shown. */
export function cropSide(count: number): number {
  return count <= 4 ? 256 : count <= 24 ? 192 : 128;
}

/** Crops fetched ahead: what a screen shows of a stack. */
export const AHEAD_CROPS = 40;
