import type { IconName } from '$lib/components/icons.ts';
import { t } from '$lib/i18n/index.svelte.ts';
import type { Job } from '$lib/shapes.ts';
import { duration, lasted, timeLeft } from './eta.ts';

export const JOB_ICONS: Record<Job['kind'], IconName> = { index: 'refresh', write: 'write', regroup: 'groups' };
export const JOB_TITLES = { index: 'activity.index', write: 'activity.write', regroup: 'activity.regroup' } as const;

export function leftText(seconds: number | null): string {
  const left = timeLeft(seconds);
  if (!left) return '';
  if (left.unit === 'moment') return t('activity.moment');
  const key = { minutes: 'activity.minutesLeft', hours: 'activity.hoursLeft', days: 'activity.daysLeft' } as const;
  return t(key[left.unit], { count: left.count });
}

export function progressText(job: Job): string {
  if (job.state === 'queued') return t('activity.queued');
  const counted =
    job.total === null
      ? job.done > 0
        ? t('activity.doneSoFar', { done: job.done })
        : ''
      : t('activity.doneOf', { done: job.done, total: job.total });
  const failed = job.failed ? t('activity.result_failed', { count: job.failed }) : '';
  return [counted, failed, leftText(job.seconds_left)].filter(Boolean).join(' · ');
}

const RESULTS = ['new', 'changed', 'moved', 'missing', 'unchanged', 'failed', 'faces'] as const;
const OUTCOMES = ['written', 'same', 'refused', 'failed'] as const;

/** What a finished job did, in a line; zeros are left out. */
export function resultText(job: Job): string {
  const parts: string[] = [];
  if (job.kind === 'index') {
    for (const name of RESULTS) {
      const count = job.result?.[name];
      if (typeof count === 'number' && count > 0) parts.push(t(`activity.result_${name}`, { count }));
    }
  }
  const outcomes = job.result?.outcomes;
  if (job.kind === 'write' && typeof outcomes === 'object' && outcomes !== null) {
    for (const name of OUTCOMES) {
      const count = (outcomes as Readonly<Record<string, unknown>>)[name];
      if (typeof count === 'number' && count > 0) parts.push(t(`activity.result_${name}`, { count }));
    }
  }
  return parts.join(' · ');
}

export function tookText(job: Job): string {
  const seconds = duration(job.started, job.finished);
  if (seconds === null) return '';
  const time = lasted(seconds);
  const key = { seconds: 'activity.tookSeconds', minutes: 'activity.tookMinutes', hours: 'activity.tookHours' } as const;
  return t(key[time.unit], { count: time.count });
}

export function share(job: Job): number | null {
  return job.total ? Math.min(1, job.done / job.total) : null;
}

