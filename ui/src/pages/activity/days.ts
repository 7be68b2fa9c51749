/** The history by days, and its signs. */

import type { IconName } from '$lib/components/icons.ts';

interface Dated {
  readonly at: string;
}

function localDay(moment: string): string {
  const date = new Date(moment);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** [YYYY-MM-DD on the user's calendar, what was done then], in the order given. */
export function byDay<T extends Dated>(changes: readonly T[]): [string, T[]][] {
  const days: [string, T[]][] = [];
  for (const change of changes) {
    const day = localDay(change.at);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(change);
    else days.push([day, [change]]);
  }
  return days;
}

const ICONS: Readonly<Record<string, IconName>> = {
  name: 'person',
  confirm: 'check',
  reject: 'close',
  ignore: 'hidden',
  not_a_face: 'face',
  draw: 'face',
  merge: 'merge',
  split: 'split',
  apart: 'split',
  rename: 'edit',
  cover: 'person',
  tag: 'tag',
  untag: 'tag',
  confirm_tag: 'tag',
  reject_tag: 'tag',
  rate: 'star',
  title: 'edit',
  caption: 'edit',
  taken: 'calendar',
  place: 'pin',
  write: 'write',
  undo: 'undo',
};

export function iconOf(change: { readonly kind: string; readonly undoes: number | null }): IconName {
  return change.undoes === null ? (ICONS[change.kind] ?? 'edit') : 'undo';
}
