import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
// MapLibre shows a blank map unless it is told where its worker is; as a file of ours the worker lives under our policy.
import workerAddress from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import atlasAddress from 'world-atlas/countries-50m.json?url';
import { language } from '$lib/i18n/index.svelte.ts';
import { theme } from '$lib/theme.svelte.ts';
import { settings } from '../settings/kept.ts';
import { atlasOf, countryName, type Atlas, type WorldTopology } from './atlas.ts';
import { DARK, LIGHT, styleOf, type Tiles } from './style.ts';

export type { Map as MapLibre } from 'maplibre-gl';

setWorkerUrl(workerAddress);

const darkness = matchMedia('(prefers-color-scheme: dark)');
const stillness = matchMedia('(prefers-reduced-motion: reduce)');
let systemDark = $state(darkness.matches);
darkness.addEventListener('change', () => (systemDark = darkness.matches));

export function isDark(): boolean {
  return theme() === 'dark' || (theme() === 'system' && systemDark);
}

/** Milliseconds for a flight over the map; none for those who asked for less motion. */
export function flight(milliseconds: number): { duration: number } {
  return { duration: stillness.matches ? 0 : milliseconds };
}

const atlases = new Map<string, Promise<Atlas>>();

function atlas(): Promise<Atlas> {
  const spoken = language();
  let made = atlases.get(spoken);
  if (!made) {
    made = fetch(atlasAddress)
      .then((answer) => answer.json() as Promise<WorldTopology>)
      .then((world) => {
        const names = new Intl.DisplayNames(spoken, { type: 'region' });
        return atlasOf(world, (id, name) => countryName(names, id, name));
      });
    made.catch(() => atlases.delete(spoken));
    atlases.set(spoken, made);
  }
  return made;
}

async function tiles(): Promise<Tiles | null> {
  try {
    const kept = await settings();
    return kept.tile_server ? { server: kept.tile_server, attribution: kept.tile_attribution ?? '' } : null;
  } catch {
    return null; // the map inside needs nothing
  }
}

export interface Start {
  readonly center: [number, number];
  readonly zoom: number;
}

/** A map in an element, in the colours of the theme. Throws where WebGL is not to be had. */
export async function openMap(container: HTMLElement, start: Start): Promise<MapLibre> {
  const [world, chosen] = await Promise.all([atlas(), tiles()]);
  return new MapLibre({
    container,
    style: styleOf(world, isDark() ? DARK : LIGHT, chosen, 'Natural Earth'),
    center: start.center,
    zoom: start.zoom,
    minZoom: 0.4,
    maxZoom: chosen ? 19 : 16,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    boxZoom: false,
    fadeDuration: stillness.matches ? 0 : 150,
    locale: {},
  });
}

export async function recolour(map: MapLibre): Promise<void> {
  const dark = isDark();
  const [world, chosen] = await Promise.all([atlas(), tiles()]);
  map.setStyle(styleOf(world, dark ? DARK : LIGHT, chosen, 'Natural Earth'), { diff: true });
}

export async function attributionOfTiles(): Promise<string> {
  return (await tiles())?.attribution ?? '';
}
