/** Justified rows: pictures side by side in rows of one height that fill the width. Pure. */

export interface Rows {
  readonly height: number;
  /** The first picture of each row, and one more: the count. */
  readonly starts: Int32Array;
  readonly tops: Float32Array;
  readonly heights: Float32Array;
  /** Of each picture, whole pixels, so that no seams show between them. */
  readonly lefts: Uint16Array;
  readonly widths: Uint16Array;
}

export interface Frame {
  readonly width: number;
  readonly rowHeight: number;
  readonly gap: number;
}

const NARROWEST = 0.45;
const WIDEST = 3.2; // a panorama is cut in the grid rather than shrunk to a line
const ASSUMED_RATIO = 1.35; // mean of landscape and portrait in people's libraries, about two to one
const TALLEST_STRETCH = 1.6; // a last row that has to be filled may grow this much

export function shownRatio(ratio: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, ratio || ASSUMED_RATIO));
}

/**
 * closed: the pictures after these stand in the next segment, so that the last row must be full too;
 * otherwise the last row keeps the usual height and ends where it ends.
 */
export function justify(ratios: ArrayLike<number>, frame: Frame, closed: boolean): Rows {
  const starts = closed ? closedStarts(ratios, frame) : rowStarts(ratios, frame);
  const rows = starts.length - 1;
  const tops = new Float32Array(rows);
  const heights = new Float32Array(rows);
  const lefts = new Uint16Array(ratios.length);
  const widths = new Uint16Array(ratios.length);
  let top = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = starts[row] ?? 0;
    const end = starts[row + 1] ?? 0;
    let sum = 0;
    for (let at = start; at < end; at += 1) sum += shownRatio(ratios[at] ?? 0);
    const room = frame.width - (end - start - 1) * frame.gap;
    const fills = closed || row < rows - 1 || sum * frame.rowHeight >= room;
    const height = Math.max(16, Math.min(fills ? room / sum : frame.rowHeight, frame.rowHeight * TALLEST_STRETCH));
    const whole = Math.round(height);
    let x = 0;
    for (let at = start; at < end; at += 1) {
      const left = Math.round(x);
      x += shownRatio(ratios[at] ?? 0) * height;
      const last = fills && at === end - 1 && height < frame.rowHeight * TALLEST_STRETCH;
      const right = last ? frame.width : Math.min(frame.width, Math.round(x));
      lefts[at] = left;
      widths[at] = Math.max(1, right - left);
      x += frame.gap;
    }
    tops[row] = top;
    heights[row] = whole;
    top += whole + frame.gap;
  }
  return { height: Math.max(0, top), starts: Int32Array.from(starts), tops, heights, lefts, widths };
}

/** Takes pictures into a row until one more would make it lower than wanted by more than it is now higher. */
function rowStarts(ratios: ArrayLike<number>, { width, rowHeight, gap }: Frame): number[] {
  const starts = [0];
  let sum = 0;
  let start = 0;
  for (let at = 0; at < ratios.length; at += 1) {
    const ratio = shownRatio(ratios[at] ?? 0);
    const heightWithout = sum > 0 ? (width - (at - start - 1) * gap) / sum : Infinity;
    const heightWith = (width - (at - start) * gap) / (sum + ratio);
    if (sum > 0 && heightWith < rowHeight && heightWithout - rowHeight < rowHeight - heightWith) {
      starts.push(at);
      start = at;
      sum = 0;
    }
    sum += ratio;
    if ((width - (at - start) * gap) / sum <= rowHeight && at + 1 < ratios.length) {
      starts.push(at + 1);
      start = at + 1;
      sum = 0;
    }
  }
  if (ratios.length > 0) starts.push(ratios.length);
  return starts;
}

/** As above; a last row that is less than two thirds full joins the one before it. */
function closedStarts(ratios: ArrayLike<number>, frame: Frame): number[] {
  const starts = rowStarts(ratios, frame);
  const last = starts.at(-2);
  if (starts.length < 3 || last === undefined) return starts;
  let sum = 0;
  for (let at = last; at < ratios.length; at += 1) sum += shownRatio(ratios[at] ?? 0);
  if (sum * frame.rowHeight < frame.width / 1.5) starts.splice(-2, 1);
  return starts;
}

/** The height that pictures of unknown shape will take, nearly. */
export function estimatedHeight(count: number, { width, rowHeight, gap }: Frame, meanRatio = ASSUMED_RATIO): number {
  const perRow = Math.max(1, (width + gap) / (meanRatio * rowHeight + gap));
  return Math.ceil(count / perRow) * (rowHeight + gap);
}

/** The last row whose top is at or above y; 0 above the first. */
export function rowAt(rows: Rows, y: number): number {
  let low = 0;
  let high = rows.tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows.tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The row that holds a picture. */
export function rowOf(rows: Rows, picture: number): number {
  let low = 0;
  let high = rows.starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows.starts[middle] ?? 0) <= picture) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The picture of a row whose middle is nearest to x. */
export function pictureAt(rows: Rows, row: number, x: number): number {
  const start = rows.starts[row] ?? 0;
  const end = rows.starts[row + 1] ?? start;
  let best = start;
  let distance = Infinity;
  for (let at = start; at < end; at += 1) {
    const middle = (rows.lefts[at] ?? 0) + (rows.widths[at] ?? 0) / 2;
    if (Math.abs(middle - x) < distance) {
      best = at;
      distance = Math.abs(middle - x);
    }
  }
  return best;
}
