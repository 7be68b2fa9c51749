import { describe, expect, it } from 'vitest';
import type { Columns } from './columns.ts';
import { firstOfDay, firstOfSpan, moved } from './moving.ts';
import { SEGMENT_PHOTOS, Strip, type Segment } from './strip.ts';

const FRAME = { width: 1000, rowHeight: 180, gap: 4 };

function columns(segment: Segment, days: (place: number) => number = () => 1): Columns {
  const { count, first, start } = segment;
  const numbers = Array.from({ length: count }, (_, place) => place);
  return {
    ids: Float64Array.from(numbers, (place) => first + place + 1000),
    ratios: Float32Array.from(numbers, (place) => [1.5, 0.75, 1, 2][place % 4] ?? 1),
    colours: Int32Array.from(numbers, () => -1),
    days: Uint16Array.from(numbers, (place) => days(start + place)),
    kinds: new Uint8Array(count),
    versions: numbers.map(() => 'v'),
  };
}

function strip(...counts: readonly [string, number][]): Strip {
  return new Strip(
    counts.map(([key, count]) => ({ key, count })),
    FRAME,
    100,
  );
}

describe('a strip', () => {
  it('cuts long buckets and counts every photo once', () => {
    const made = strip(['2026-11', SEGMENT_PHOTOS * 2 + 5], ['2026-10', 3]);
    expect(made.segments.map((one) => [one.key, one.start, one.count, one.first])).toEqual([
      ['2026-11', 0, SEGMENT_PHOTOS, 0],
      ['2026-11', SEGMENT_PHOTOS, SEGMENT_PHOTOS, SEGMENT_PHOTOS],
      ['2026-11', SEGMENT_PHOTOS * 2, 5, SEGMENT_PHOTOS * 2],
      ['2026-10', 0, 3, SEGMENT_PHOTOS * 2 + 5],
    ]);
    expect(made.total).toBe(SEGMENT_PHOTOS * 2 + 8);
    expect(made.segments.map((one) => one.isHead)).toEqual([true, false, false, true]);
  });

  it('finds the segment of a photo and of a height', () => {
    const made = strip(['c', 700], ['b', 20], ['a', 50]);
    for (const segment of made.segments) {
      expect(made.segmentOf(segment.first)).toBe(segment);
      expect(made.segmentOf(segment.first + segment.count - 1)).toBe(segment);
      expect(made.segments[made.segmentAt(segment.top + 1)]).toBe(segment);
    }
    expect(made.segmentAt(-10)).toBe(0);
    expect(made.segmentAt(1e12)).toBe(made.segments.length - 1);
  });

  it('stacks its segments without a hole, also after their true heights are known', () => {
    const made = strip(['b', 1300], ['a', 300]);
    for (const segment of made.segments) {
      made.setColumns(segment, columns(segment));
      let top = 100;
      for (const one of made.segments) {
        expect(one.top).toBe(top);
        top += one.height;
      }
      expect(made.height).toBe(top);
    }
  });

  it('fills the last row of a segment that goes on in the next', () => {
    const made = strip(['a', SEGMENT_PHOTOS + 301]);
    for (const segment of made.segments) made.setColumns(segment, columns(segment));
    const [first] = made.segments;
    const last = SEGMENT_PHOTOS - 1;
    expect((first?.rows?.lefts[last] ?? 0) + (first?.rows?.widths[last] ?? 0)).toBe(FRAME.width);
  });

  it('keeps the anchored photo at its place when what is above it gets its true height', () => {
    const made = strip(['d', 500], ['c', 500], ['b', 500], ['a', 500]);
    const third = made.segments[2];
    if (!third) throw new Error('three segments');
    made.setColumns(third, columns(third));
    const anchor = made.anchorAt(third.top + 900);
    expect(made.yOf(anchor)).toBeCloseTo(third.top + 900, 5);
    const before = made.yOf(anchor) - third.top;
    for (const segment of made.segments.slice(0, 2)) made.setColumns(segment, columns(segment));
    expect(made.yOf(anchor) - third.top).toBeCloseTo(before, 5);
  });

  it('finds an anchor again after a change of zoom, within its row', () => {
    const made = strip(['b', 300], ['a', 300]);
    for (const segment of made.segments) made.setColumns(segment, columns(segment));
    const { index } = made.anchorAt(5000);
    made.frame = { ...FRAME, rowHeight: 90 };
    made.arrange();
    const row = made.rowBox(index);
    expect(made.anchorAt(row.top + 1).index).toBeLessThanOrEqual(index);
    expect(made.rowBox(made.anchorAt(row.top + 1).index).top).toBe(row.top);
  });

  it('keeps its height when a segment is dropped', () => {
    const made = strip(['b', 300], ['a', 300]);
    const [first] = made.segments;
    if (!first) throw new Error('a segment');
    made.setColumns(first, columns(first));
    const { height } = made;
    made.drop(first);
    expect(made.height).toBe(height);
    expect(first.columns).toBeUndefined();
  });

  it('takes over what an older one had fetched, but not of buckets that grew', () => {
    const older = strip(['b', 10], ['a', 10]);
    for (const segment of older.segments) older.setColumns(segment, columns(segment));
    const newer = strip(['c', 9], ['b', 11], ['a', 10]);
    newer.inherit(older);
    expect(newer.segments.map((one) => [one.columns !== undefined, one.isStale])).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
  });

  it('holds a million photos in little time', () => {
    const buckets = Array.from({ length: 320 }, (_, place): [string, number] => [`m${place}`, 3125]);
    const started = performance.now();
    const made = strip(...buckets);
    for (let turn = 0; turn < 50; turn += 1) {
      const segment = made.segments[turn * 30];
      if (segment) made.setColumns(segment, columns(segment));
    }
    expect(made.total).toBe(1_000_000);
    expect(made.height).toBeGreaterThan(20_000_000);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('moving by keys', () => {
  function loaded(): Strip {
    const made = strip(['2026-11', 40], ['2026-10', 30], ['2025-12', 20], ['undated', 5]);
    for (const segment of made.segments) made.setColumns(segment, columns(segment, (place) => 28 - Math.floor(place / 6)));
    return made;
  }

  it('goes left and right by one and stops at the ends', () => {
    const made = loaded();
    expect(moved(made, 0, 'left')).toBe(0);
    expect(moved(made, 39, 'right')).toBe(40);
    expect(moved(made, 94, 'right')).toBe(94);
    expect(moved(made, 50, 'first')).toBe(0);
    expect(moved(made, 50, 'last')).toBe(94);
  });

  it('goes down through all rows and buckets, and up again', () => {
    const made = loaded();
    let at = 0;
    for (let turn = 0; turn < 200 && at !== moved(made, at, 'down'); turn += 1) {
      const next = moved(made, at, 'down');
      expect(made.rowBox(next).top).toBeGreaterThan(made.rowBox(at).top);
      at = next;
    }
    expect(at).toBeGreaterThanOrEqual(90);
    expect(made.rowBox(moved(made, at, 'up')).top).toBeLessThan(made.rowBox(at).top);
  });

  it('leaps to the next older and newer month and year', () => {
    const made = loaded();
    expect(firstOfSpan(made, 10, 'month', true)).toBe(40);
    expect(firstOfSpan(made, 45, 'month', false)).toBe(0);
    expect(firstOfSpan(made, 10, 'year', true)).toBe(70);
    expect(firstOfSpan(made, 92, 'year', true)).toBeUndefined();
  });

  it('leaps to the first photo of the next day, across months', async () => {
    const made = loaded();
    const load = (segment: Segment): Promise<Columns> => Promise.resolve(columns(segment, (place) => 28 - Math.floor(place / 6)));
    expect(await firstOfDay(made, 0, true, load)).toBe(6);
    expect(await firstOfDay(made, 38, true, load)).toBe(40);
    expect(await firstOfDay(made, 15, false, load)).toBe(6);
    expect(await firstOfDay(made, 8, false, load)).toBe(0);
    expect(await firstOfDay(made, 94, true, load)).toBeUndefined();
  });
});
