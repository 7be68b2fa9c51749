import { describe, expect, it } from 'vitest';
import { estimatedHeight, justify, pictureAt, rowAt, rowOf, type Frame } from './layout.ts';

const FRAME: Frame = { width: 1180, rowHeight: 180, gap: 4 };

/** Ratios as in a library, the same every time. */
function ratios(count: number, seed = 1): Float32Array {
  const shapes = [1.5, 1.333, 0.75, 0.667, 1.778, 1, 0.3, 4.2, 0.5625];
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return shapes[state % shapes.length] ?? 1.5;
  });
}

function rowsOf(starts: Int32Array): [number, number][] {
  return Array.from({ length: starts.length - 1 }, (_, row) => [starts[row] ?? 0, starts[row + 1] ?? 0]);
}

describe('justify', () => {
  it('shows every picture once, in order', () => {
    for (const count of [1, 2, 7, 100, 601]) {
      const { starts } = justify(ratios(count, count), FRAME, false);
      expect(starts[0]).toBe(0);
      expect(starts.at(-1)).toBe(count);
      for (const [from, to] of rowsOf(starts)) expect(to).toBeGreaterThan(from);
    }
  });

  it('fills the width to the pixel in every row but the last', () => {
    const { starts, lefts, widths } = justify(ratios(400), FRAME, false);
    for (const [, to] of rowsOf(starts).slice(0, -1)) {
      expect((lefts[to - 1] ?? 0) + (widths[to - 1] ?? 0)).toBe(FRAME.width);
    }
  });

  it('leaves the gap between neighbours and never lets them overlap', () => {
    const { starts, lefts, widths } = justify(ratios(400, 3), FRAME, true);
    for (const [from, to] of rowsOf(starts)) {
      for (let at = from + 1; at < to; at += 1) {
        const space = (lefts[at] ?? 0) - (lefts[at - 1] ?? 0) - (widths[at - 1] ?? 0);
        expect(Math.abs(space - FRAME.gap)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('keeps rows near the wanted height', () => {
    const { heights } = justify(ratios(600, 5), FRAME, true);
    for (const height of heights) {
      expect(height).toBeGreaterThan(FRAME.rowHeight * 0.55);
      expect(height).toBeLessThanOrEqual(FRAME.rowHeight * 1.6);
    }
  });

  it('stacks rows without a hole', () => {
    const { tops, heights, height } = justify(ratios(300, 9), FRAME, false);
    for (let row = 1; row < tops.length; row += 1) {
      expect(tops[row]).toBe((tops[row - 1] ?? 0) + (heights[row - 1] ?? 0) + FRAME.gap);
    }
    expect(height).toBe((tops.at(-1) ?? 0) + (heights.at(-1) ?? 0) + FRAME.gap);
  });

  it('gives a lonely last picture its own shape, not the whole width', () => {
    const { widths, heights } = justify([1.5], FRAME, false);
    expect(heights[0]).toBe(180);
    expect(widths[0]).toBe(270);
  });

  it('ends a segment that goes on with a full row', () => {
    for (let count = 90; count < 120; count += 1) {
      const { starts, lefts, widths, heights } = justify(ratios(count, 7), FRAME, true);
      const last = (starts.at(-1) ?? 0) - 1;
      const right = (lefts[last] ?? 0) + (widths[last] ?? 0);
      expect(right).toBe(FRAME.width);
      expect(heights.at(-1)).toBeLessThan(FRAME.rowHeight * 1.6);
    }
  });

  it('takes unknown shapes and no pictures', () => {
    expect(justify([], FRAME, false).height).toBe(0);
    expect(justify([0, Number.NaN], FRAME, false).widths).toHaveLength(2);
  });
});

describe('estimatedHeight', () => {
  it('is within a tenth of the truth for a library', () => {
    const shapes = ratios(5000, 2);
    let sum = 0;
    for (const ratio of shapes) sum += Math.min(3.2, Math.max(0.45, ratio));
    const truth = justify(shapes, FRAME, false).height;
    const guess = estimatedHeight(shapes.length, FRAME, sum / shapes.length);
    expect(Math.abs(guess - truth) / truth).toBeLessThan(0.1);
  });
});

describe('finding', () => {
  const rows = justify(ratios(200, 4), FRAME, false);

  it('finds the row at a height and the row of a picture', () => {
    for (let row = 0; row < rows.tops.length; row += 1) {
      expect(rowAt(rows, rows.tops[row] ?? 0)).toBe(row);
      expect(rowAt(rows, (rows.tops[row] ?? 0) + (rows.heights[row] ?? 0))).toBe(row);
      expect(rowOf(rows, rows.starts[row] ?? 0)).toBe(row);
      expect(rowOf(rows, (rows.starts[row + 1] ?? 0) - 1)).toBe(row);
    }
    expect(rowAt(rows, -50)).toBe(0);
    expect(rowAt(rows, 1e9)).toBe(rows.tops.length - 1);
  });

  it('finds the picture nearest to a place in its row', () => {
    expect(pictureAt(rows, 1, -100)).toBe(rows.starts[1]);
    expect(pictureAt(rows, 1, 99_999)).toBe((rows.starts[2] ?? 0) - 1);
  });
});
