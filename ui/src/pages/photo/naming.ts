/** People to choose from while naming a face: known names first, the typed one last when it is new. */

import type { PersonCard } from '$lib/shapes.ts';
import type { Offer } from './offers.ts';

/** Without accents and case, so that "joze" finds "Jože". */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** 0: the whole name, 1: its beginning, 2: the beginning of a word in it, 3: somewhere in it; null: not at all. */
export function rank(name: string, text: string): number | null {
  const whole = folded(name);
  const wanted = folded(text.trim());
  if (whole === wanted) return 0;
  if (whole.startsWith(wanted)) return 1;
  const at = whole.indexOf(wanted);
  if (at < 0) return null;
  return /[\s\-'’.]/.test(whole[at - 1] ?? '') ? 2 : 3;
}

const MOST = 7;

export function offersFor(
  people: readonly Pick<PersonCard, 'name' | 'photos' | 'cover'>[],
  text: string,
  words: { readonly isNew: string; readonly photos: (count: number) => string },
): Offer[] {
  const wanted = text.trim();
  const known = people
    .flatMap((person) => {
      const place = wanted ? rank(person.name, wanted) : 1;
      return place === null ? [] : [{ person, place }];
    })
    .sort((a, b) => a.place - b.place || b.person.photos - a.person.photos || a.person.name.localeCompare(b.person.name))
    .slice(0, MOST)
    .map(({ person }): Offer => ({ value: person.name, label: person.name, note: words.photos(person.photos), crop: person.cover }));
  const exact = known.some((offer) => folded(offer.value) === folded(wanted));
  return wanted && !exact ? [...known, { value: wanted, label: wanted, note: words.isNew, isNew: true }] : known;
}
