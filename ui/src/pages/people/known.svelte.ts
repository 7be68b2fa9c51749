import { api } from '$lib/api.ts';
import { libraryRevision } from '$lib/events.svelte.ts';
import type { PersonCard } from '$lib/shapes.ts';

/** Everybody with a name: for the page of people, and for completion. */
let people = $state.raw<readonly PersonCard[]>([]);
let loaded = $state(false);
let loadedAt = -1;
let loading: Promise<void> | null = null;

export function knownPeople(): readonly PersonCard[] {
  return people;
}

export function peopleLoaded(): boolean {
  return loaded;
}

async function fetchAll(): Promise<void> {
  const revision = libraryRevision();
  const found: PersonCard[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.get('/api/people', { query: { order: 'photos', limit: 1000, ...(cursor ? { cursor } : {}) } });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  people = found;
  loadedAt = revision;
  loaded = true;
}

/** Fetches them anew. A call while one is under way waits for it and then asks once more, so that it misses nothing. */
export async function loadPeople(): Promise<void> {
  if (loading !== null) await loading.catch(() => undefined);
  loading ??= fetchAll().finally(() => (loading = null));
  await loading;
}

/** Call it where a name is about to be typed. What was known before is there meanwhile. */
export function refreshPeople(): void {
  if (loading !== null || (loadedAt === libraryRevision() && loadedAt >= 0)) return;
  loadPeople().catch(() => undefined); // Without completion a name can still be typed.
}
