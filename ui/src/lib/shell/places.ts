import type { IconName } from '../components/icons.ts';
import type { PlainKey } from '../i18n/index.svelte.ts';
import type { RouteName } from '../routes.ts';

export interface NavigationEntry {
  readonly to: RouteName;
  readonly label: PlainKey;
  readonly icon: IconName;
  /** Pages that belong to it: it stays marked while they are shown. */
  readonly also?: readonly RouteName[];
}

export const SECTIONS: readonly (readonly NavigationEntry[])[] = [
  [
    { to: 'timeline', label: 'shell.photos', icon: 'photos', also: ['photo'] },
    { to: 'folders', label: 'shell.folders', icon: 'folder' },
    { to: 'map', label: 'shell.map', icon: 'map' },
    { to: 'tags', label: 'shell.tags', icon: 'tag', also: ['tag'] },
  ],
  [
    { to: 'people', label: 'shell.people', icon: 'people', also: ['person'] },
    { to: 'review', label: 'shell.review', icon: 'review' },
    { to: 'groups', label: 'shell.groups', icon: 'groups' },
  ],
  [
    { to: 'imports', label: 'shell.imports', icon: 'import' },
    { to: 'activity', label: 'shell.activity', icon: 'activity' },
    { to: 'settings', label: 'shell.settings', icon: 'settings' },
  ],
];

/** The four that a thumb reaches; the rest is in the sheet behind "More". */
export const ON_THE_BAR: readonly RouteName[] = ['timeline', 'people', 'review', 'map'];

export function isWithin(entry: NavigationEntry, shown: string): boolean {
  return entry.to === shown || (entry.also?.some((name) => name === shown) ?? false);
}
