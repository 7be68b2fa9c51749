import type { IconName } from '$lib/components/icons.ts';
import type { Term } from '$lib/search/terms.ts';

const ICONS: Readonly<Record<string, IconName>> = {
  person: 'person',
  only: 'people',
  tag: 'tag',
  place: 'pin',
  area: 'map',
  folder: 'folder',
  path: 'folder',
  taken: 'calendar',
  rating: 'star',
  camera: 'camera',
  is: 'check',
};

export function iconOf(field: string): IconName {
  return ICONS[field] ?? 'search';
}

/** What a chip says: a folder by its own name, a place on the map without its sixteen digits. */
export function shownValue(term: Term): string {
  if (term.field === 'folder') return term.value.split(/[\\/]/).filter(Boolean).at(-1) ?? term.value;
  if (term.field === 'area') return term.value.split(',').map((degrees) => Number(degrees).toFixed(1)).join(', ');
  if (term.field === 'tag') return term.value.split('/').join(' › ');
  return term.value || term.text;
}
