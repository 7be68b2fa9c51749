/** Dates of photos: ISO 8601 on the clock of the place, with the offset where it is known. */

export interface Taken {
  /** YYYY-MM-DDTHH:MM:SS, what the clock on the wall said. */
  readonly local: string;
  /** Minutes east of UTC, null when nobody wrote it down. */
  readonly offsetMinutes: number | null;
}

const FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/;

export function parsedTaken(text: string): Taken | null {
  const found = FORM.exec(text.trim());
  if (!found) return null;
  const [, day = '', minute = '', second = ':00', zone] = found;
  const local = `${day}T${minute}${second}`;
  // 31 February is no day: Date moves it on to March.
  const clock = new Date(`${local}Z`);
  if (Number.isNaN(clock.getTime()) || clock.toISOString().slice(0, 19) !== local) return null;
  return { local, offsetMinutes: zone === undefined ? null : offsetOf(zone) };
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** What the clock said, as a Date to be formatted with timeZone 'UTC'. */
export function clockDate(taken: Taken): Date {
  return new Date(`${taken.local}Z`);
}

export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** What a datetime-local field and a zone field say, for the server; null when they say no moment. */
export function statedTaken(local: string, zone: string): string | null {
  const trimmed = zone.trim().replace(/^UTC$|^Z$/i, '+00:00').replace('−', '-');
  if (trimmed && !/^[+-]\d{2}:?\d{2}$/.test(trimmed)) return null;
  const taken = parsedTaken(local.trim() + trimmed);
  if (!taken || (taken.offsetMinutes !== null && Math.abs(taken.offsetMinutes) > 14 * 60)) return null;
  return taken.local + (taken.offsetMinutes === null ? '' : offsetText(taken.offsetMinutes));
}
