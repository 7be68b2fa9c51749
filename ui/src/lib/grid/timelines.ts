import { api } from '../api.ts';
import type { BucketPhotos, Timeline } from '../shapes.ts';
import type { Segment, Strip } from './strip.ts';

/** The timeline of a query, and the photos of its segments. */
export function fetchTimeline(q: string, signal: AbortSignal): Promise<Timeline> {
  return api.get('/api/timeline', { query: { q }, signal });
}

export function fetchSegment(q: string, segment: Segment, signal: AbortSignal): Promise<BucketPhotos[]> {
  const fetches = segment.parts.map(({ key, start, count }) =>
    api.get('/api/timeline/{key}', { path: { key }, query: { q, start, limit: count }, signal }),
  );
  return Promise.all(fetches);
}

interface Kept {
  readonly query: string;
  readonly timeline: Timeline;
  strip: Strip | undefined;
}

const KEPT_TIMELINES = 3;
const kept: Kept[] = [];

/** What was shown for a query before: going back to it needs no network. */
export function rememberedTimeline(query: string): Readonly<Kept> | undefined {
  return kept.find((one) => one.query === query);
}

export function rememberTimeline(query: string, timeline: Timeline, strip: Strip | undefined): void {
  const at = kept.findIndex((one) => one.query === query);
  if (at >= 0) kept.splice(at, 1);
  kept.unshift({ query, timeline, strip });
  kept.length = Math.min(kept.length, KEPT_TIMELINES);
}
