import { formatDate } from '$lib/i18n/index.svelte.ts';

/** The day of a photo in words. Its time is the camera's wall clock: the digits count, not the browser's zone. */
export function dayOf(taken: string | null | undefined): string | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(taken ?? '');
  if (!parts) return null;
  const date = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return formatDate(date, { dateStyle: 'medium', timeZone: 'UTC' });
}
