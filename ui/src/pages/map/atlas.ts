/** The world from npm's world-atlas (Natural Earth, public domain), as what a map draws. */

import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Point, Polygon, Position } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

export type WorldTopology = Topology<{ countries: GeometryCollection<{ name: string }> }>;

export interface Atlas {
  readonly land: FeatureCollection<Polygon | MultiPolygon>;
  readonly borders: Feature<MultiLineString>;
  readonly coast: Feature<MultiLineString>;
  readonly labels: FeatureCollection<Point, { name: string; rank: number }>;
}

export function atlasOf(world: WorldTopology, nameOf: (id: string | undefined, name: string) => string): Atlas {
  const { countries } = world.objects;
  const land = feature(world, countries) as FeatureCollection<Polygon | MultiPolygon, { name: string }>;
  for (const country of land.features) unwrapGeometry(country.geometry);
  return {
    land,
    borders: line(mesh(world, countries, (a, b) => a !== b).coordinates.map(unwrapped)),
    coast: line(mesh(world, countries, (a, b) => a === b).coordinates.filter((one) => !isPole(one)).map(unwrapped)),
    labels: {
      type: 'FeatureCollection',
      features: land.features.flatMap((country) => {
        const spot = labelSpot(country.geometry);
        if (!spot) return [];
        const name = nameOf(typeof country.id === 'string' ? country.id : undefined, country.properties.name);
        return [{ type: 'Feature', geometry: { type: 'Point', coordinates: spot.at }, properties: { name, rank: spot.rank } }];
      }),
    },
  };
}

/**
 * The atlas is stitched across the antimeridian, as on a globe: from 180 a shore goes on at -180. On a flat map that
 * is a line around the world, and the fill of Russia falls apart. Here longitudes count on beyond 180 instead.
 */
export function unwrapped(points: readonly Position[]): Position[] {
  let turns = 0;
  return points.map((point, index) => {
    const [x = 0, y = 0] = point;
    const before = points[index - 1]?.[0] ?? x;
    if (x - before > 180) turns -= 1;
    else if (before - x > 180) turns += 1;
    return [x + turns * 360, y];
  });
}

/** A ring around a pole does not close when it is unwrapped: it goes home along the edge of the map. */
export function unwrappedRing(ring: readonly Position[]): Position[] {
  const points = unwrapped(ring);
  const [first = 0, level = 0] = points[0] ?? [];
  const last = points.at(-1)?.[0] ?? 0;
  if (Math.abs(last - first) < 180) return points;
  const pole = level < 0 ? -90 : 90;
  return [...points, [last, pole], [first, pole], [first, level]];
}

/** Antarctica comes with the pole as a ring of its own, and its coast as if it were a hole in that. */
function isPole(ring: readonly Position[]): boolean {
  return ring.every((point) => Math.abs(point[1] ?? 0) > 89.9);
}

function flat(rings: readonly Position[][]): Position[][] {
  return rings.filter((ring) => !isPole(ring)).map(unwrappedRing);
}

function unwrapGeometry(geometry: Polygon | MultiPolygon): void {
  if (geometry.type === 'Polygon') geometry.coordinates = flat(geometry.coordinates);
  else geometry.coordinates = geometry.coordinates.map(flat);
}

function line(coordinates: Position[][]): Feature<MultiLineString> {
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates } };
}

/** Where a country's name stands best: the middle of the widest level line through its largest part. */
export function labelSpot(geometry: Polygon | MultiPolygon): { at: Position; rank: number } | null {
  const rings = geometry.type === 'Polygon' ? [geometry.coordinates[0]] : geometry.coordinates.map((part) => part[0]);
  let largest: Position[] | undefined;
  let size = 0;
  for (const ring of rings) {
    const area = ring ? Math.abs(areaOf(ring)) : 0;
    if (ring && area > size) [largest, size] = [ring, area];
  }
  if (!largest) return null;
  const levels = largest.map((point) => point[1] ?? 0);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  let best: { width: number; at: Position } | null = null;
  for (const share of [0.3, 0.4, 0.5, 0.6, 0.7]) {
    const level = low + (high - low) * share + 1e-7; // not through a corner
    const chord = widestChord(largest, level);
    if (chord && (!best || chord.width > best.width * 1.1)) best = { width: chord.width, at: [chord.middle, level] };
  }
  return best && { at: best.at, rank: -Math.sqrt(size) };
}

function widestChord(ring: readonly Position[], level: number): { middle: number; width: number } | null {
  const crossings: number[] = [];
  for (let index = 1; index < ring.length; index++) {
    const [x0 = 0, y0 = 0] = ring[index - 1] ?? [];
    const [x1 = 0, y1 = 0] = ring[index] ?? [];
    if (y0 > level !== y1 > level) crossings.push(x0 + ((level - y0) / (y1 - y0)) * (x1 - x0));
  }
  crossings.sort((a, b) => a - b);
  let widest: { middle: number; width: number } | null = null;
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const from = crossings[index] ?? 0;
    const to = crossings[index + 1] ?? 0;
    if (!widest || to - from > widest.width) widest = { middle: (from + to) / 2, width: to - from };
  }
  return widest;
}

/** In square degrees, as the map shows it: what counts is room for letters. */
function areaOf(ring: readonly Position[]): number {
  let sum = 0;
  for (let index = 1; index < ring.length; index++) {
    const [x0 = 0, y0 = 0] = ring[index - 1] ?? [];
    const [x1 = 0, y1 = 0] = ring[index] ?? [];
    sum += x0 * y1 - x1 * y0;
  }
  return sum / 2;
}

/** A country's name in the language, by its ISO 3166-1 number; Natural Earth's English one where there is none. */
export function countryName(names: Intl.DisplayNames, id: string | undefined, english: string): string {
  if (english === 'Kosovo') return names.of('XK') ?? english; // has no number
  if (!id) return english;
  try {
    // "und-380" is a region of the language "any"; its canonical form has the letters.
    const region = new Intl.Locale(`und-${id}`).region;
    return (region && /^[A-Z]{2}$/.test(region) ? names.of(region) : undefined) ?? english;
  } catch {
    return english;
  }
}
