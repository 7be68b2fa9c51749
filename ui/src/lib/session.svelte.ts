import { api, useCsrf } from './api.ts';
import type { Status } from './shapes.ts';

export type Scope = Status['scopes'][number];

let status = $state.raw<Status>();

/** How the library and this session stand; undefined until the first answer. */
export function session(): Status | undefined {
  return status;
}

/** Whether this user may: pages hide or disable what the server would refuse. */
export function may(scope: Scope): boolean {
  return status?.scopes.includes(scope) ?? false;
}

export function useStatus(next: Status): void {
  status = next;
  useCsrf(next.csrf);
}

export async function loadStatus(signal?: AbortSignal): Promise<Status> {
  const next = await api.get('/api/status', signal ? { signal } : {});
  useStatus(next);
  return next;
}
