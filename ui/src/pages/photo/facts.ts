/** What is known of a photo and who says so, in the words of the user. */

import type { FactShape } from '$lib/shapes.ts';

/** The order of reading; kinds that come later, or that we do not know, follow at the end. */
const ORDER = ['taken', 'position', 'place', 'title', 'caption', 'rating', 'camera', 'exposure', 'tag', 'person', 'region', 'face'];

export interface FactGroup {
  readonly kind: string;
  readonly facts: readonly FactShape[];
}

/** Whether it is part of what is shown: chosen among others, or a tag that the user gave. */
export function isShown(fact: FactShape): boolean {
  return fact.state === 'chosen' || fact.state === 'confirmed';
}

export function grouped(facts: readonly FactShape[], without: readonly string[] = []): FactGroup[] {
  const groups = new Map<string, FactShape[]>();
  for (const fact of facts) {
    if (without.includes(fact.kind)) continue;
    const group = groups.get(fact.kind);
    if (group) group.push(fact);
    else groups.set(fact.kind, [fact]);
  }
  const place = (kind: string): number => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);
  return [...groups]
    .map(([kind, all]) => ({ kind, facts: all.toSorted((a, b) => Number(isShown(b)) - Number(isShown(a))) }))
    .sort((a, b) => place(a.kind) - place(b.kind) || a.kind.localeCompare(b.kind));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function words(...parts: unknown[]): string[] {
  return parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '').map((part) => part.trim());
}

/** "Canon" and "Canon EOS 40D" are one camera; "NIKON CORPORATION" and "NIKON D70" too. */
export function cameraText(make: string, model: string): string {
  const brand = make.split(/\s/)[0] ?? '';
  const named = brand !== '' && model.toLowerCase().startsWith(brand.toLowerCase());
  return words(named ? '' : make, model).join(' ');
}

/** Of one writer only the languages' own formats are asked: numbers and dates are given, so that this stays pure. */
export interface Formats {
  readonly taken: (text: string) => string;
  readonly position: (latitude: number, longitude: number) => string;
  readonly metres: (height: number) => string;
  readonly number: (value: number) => string;
  readonly percent: (share: number) => string;
  readonly rejected: string;
}

export function factText(kind: string, value: unknown, formats: Formats): string {
  if (kind === 'taken' && typeof value === 'string') return formats.taken(value);
  if (kind === 'position' && Array.isArray(value)) {
    const [latitude, longitude, height] = value as unknown[];
    if (typeof latitude === 'number' && typeof longitude === 'number') {
      const where = formats.position(latitude, longitude);
      return typeof height === 'number' ? `${where}, ${formats.metres(height)}` : where;
    }
  }
  if (kind === 'place') {
    const { location, city, state, country } = record(value);
    return words(location, city, state, country).join(', ');
  }
  if (kind === 'camera') {
    const { make, model, lens } = record(value);
    return words(cameraText(words(make)[0] ?? '', words(model)[0] ?? ''), lens).join(' · ');
  }
  if (kind === 'exposure') return exposureText(record(value), formats);
  if (kind === 'rating' && typeof value === 'number') {
    return value < 0 ? formats.rejected : '★'.repeat(value) + '☆'.repeat(Math.max(0, 5 - value));
  }
  if (kind === 'tag' && Array.isArray(value)) return words(...(value as unknown[])).join(' › ');
  if (kind === 'region') return words(record(value).name, record(value).type).join(' · ') || boxText(value, formats);
  if (kind === 'face') return boxText(value, formats);
  return rawText(value);
}

function exposureText({ f, seconds, iso, mm }: Readonly<Record<string, unknown>>, { number }: Formats): string {
  const said: string[] = [];
  if (typeof seconds === 'number') said.push(seconds < 0.4 ? `1/${number(Math.round(1 / seconds))} s` : `${number(seconds)} s`);
  if (typeof f === 'number') said.push(`f/${number(f)}`);
  if (typeof mm === 'number') said.push(`${number(mm)} mm`);
  if (typeof iso === 'number') said.push(`ISO ${iso}`);
  return said.join(' · ');
}

function boxText(value: unknown, formats: Formats): string {
  const { x, y, w, h } = record(value);
  return [x, y, w, h].every((part) => typeof part === 'number')
    ? [x, y, w, h].map((part) => formats.percent(part as number)).join(' · ')
    : rawText(value);
}

/** The value as it is kept. */
export function rawText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The origins of the value that is shown, without repeats. */
export function originsOf(facts: readonly FactShape[], kind: string): string[] {
  const chosen = facts.filter((fact) => fact.kind === kind && fact.state === 'chosen');
  return [...new Set(chosen.map((fact) => fact.origin))];
}
