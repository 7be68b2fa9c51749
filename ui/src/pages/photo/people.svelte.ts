import { api } from '$lib/api.ts';
import { libraryRevision } from '$lib/events.svelte.ts';
import { t } from '$lib/i18n/index.svelte.ts';
import type { PersonCard } from '$lib/shapes.ts';
import { offersFor } from './naming.ts';
import type { Offer } from './offers.ts';

/** A library with more people than this finds the others by typing on: the server is asked then. */
const AT_ONCE = 1000;

let known: { revision: number; people: Promise<readonly PersonCard[]> } | undefined;

/** Everybody with a name; asked for once a state of the library. */
export function knownPeople(): Promise<readonly PersonCard[]> {
  const revision = libraryRevision();
  if (known?.revision !== revision) {
    const people = api.get('/api/people', { query: { order: 'photos', limit: AT_ONCE } }).then((page) => page.items);
    known = { revision, people };
    people.catch(() => (known = undefined));
  }
  return known.people;
}

export async function namesFor(text: string): Promise<readonly Offer[]> {
  return offersFor(await knownPeople(), text, {
    isNew: t('photo.newPerson'),
    photos: (count) => t('shell.photoCount', { count }),
  });
}
