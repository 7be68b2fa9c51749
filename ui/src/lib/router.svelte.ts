import type { Component } from 'svelte';
import { addressFor, matchPath } from './addresses.ts';
import { ROUTES, type Route, type RouteName } from './routes.ts';

export interface Place {
  readonly name: RouteName | 'missing';
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly pathname: string;
  /** What a page kept here to find itself again, such as its scroll position: see keepState. */
  readonly state: Readonly<Record<string, unknown>>;
}

interface Shown {
  readonly place: Place;
  readonly page: Component | undefined;
}

type Query = Readonly<Record<string, string | number | undefined>>;
type Params = Readonly<Record<string, string | number>>;

const routeOf = (name: RouteName): Route => ROUTES[name];
const PATTERNS = Object.fromEntries(Object.entries(ROUTES).map(([name, route]) => [name, route.pattern]));

let shown = $state.raw<Shown>();
let loading = $state(false);
let failure = $state.raw<unknown>();
let turn = 0;
let leaving: (() => boolean) | undefined;

/** The page that is shown. Reactive: `place().query.get('q')`. */
export function place(): Place {
  return shown?.place ?? placeOf(location.pathname, location.search);
}

export function page(): Component | undefined {
  return shown?.page;
}

export function isLoading(): boolean {
  return loading;
}

export function loadingFailure(): unknown {
  return failure;
}

export function frame(): 'full' | 'bare' | undefined {
  const { name } = place();
  return name === 'missing' ? undefined : routeOf(name).frame;
}

/** href('person', { id }) for an <a>; the router takes the click. */
export function href(name: RouteName, params: Params = {}, query: Query = {}): string {
  return addressFor(ROUTES[name].pattern, params, query);
}

export function go(name: RouteName, params: Params = {}, query: Query = {}, options: { replace?: boolean } = {}): void {
  navigate(href(name, params, query), options);
}

export function navigate(address: string, options: { replace?: boolean } = {}): void {
  if (leaving && !leaving()) return;
  if (options.replace) history.replaceState({ depth: depth() }, '', address);
  else history.pushState({ depth: depth() + 1 }, '', address);
  void follow();
}

/** Back in the history when we came from a page of ours, else to `otherwise`. */
export function back(otherwise: string): void {
  if (depth() > 0) history.back();
  else navigate(otherwise, { replace: true });
}

/** Changes the query of the page that is shown without a new entry in the history. */
export function changeQuery(changes: Query): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  history.replaceState(history.state, '', location.pathname + (text ? `?${text}` : ''));
  if (shown) shown = { ...shown, place: placeOf(location.pathname, location.search) };
}

/** Keeps something with this entry of the history, to be read from place().state after going back to it. */
export function keepState(changes: Readonly<Record<string, unknown>>): void {
  history.replaceState({ ...(history.state as object | null), ...changes }, '');
}

/** Asks before a page with unsaved words is left; the answer false stays. Returns how to stop asking. */
export function askBeforeLeaving(ask: () => boolean): () => void {
  leaving = ask;
  return () => {
    if (leaving === ask) leaving = undefined;
  };
}

/** How many pages of ours lie behind this one in the history. */
function depth(): number {
  const kept = (history.state as { depth?: unknown } | null)?.depth;
  return typeof kept === 'number' ? kept : 0;
}

export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => void follow());
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/') || link.hash) return;
    event.preventDefault();
    const address = link.pathname + link.search;
    navigate(address, { replace: address === location.pathname + location.search });
  });
  void follow();
}

export function placeOf(pathname: string, search: string): Place {
  const match = matchPath(PATTERNS, pathname);
  return {
    name: (match?.name as RouteName | undefined) ?? 'missing',
    params: match?.params ?? {},
    query: new URLSearchParams(search),
    pathname,
    state: (history.state as Record<string, unknown> | null) ?? {},
  };
}

async function follow(): Promise<void> {
  const mine = ++turn;
  const next = placeOf(location.pathname, location.search);
  failure = undefined;
  if (next.name === 'missing') {
    shown = { place: next, page: undefined };
    return;
  }
  loading = true;
  try {
    const { default: page } = await ROUTES[next.name].load();
    if (mine === turn) shown = { place: next, page };
  } catch (error) {
    // A page of a build that the server no longer has: see App.svelte, which offers to load the app again.
    if (mine === turn) failure = error;
  } finally {
    if (mine === turn) loading = false;
  }
}
