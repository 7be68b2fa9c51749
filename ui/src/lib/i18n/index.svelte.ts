import type { Catalogue, Key, Values } from './catalogue.ts';
import { fill, pluralForm } from './messages.ts';
import { rememberedText, remember } from '../remembered.ts';

export const LANGUAGES = ['en', 'it', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export type { Key, PlainKey } from './catalogue.ts';

const LOADERS: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import('./en/index.ts'),
  it: () => import('./it/index.ts'),
  de: () => import('./de/index.ts'),
};

interface Spoken {
  language: Language;
  catalogue: Catalogue;
  plurals: Intl.PluralRules;
  numbers: Intl.NumberFormat;
}

let spoken = $state.raw<Spoken>();

/** The language that the user chose, or the first of the browser's that we speak, or English. */
export function preferredLanguage(): Language {
  const wanted = [rememberedText('language') ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Loads a language and shows it everywhere. Texts asked for before the first call are empty. */
export async function speak(language: Language, options: { remember?: boolean } = {}): Promise<void> {
  const { default: catalogue } = await LOADERS[language]();
  spoken = {
    language,
    catalogue,
    plurals: new Intl.PluralRules(language),
    numbers: new Intl.NumberFormat(language),
  };
  document.documentElement.lang = language;
  if (options.remember) remember('language', language);
}

export function language(): Language {
  return spoken?.language ?? 'en';
}

/** The text for a key, such as t('shell.search'). A plural message chooses by `count`; numbers are written as the language does. */
export function t<K extends Key>(key: K, ...values: Values<K>): string {
  if (!spoken) return '';
  const dot = key.indexOf('.');
  const area = spoken.catalogue[key.slice(0, dot) as keyof Catalogue] as Readonly<Record<string, unknown>>;
  const message = area[key.slice(dot + 1)];
  const given = values[0] as Readonly<Record<string, string | number>> | undefined;
  return fill(pluralForm(message, spoken.plurals, given?.count), given ?? {}, spoken.numbers);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language() + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language(), options);
    formats.set(key, format);
  }
  return format;
}

/** A date in the language. Give `timeZone: 'UTC'` for wall-clock times of cameras, which have no zone of their own. */
export function formatDate(date: Date, options: Intl.DateTimeFormatOptions): string {
  return dateFormat(options).format(date);
}

export function formatDateRange(from: Date, to: Date, options: Intl.DateTimeFormatOptions): string {
  return dateFormat(options).formatRange(from, to);
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(language(), options).format(value);
}

export function formatPercent(fraction: number): string {
  return formatNumber(fraction, { style: 'percent', maximumFractionDigits: fraction > 0.99 && fraction < 1 ? 1 : 0 });
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = BYTE_UNITS[step] ?? 'byte';
  return formatNumber(bytes / 1000 ** step, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
}

const AGO_UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 minutes ago", "in 2 hours"; under a minute is "now" in the language's own word. */
export function formatAgo(date: Date, now: Date = new Date()): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  for (const [unit, length] of AGO_UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return format.format(0, 'second');
}

export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(items);
}
