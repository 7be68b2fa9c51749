import { pictureAt, rowOf } from './layout.ts';
import type { Segment, Strip } from './strip.ts';

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';
export type Span = 'day' | 'month' | 'year';

/** The photo that a key leads to from another; the same one at the ends. */
export function moved(strip: Strip, from: number, step: Step): number {
  const last = Math.max(0, strip.total - 1);
  if (step === 'first') return 0;
  if (step === 'last') return last;
  if (step === 'left') return Math.max(0, from - 1);
  if (step === 'right') return Math.min(last, from + 1);
  const segment = strip.segmentOf(from);
  if (!segment?.rows) return step === 'up' ? Math.max(0, from - 1) : Math.min(last, from + 1);
  const { rows } = segment;
  const local = from - segment.first;
  const row = rowOf(rows, local);
  const x = (rows.lefts[local] ?? 0) + (rows.widths[local] ?? 0) / 2;
  const next = row + (step === 'up' ? -1 : 1);
  if (next >= 0 && next < rows.tops.length) return segment.first + pictureAt(rows, next, x);
  const place = strip.segments.indexOf(segment) + (step === 'up' ? -1 : 1);
  const neighbour = strip.segments[place];
  if (!neighbour) return from;
  if (!neighbour.rows) return step === 'up' ? neighbour.first + neighbour.count - 1 : neighbour.first;
  return neighbour.first + pictureAt(neighbour.rows, step === 'up' ? neighbour.rows.tops.length - 1 : 0, x);
}

/** The first photo of the next older (or newer) month or year; undefined at the ends. */
export function firstOfSpan(strip: Strip, from: number, span: 'month' | 'year', older: boolean): number | undefined {
  const segment = strip.segmentOf(from);
  if (!segment) return undefined;
  const part = (key: string): string => (span === 'year' ? key.slice(0, 4) : key);
  const heads = strip.segments.filter((one) => one.isHead);
  const firsts = heads.filter((one, place) => place === 0 || part(heads[place - 1]?.key ?? '') !== part(one.key));
  const here = firsts.findIndex((one) => part(one.key) === part(segment.key));
  return firsts[here + (older ? 1 : -1)]?.first;
}

/** The first photo of another day, next in a direction; loads what it has to look at. */
export async function firstOfDay(
  strip: Strip,
  from: number,
  older: boolean,
  load: (segment: Segment) => Promise<{ readonly days: Uint16Array }>,
): Promise<number | undefined> {
  const found = await otherDay(strip, from, older ? 1 : -1, load);
  if (found === undefined || older) return found;
  // Going back: on to the first photo of that day, not its last.
  const before = await otherDay(strip, found, -1, load);
  return before === undefined ? 0 : before + 1;
}

async function otherDay(
  strip: Strip,
  from: number,
  direction: 1 | -1,
  load: (segment: Segment) => Promise<{ readonly days: Uint16Array }>,
): Promise<number | undefined> {
  const start = strip.segmentOf(from);
  if (!start) return undefined;
  const { days: firstDays } = await load(start);
  const day = firstDays[from - start.first] ?? 0;
  for (let index = from + direction; index >= 0 && index < strip.total; index += direction) {
    const segment = strip.segmentOf(index);
    if (segment?.key !== start.key) return segment ? index : undefined;
    const { days } = await load(segment);
    for (; index >= segment.first && index < segment.first + segment.count; index += direction) {
      if (days[index - segment.first] !== day) return index;
    }
    index -= direction;
  }
  return undefined;
}
