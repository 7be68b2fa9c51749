/** Positions on the round earth: windows that may cross the antimeridian, and coordinates as people write them. */

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** west > east means that the window crosses the antimeridian. */
export interface Bounds {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

export const WORLD: Bounds = { south: -85, west: -180, north: 85, east: 180 };

/** Into [-180, 180); 180 itself stays, as files have it. */
export function normalLongitude(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

function normalLatitude(latitude: number): number {
  return Math.min(90, Math.max(-90, latitude));
}

/** The smallest window around all of the positions; null of none. */
export function boundsAround(positions: readonly Position[]): Bounds | null {
  if (positions.length === 0) return null;
  const latitudes = positions.map((one) => one.latitude);
  const east = [...positions.map((one) => normalLongitude(one.longitude))].sort((a, b) => a - b);
  // The window is what the widest empty gap leaves; the gap over the antimeridian is the first guess.
  let widest = (east[0] ?? 0) + 360 - (east.at(-1) ?? 0);
  let first = 0;
  for (let index = 1; index < east.length; index++) {
    const gap = (east[index] ?? 0) - (east[index - 1] ?? 0);
    if (gap > widest) {
      widest = gap;
      first = index;
    }
  }
  return {
    south: Math.min(...latitudes),
    north: Math.max(...latitudes),
    west: east[first] ?? 0,
    east: east[(first + east.length - 1) % east.length] ?? 0,
  };
}

/** Degrees from west to east, in (0, 360]; 0 of a single meridian. */
export function widthOf(bounds: Bounds): number {
  return bounds.east >= bounds.west ? bounds.east - bounds.west : bounds.east - bounds.west + 360;
}

export function middleOf(bounds: Bounds): Position {
  return {
    latitude: (bounds.south + bounds.north) / 2,
    longitude: normalLongitude(bounds.west + widthOf(bounds) / 2),
  };
}

/** A map's corners count on beyond 180 when it is turned around the world; the server's do not. */
export function fromMap(south: number, west: number, north: number, east: number): Bounds {
  const lower = normalLatitude(Math.min(south, north));
  const upper = normalLatitude(Math.max(south, north));
  if (Math.abs(east - west) >= 360) return { south: lower, north: upper, west: -180, east: 180 };
  const [left, right] = west <= east ? [west, east] : [east, west];
  return { south: lower, north: upper, west: normalLongitude(left), east: normalLongitude(right) };
}

/** For a map: east counts on beyond 180 where the window crosses the antimeridian. */
export function forMap(bounds: Bounds): [[number, number], [number, number]] {
  return [
    [bounds.west, bounds.south],
    [bounds.west + widthOf(bounds), bounds.north],
  ];
}

/** The query term of a window, to a metre. A corner that is rounded must not lose the photo on it: round outwards. */
export function areaTerm(bounds: Bounds): string {
  const down = (value: number): number => Math.max(-180, Math.floor(value * 1e5) / 1e5);
  const up = (value: number): number => Math.min(180, Math.ceil(value * 1e5) / 1e5);
  return `area:${down(bounds.south)},${down(bounds.west)},${up(bounds.north)},${up(bounds.east)}`;
}

/** The window of an area term anywhere in a query; null when there is none. */
export function areaIn(query: string): Bounds | null {
  const found = /(?:^|\s)area:(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)/.exec(query);
  const [south = NaN, west = NaN, north = NaN, east = NaN] = (found ?? []).slice(1).map(Number);
  return [south, west, north, east].every(Number.isFinite) ? { south, west, north, east } : null;
}

const DEGREES = String.raw`(-?\d+(?:[.,]\d+)?)\s*°?\s*(?:(\d+(?:[.,]\d+)?)\s*['′’])?\s*(?:(\d+(?:[.,]\d+)?)\s*["″”])?`;
const PAIR = new RegExp(String.raw`^\s*([NS])?\s*${DEGREES}\s*([NS])?\s*[,;\s]\s*([EWO])?\s*${DEGREES}\s*([EWO])?\s*$`, 'i');

/**
 * Coordinates as maps and people write them: "43.467, 11.885", "43°28'1.8"N 11°53'7"E"; null of anything else.
 * O is east in German (Ost) and west in Italian (ovest).
 */
export function parsedPosition(text: string, o: 'east' | 'west' = 'west'): Position | null {
  const found = PAIR.exec(text.trim().replace(/\s+/g, ' '));
  if (!found) return null;
  const [, ns1, d1, m1, s1, ns2, ew1, d2, m2, s2, ew2] = found;
  const latitude = degrees(d1, m1, s1, /s/i.test(ns1 ?? ns2 ?? ''));
  const letter = (ew1 ?? ew2 ?? '').toLowerCase();
  const longitude = degrees(d2, m2, s2, letter === 'w' || (letter === 'o' && o === 'west'));
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

function degrees(whole = '', minutes = '0', seconds = '0', negative: boolean): number {
  const number = (text: string): number => Number(text.replace(',', '.'));
  if (number(minutes) >= 60 || number(seconds) >= 60) return NaN;
  const size = Math.abs(number(whole)) + number(minutes) / 60 + number(seconds) / 3600;
  return negative || whole.startsWith('-') ? -size : size;
}

/** Five digits: a metre. The letters are those of the compass in the language. */
export function positionText(position: Position, compass: { n: string; s: string; e: string; w: string }): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
  return `${part(position.latitude, compass.n, compass.s)}, ${part(position.longitude, compass.e, compass.w)}`;
}

/** The copy of a meridian that is nearest to the middle of the map, which counts on beyond 180. */
export function nearest(longitude: number, middle: number): number {
  return longitude + 360 * Math.round((middle - longitude) / 360);
}

const AREA_TERM = /(^|\s)area:\S+/g;

export function withoutArea(query: string): string {
  return query.replace(AREA_TERM, ' ').replace(/\s+/g, ' ').trim();
}

export function withArea(query: string, bounds: Bounds): string {
  return `${withoutArea(query)} ${areaTerm(bounds)}`.trim();
}
