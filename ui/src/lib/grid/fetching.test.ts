import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BucketPhotos } from '../shapes.ts';
import { Mismatch, SegmentFetcher } from './fetching.ts';
import { Strip, type Segment } from './strip.ts';

const FRAME = { width: 1000, rowHeight: 180, gap: 4 };

interface Asked {
  readonly segment: Segment;
  readonly signal: AbortSignal;
  readonly answer: (count?: number) => void;
  readonly refuse: () => void;
}

function photos(segment: Segment, count: number): BucketPhotos {
  const numbers = Array.from({ length: count }, (_, place) => place);
  return {
    key: segment.key,
    start: segment.start,
    count,
    ids: numbers,
    ratios: numbers.map(() => 1.5),
    colours: numbers.map(() => ''),
    days: numbers.map(() => 1),
    kinds: numbers.map(() => 'image' as const),
    versions: numbers.map(() => 'v'),
  };
}

function made(months: number): { strip: Strip; asked: Asked[]; failures: unknown[]; fetcher: SegmentFetcher } {
  const buckets = Array.from({ length: months }, (_, place) => ({ key: `m${place}`, count: 20 }));
  const strip = new Strip(buckets, FRAME, 0);
  const asked: Asked[] = [];
  const failures: unknown[] = [];
  const fetcher = new SegmentFetcher(
    strip,
    (segment, signal) =>
      new Promise((answer, reject) => {
        asked.push({
          segment,
          signal,
          answer: (count = segment.count) => answer([photos(segment, count)]),
          refuse: () => reject(new Error('no')),
        });
      }),
    (segment, columns) => strip.setColumns(segment, columns),
    (error) => failures.push(error),
  );
  return { strip, asked, failures, fetcher };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

describe('the fetcher', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks for a few at once, the nearest first, and for the next when one has come', async () => {
    const { strip, asked, fetcher } = made(8);
    fetcher.want(strip.segments);
    expect(asked.map((one) => one.segment.key)).toEqual(['m0', 'm1', 'm2', 'm3']);
    asked[1]?.answer();
    await settle();
    expect(asked.at(-1)?.segment.key).toBe('m4');
    expect(strip.segments[1]?.rows).toBeDefined();
  });

  it('gives up what scrolled away, and never asks twice for what is on its way', async () => {
    const { strip, asked, fetcher, failures } = made(8);
    fetcher.want(strip.segments.slice(0, 3));
    fetcher.want(strip.segments.slice(2, 5));
    expect(asked.map((one) => [one.segment.key, one.signal.aborted])).toEqual([
      ['m0', true],
      ['m1', true],
      ['m2', false],
      ['m3', false],
      ['m4', false],
    ]);
    asked[0]?.answer();
    asked[1]?.refuse();
    await settle();
    expect(strip.segments[0]?.columns).toBeUndefined();
    expect(failures).toEqual([]);
  });

  it('asks again for what failed, but not at once', async () => {
    const { strip, asked, failures, fetcher } = made(1);
    fetcher.want(strip.segments);
    asked[0]?.refuse();
    await settle();
    fetcher.want(strip.segments);
    expect([asked.length, failures.length]).toEqual([1, 1]);
    vi.advanceTimersByTime(5_000);
    expect(asked).toHaveLength(2);
  });

  it('takes no answer of another length: the timeline has to be counted again', async () => {
    const { strip, asked, failures, fetcher } = made(1);
    fetcher.want(strip.segments);
    asked[0]?.answer(19);
    await settle();
    expect(strip.segments[0]?.columns).toBeUndefined();
    expect(failures[0]).toBeInstanceOf(Mismatch);
    expect(asked).toHaveLength(1);
  });

  it('drops what is far away when too much is kept', async () => {
    const { strip, asked, fetcher } = made(1);
    fetcher.stop();
    expect(asked).toHaveLength(0);
    const big = new Strip(
      Array.from({ length: 150 }, (_, place) => ({ key: `m${place}`, count: 600 })),
      FRAME,
      0,
    );
    const greedy = new SegmentFetcher(
      big,
      (segment) => Promise.resolve([photos(segment, segment.count)]),
      (segment, columns) => big.setColumns(segment, columns),
      () => undefined,
    );
    for (let first = 0; first < 150; first += 3) {
      greedy.want(big.segments.slice(first, first + 3));
      await settle();
    }
    const kept = big.segments.filter((one) => one.columns).length * 600;
    expect(kept).toBeLessThanOrEqual(60_000 + 3 * 600);
    expect(big.segments.at(-1)?.columns).toBeDefined();
    expect(big.segments[0]?.columns).toBeUndefined();
    expect(strip.total).toBe(20);
  });

  it('stays silent once it is stopped', async () => {
    const { strip, asked, fetcher, failures } = made(2);
    fetcher.want(strip.segments);
    fetcher.stop();
    asked[0]?.answer();
    asked[1]?.refuse();
    await settle();
    vi.advanceTimersByTime(10_000);
    expect([asked.length, failures.length, strip.segments.filter((one) => one.columns).length]).toEqual([2, 0, 0]);
  });
});
