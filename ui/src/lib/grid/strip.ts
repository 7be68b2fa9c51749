import type { Bucket } from '../shapes.ts';
import type { Columns } from './columns.ts';
import { estimatedHeight, justify, rowAt, rowOf, type Frame, type Rows } from './layout.ts';
import { sectionsOf } from './sections.ts';

/** Photos of a month, a part of it, from a place in it. */
export interface Part {
  readonly key: string;
  readonly start: number;
  readonly count: number;
}

/** A part of a section that is laid out as one. */
export interface Segment {
  /** Of its section: see sections.ts. */
  readonly key: string;
  readonly parts: readonly Part[];
  /** Its place in the section, and in the whole timeline. */
  readonly start: number;
  readonly first: number;
  readonly count: number;
  readonly isHead: boolean;
  readonly isTail: boolean;
  top: number;
  height: number;
  columns: Columns | undefined;
  rows: Rows | undefined;
  /** The photos may have changed since they were fetched: they are shown, and fetched again. */
  isStale: boolean;
}

export const SEGMENT_PHOTOS = 600;
const HEADING = 56;
const AFTER_BUCKET = 12;

export interface Anchor {
  /** A photo by its place in the timeline, and how far the viewport's top is below the top of its row. */
  readonly index: number;
  readonly below: number;
}

/** The timeline as one strip of segments below each other: which photo is where. Heights of segments not yet fetched are guesses. */
export class Strip {
  readonly segments: readonly Segment[];
  readonly total: number;
  frame: Frame;
  lead: number;
  height = 0;
  private meanRatio: number | undefined;

  constructor(buckets: readonly Bucket[], frame: Frame, lead: number) {
    this.frame = frame;
    this.lead = lead;
    const segments: Segment[] = [];
    let first = 0;
    for (const { key, count, buckets: held } of sectionsOf(buckets)) {
      for (let start = 0; start < count; start += SEGMENT_PHOTOS) {
        const size = Math.min(SEGMENT_PHOTOS, count - start);
        const parts =
          held.length === 1
            ? [{ key, start, count: size }]
            : held.map((bucket) => ({ key: bucket.key, start: 0, count: bucket.count }));
        segments.push({
          key,
          parts,
          start,
          first: first + start,
          count: size,
          isHead: start === 0,
          isTail: start + size === count,
          top: 0,
          height: 0,
          columns: undefined,
          rows: undefined,
          isStale: false,
        });
      }
      first += count;
    }
    this.segments = segments;
    this.total = first;
    this.arrange();
  }

  /** Gives every segment its height anew, as after a change of width or zoom. */
  arrange(): void {
    this.meanRatio ??= this.measuredRatio();
    for (const segment of this.segments) this.measure(segment);
    this.stack();
  }

  setColumns(segment: Segment, columns: Columns): void {
    segment.columns = columns;
    segment.isStale = false;
    this.measure(segment);
    this.stack();
  }

  /** Keeps the height, so that nothing moves when it comes back. */
  drop(segment: Segment): void {
    segment.columns = undefined;
    segment.rows = undefined;
  }

  /** Takes over what an older strip had fetched, marked as stale. */
  inherit(older: Strip): void {
    const known = new Map(older.segments.filter((one) => one.columns).map((one) => [`${one.key}/${one.start}`, one]));
    for (const segment of this.segments) {
      const before = known.get(`${segment.key}/${segment.start}`);
      if (before?.count !== segment.count || before.parts.length !== segment.parts.length) continue;
      segment.columns = before.columns;
      segment.isStale = true;
    }
    this.arrange();
  }

  headOf(segment: Segment): number {
    return segment.isHead ? HEADING : 0;
  }

  /** The segment at a height; the first above all, the last below all. */
  segmentAt(y: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.segments[middle]?.top ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  segmentOf(index: number): Segment | undefined {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.segments[middle]?.first ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.segments[low];
  }

  /** The top and height of the row of a photo; by rule of three in a segment not yet fetched. */
  rowBox(index: number): { top: number; height: number } {
    const segment = this.segmentOf(index);
    if (!segment) return { top: 0, height: 0 };
    const local = index - segment.first;
    const head = this.headOf(segment);
    const { rows } = segment;
    if (rows) {
      const row = rowOf(rows, local);
      return { top: segment.top + head + (rows.tops[row] ?? 0), height: rows.heights[row] ?? 0 };
    }
    const inside = (segment.height - head) * (local / Math.max(1, segment.count));
    return { top: segment.top + head + inside, height: this.frame.rowHeight };
  }

  anchorAt(y: number): Anchor {
    const segment = this.segments[this.segmentAt(y)];
    if (!segment || y < this.lead) return { index: 0, below: y - this.rowBox(0).top };
    const inside = y - segment.top - this.headOf(segment);
    let local: number;
    const { rows } = segment;
    if (rows) {
      local = rows.starts[rowAt(rows, inside)] ?? 0;
    } else {
      const part = Math.max(0, inside) / Math.max(1, segment.height - this.headOf(segment));
      local = Math.min(segment.count - 1, Math.floor(part * segment.count));
    }
    const index = segment.first + local;
    return { index, below: y - this.rowBox(index).top };
  }

  yOf(anchor: Anchor): number {
    return this.rowBox(Math.min(anchor.index, Math.max(0, this.total - 1))).top + anchor.below;
  }

  private measure(segment: Segment): void {
    const around = this.headOf(segment) + (segment.isTail ? AFTER_BUCKET : 0);
    segment.rows = segment.columns ? justify(segment.columns.ratios, this.frame, !segment.isTail) : undefined;
    segment.height = around + (segment.rows?.height ?? estimatedHeight(segment.count, this.frame, this.meanRatio));
  }

  private stack(): void {
    let top = this.lead;
    for (const segment of this.segments) {
      segment.top = top;
      top += segment.height;
    }
    this.height = top;
  }

  private measuredRatio(): number | undefined {
    let sum = 0;
    let count = 0;
    for (const { columns } of this.segments) {
      if (!columns) continue;
      for (const ratio of columns.ratios) sum += ratio;
      count += columns.ratios.length;
    }
    return count > 200 ? sum / count : undefined;
  }
}
