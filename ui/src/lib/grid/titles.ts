import { formatDate, formatDateRange, t } from '../i18n/index.svelte.ts';
import { dateOf } from './dates.ts';

/** "August 2019", "May – August 2019", or that there is no date. */
export function bucketTitle(key: string): string {
  if (key === '') return '';
  const [oldest = '', newest] = key.split('..');
  const [from, to] = [dateOf(oldest), dateOf(newest ?? '')];
  if (from && to) return formatDateRange(from, to, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const date = dateOf(key);
  return date ? formatDate(date, { month: 'long', year: 'numeric', timeZone: 'UTC' }) : t('timeline.undated');
}

/** "Wednesday, 14 August 2019" in the language. */
export function dayTitle(key: string, day: number): string {
  const date = dateOf(key, day);
  if (!date) return t('timeline.undated');
  if (day === 0) return bucketTitle(key);
  return formatDate(date, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}
