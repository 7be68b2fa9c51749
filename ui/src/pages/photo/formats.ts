import { formatDate, formatNumber, formatPercent, language, t } from '$lib/i18n/index.svelte.ts';
import { positionText, type Position } from '../map/places.ts';
import type { Formats } from './facts.ts';
import { clockDate, offsetText, parsedTaken } from './taken.ts';

/** A date as the clock of the place showed it, such as "14 August 2019, 18:03 (UTC+02:00)". */
export function takenText(text: string): string {
  const taken = parsedTaken(text);
  if (!taken) return text;
  const when = formatDate(clockDate(taken), { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return taken.offsetMinutes === null ? when : `${when} (UTC${offsetText(taken.offsetMinutes)})`;
}

export function takenParts(text: string): { day: string; time: string; zone: string } | null {
  const taken = parsedTaken(text);
  if (!taken) return null;
  const date = clockDate(taken);
  return {
    day: formatDate(date, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
    time: formatDate(date, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }),
    zone: taken.offsetMinutes === null ? '' : `UTC${offsetText(taken.offsetMinutes)}`,
  };
}

export function coordinatesText(position: Position): string {
  return positionText(position, { n: t('map.n'), s: t('map.s'), e: t('map.e'), w: t('map.w') });
}

/** O is Ost to some and ovest to others. */
export function letterO(): 'east' | 'west' {
  return language() === 'de' ? 'east' : 'west';
}

export const FORMATS: Formats = {
  taken: takenText,
  position: (latitude, longitude) => coordinatesText({ latitude, longitude }),
  metres: (height) => formatNumber(Math.round(height), { style: 'unit', unit: 'meter' }),
  number: (value) => formatNumber(value, { maximumFractionDigits: 1 }),
  percent: formatPercent,
  get rejected() {
    return t('photo.rejectedRating');
  },
};

const ORIGINS = ['exif', 'iptc', 'xmp', 'sidecar', 'picasa', 'container', 'dicom', 'user', 'faces', 'file'] as const;

/** Who says something, in words; a name that we do not know stays as it is. */
export function originText(origin: string): string {
  const known = ORIGINS.find((name) => name === origin);
  return known ? t(`photo.from_${known}`) : origin;
}

const KINDS = ['taken', 'position', 'place', 'title', 'caption', 'rating', 'camera', 'exposure', 'tag', 'person', 'region', 'face'] as const;

export function kindText(kind: string): string {
  const known = KINDS.find((name) => name === kind);
  return known ? t(`photo.kind_${known}`) : kind;
}
