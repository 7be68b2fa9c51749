import type { FaceAction } from '$lib/shapes.ts';

export type FaceState = 'confirmed' | 'suggested' | 'rejected';
export type FaceOrder = 'outliers' | 'newest';
export type Tab = FaceState | 'photos';

export function tabOf(text: string | null): Tab {
  return text === 'suggested' || text === 'rejected' || text === 'photos' ? text : 'confirmed';
}

/** A query for the photos of people: person:"Ann Lee" person:"Bob". A quotation mark cannot be said, and becomes a space. */
export function photosOf(...names: readonly string[]): string {
  return names.map((name) => `person:"${name.replaceAll('"', ' ')}"`).join(' ');
}

/** What is said of these faces, on the page of `name`. */
export function actionFor(what: FaceAction['do'], faces: readonly number[], name: string): FaceAction {
  const person = what === 'name' || what === 'confirm' || what === 'reject' ? { person: name } : {};
  return { do: what, faces: [...faces], groups: [], ...person };
}

/** To confirm a face that was rejected is to name it: there is no suggestion to say yes to. */
export function confirming(state: FaceState): 'name' | 'confirm' {
  return state === 'suggested' ? 'confirm' : 'name';
}
