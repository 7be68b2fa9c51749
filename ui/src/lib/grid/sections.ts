import type { Bucket } from '../shapes.ts';
import { UNDATED, yearOf } from './dates.ts';

/** What stands under one heading: a month, or months of a year that have few photos each. */
export interface Section {
  /** "2026-11", "2026-08..2026-11" (oldest and newest), or "undated". */
  readonly key: string;
  /** Newest first. */
  readonly buckets: readonly Bucket[];
  readonly count: number;
}

const FEW = 8; // about a row and a half on a desk: less leaves the page empty

/** Neighbouring months of a year with few photos share a heading, until they are enough. */
export function sectionsOf(buckets: readonly Bucket[]): Section[] {
  const sections: { buckets: Bucket[]; count: number }[] = [];
  for (const bucket of buckets) {
    if (bucket.count === 0) continue;
    const last = sections.at(-1);
    const newest = last?.buckets[0];
    const joins =
      last && newest && last.count < FEW && bucket.count < FEW && newest.key !== UNDATED && yearOf(newest.key) === yearOf(bucket.key);
    if (joins) {
      last.buckets.push(bucket);
      last.count += bucket.count;
    } else sections.push({ buckets: [bucket], count: bucket.count });
  }
  return sections.map(({ buckets: held, count }) => {
    const newest = held[0]?.key ?? UNDATED;
    const oldest = held.at(-1)?.key ?? newest;
    return { key: newest === oldest ? newest : `${oldest}..${newest}`, buckets: held, count };
  });
}
