/** How the map looks. Colours are those of the app's themes, a little towards paper and night. */

import type { StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import type { Atlas } from './atlas.ts';

export interface Colours {
  readonly water: string;
  readonly land: string;
  readonly border: string;
  readonly coast: string;
  readonly text: string;
  readonly halo: string;
}

export const LIGHT: Colours = {
  water: '#d9e4e8',
  land: '#f7f5f0',
  border: '#d3cec3',
  coast: '#b3c3c9',
  text: '#5f5c55',
  halo: '#f7f5f0',
};

export const DARK: Colours = {
  water: '#15191c',
  land: '#26292c',
  border: '#3b3f43',
  coast: '#3f474c',
  text: '#b3b1ab',
  halo: '#1d2022',
};

export interface Tiles {
  readonly server: string;
  readonly attribution: string;
}

/** On a map of the world the names of large countries only; size: in degrees, as labelSpot ranks. */
const LABELS = [
  { size: 11, from: 0, to: 1.5 },
  { size: 6, from: 1.5, to: 2.5 },
  { size: 3, from: 2.5, to: 3.5 },
  { size: 1, from: 3.5, to: 5 },
  { size: 0, from: 5, to: 24 },
] as const;

function labelsOf(one: (typeof LABELS)[number], colours: Colours): SymbolLayerSpecification {
  return {
    id: `labels from ${one.from}`,
    type: 'symbol',
    source: 'labels',
    minzoom: one.from,
    maxzoom: one.to,
    filter: ['<=', ['get', 'rank'], -one.size],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': ['sans-serif'],
      'text-size': ['interpolate', ['linear'], ['zoom'], 1, 10, 5, 14],
      'text-max-width': 7,
      'text-padding': 6,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { 'text-color': colours.text, 'text-halo-color': colours.halo, 'text-halo-width': 1.2 },
  };
}

/** Where the user named a tile server, its pictures lie over the world inside. */
export function styleOf(atlas: Atlas, colours: Colours, tiles: Tiles | null, attribution: string): StyleSpecification {
  return {
    version: 8,
    // No `glyphs`: letters are drawn from the system's own font, nothing is fetched.
    sources: {
      land: { type: 'geojson', data: atlas.land, tolerance: 0.25, attribution },
      borders: { type: 'geojson', data: atlas.borders, tolerance: 0.25 },
      coast: { type: 'geojson', data: atlas.coast, tolerance: 0.25 },
      labels: { type: 'geojson', data: atlas.labels },
      ...(tiles ? { tiles: { type: 'raster', tiles: [tiles.server], tileSize: 256, maxzoom: 19, attribution: tiles.attribution } } : {}),
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.water } },
      // Antialiasing would draw the cuts at the antimeridian as hairlines.
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.land, 'fill-antialias': false } },
      { id: 'coast', type: 'line', source: 'coast', paint: { 'line-color': colours.coast, 'line-width': 0.8 } },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: { 'line-color': colours.border, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.4] },
      },
      ...(tiles ? [{ id: 'tiles', type: 'raster' as const, source: 'tiles' }] : LABELS.map((one) => labelsOf(one, colours))),
    ],
  };
}
