/** How long a job still takes, as people say it: coarse, and never a second exact. */

export type Left = { unit: 'moment' } | { unit: 'minutes' | 'hours' | 'days'; count: number };

export function timeLeft(seconds: number | null): Left | null {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return null;
  if (seconds < 45) return { unit: 'moment' };
  const minutes = seconds / 60;
  if (minutes < 10) return { unit: 'minutes', count: Math.max(1, Math.round(minutes)) };
  if (minutes < 55) return { unit: 'minutes', count: Math.round(minutes / 5) * 5 };
  const hours = minutes / 60;
  if (hours < 36) return { unit: 'hours', count: Math.max(1, Math.round(hours)) };
  return { unit: 'days', count: Math.round(hours / 24) };
}

/** Seconds between two moments in ISO 8601; null when either is missing. */
export function duration(from: string | null, to: string | null): number | null {
  if (!from || !to) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

export interface Lasted {
  unit: 'seconds' | 'minutes' | 'hours';
  count: number;
}

export function lasted(seconds: number): Lasted {
  if (seconds < 60) return { unit: 'seconds', count: Math.max(1, Math.round(seconds)) };
  if (seconds < 3600) return { unit: 'minutes', count: Math.round(seconds / 60) };
  return { unit: 'hours', count: Math.round(seconds / 3600) };
}
