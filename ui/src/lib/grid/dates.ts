/** Buckets of the timeline are months, "2019-08", or "undated". */

export const UNDATED = 'undated';

/** Midnight UTC of a bucket's day, to be written with timeZone: 'UTC'. */
export function dateOf(key: string, day = 1): Date | undefined {
  const match = /^(\d{4})-(\d{2})$/.exec(key);
  if (!match) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Math.max(1, day));
  return date;
}

export function yearOf(key: string): string {
  return key === UNDATED ? UNDATED : key.slice(0, 4);
}
