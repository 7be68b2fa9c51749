import type { Component } from 'svelte';

/** Every page: its address, and how to load it. `:name` is one part of the address, `*name` all that is left. */
export interface Route {
  readonly pattern: string;
  readonly load: () => Promise<{ default: Component }>;
  /** full: no sidebar, the page has the whole width below the top bar; bare: nothing but the page. */
  readonly frame?: 'full' | 'bare';
}

function route(pattern: string, load: () => Promise<{ default: Component }>, frame?: 'full' | 'bare'): Route {
  return frame ? { pattern, load, frame } : { pattern, load };
}

export const ROUTES = {
  timeline: route('/', () => import('$pages/timeline/TimelinePage.svelte')),
  search: route('/search', () => import('$pages/search/SearchPage.svelte')),
  folders: route('/folders', () => import('$pages/folders/FoldersPage.svelte')),
  review: route('/review', () => import('$pages/review/ReviewPage.svelte')),
  groups: route('/groups', () => import('$pages/people/GroupsPage.svelte')),
  people: route('/people', () => import('$pages/people/PeoplePage.svelte')),
  person: route('/people/:id', () => import('$pages/people/PersonPage.svelte')),
  photo: route('/photos/:id', () => import('$pages/photo/PhotoPage.svelte'), 'bare'),
  map: route('/map', () => import('$pages/map/MapPage.svelte')),
  tags: route('/tags', () => import('$pages/tags/TagsPage.svelte')),
  tag: route('/tags/*tag', () => import('$pages/tags/TagPage.svelte')),
  imports: route('/imports', () => import('$pages/imports/ImportsPage.svelte')),
  activity: route('/activity', () => import('$pages/activity/ActivityPage.svelte')),
  settings: route('/settings', () => import('$pages/settings/SettingsPage.svelte')),
  login: route('/login', () => import('$pages/login/LoginPage.svelte'), 'bare'),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
