import { ApiProblem, Unreachable } from './api.ts';
import { t } from './i18n/index.svelte.ts';

/** A sentence for the user: the server's own, or ours where it did not get to speak. */
export function explained(error: unknown): string {
  if (error instanceof ApiProblem) return error.detail;
  if (error instanceof Unreachable) return t('shell.unreachable');
  return t('shell.unexpected', { error: error instanceof Error ? error.message : String(error) });
}
