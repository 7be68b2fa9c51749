import type { BucketPhotos } from '../shapes.ts';
import { packed, type Columns } from './columns.ts';
import type { Segment, Strip } from './strip.ts';

export type FetchBucket = (segment: Segment, signal: AbortSignal) => Promise<readonly BucketPhotos[]>;

const AT_ONCE = 4; // of the six connections that a browser opens: the others are for pictures
const KEPT_PHOTOS = 60_000; // about 6 MB of columns and rows; far ones are dropped and fetched again
const FAILED_WAIT_MS = 4_000;

/** Fetches the segments near the viewport, nearest first; gives up those that scrolled away. */
export class SegmentFetcher {
  private readonly strip: Strip;
  private readonly fetchBucket: FetchBucket;
  private readonly arrived: (segment: Segment, columns: Columns) => void;
  private readonly failed: (error: unknown) => void;
  private readonly running = new Map<Segment, AbortController>();
  private readonly refusedAt = new Map<Segment, number>();
  private readonly used = new Map<Segment, number>();
  private wanted: readonly Segment[] = [];
  private clock = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    strip: Strip,
    fetchBucket: FetchBucket,
    arrived: (segment: Segment, columns: Columns) => void,
    failed: (error: unknown) => void,
  ) {
    this.strip = strip;
    this.fetchBucket = fetchBucket;
    this.arrived = arrived;
    this.failed = failed;
  }

  /** These segments are near now, the most urgent first. */
  want(segments: readonly Segment[]): void {
    this.wanted = segments;
    this.clock += 1;
    for (const segment of segments) this.used.set(segment, this.clock);
    for (const [segment, controller] of this.running) {
      if (!segments.includes(segment)) {
        controller.abort();
        this.running.delete(segment);
      }
    }
    this.start();
    this.dropFar();
  }

  /** A segment's columns, for what is not near: a range of photos, a jump by a day. */
  async load(segment: Segment, signal: AbortSignal = new AbortController().signal): Promise<Columns> {
    if (segment.columns && !segment.isStale) return segment.columns;
    const columns = packed(await this.fetchBucket(segment, signal));
    this.use(segment, columns);
    return columns;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  private start(): void {
    for (const segment of this.wanted) {
      if (this.stopped || this.running.size >= AT_ONCE) return;
      if ((segment.columns && !segment.isStale) || this.running.has(segment)) continue;
      if (performance.now() - (this.refusedAt.get(segment) ?? -Infinity) < FAILED_WAIT_MS) continue;
      const controller = new AbortController();
      this.running.set(segment, controller);
      this.fetchBucket(segment, controller.signal)
        .then((photos) => {
          if (!controller.signal.aborted) this.use(segment, packed(photos));
        })
        .catch((error: unknown) => {
          if (controller.signal.aborted) return;
          this.refuse(segment, error);
        })
        .finally(() => {
          if (this.running.get(segment) === controller) this.running.delete(segment);
          this.start();
        });
    }
  }

  private use(segment: Segment, columns: Columns): void {
    if (this.stopped) return;
    // The library can change between two answers: what does not fit would put photos in the wrong places.
    if (columns.ids.length === segment.count) this.arrived(segment, columns);
    else this.refuse(segment, new Mismatch());
  }

  /** Not asked for again at once; but without a scroll too, since the server may come back. */
  private refuse(segment: Segment, error: unknown): void {
    this.refusedAt.set(segment, performance.now());
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.start(), FAILED_WAIT_MS + 50);
    this.failed(error);
  }

  private dropFar(): void {
    let kept = 0;
    for (const segment of this.strip.segments) if (segment.columns) kept += segment.count;
    if (kept <= KEPT_PHOTOS) return;
    const loaded = this.strip.segments.filter((one) => one.columns && !this.wanted.includes(one));
    loaded.sort((a, b) => (this.used.get(a) ?? 0) - (this.used.get(b) ?? 0));
    for (const segment of loaded) {
      if (kept <= KEPT_PHOTOS * 0.75) return;
      this.strip.drop(segment);
      kept -= segment.count;
    }
  }
}

/** The timeline changed since its buckets were counted: count them again. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}
