import { describe, expect, it } from 'vitest';
import {
  areaIn,
  areaTerm,
  boundsAround,
  forMap,
  fromMap,
  middleOf,
  nearest,
  normalLongitude,
  parsedPosition,
  positionText,
  widthOf,
  withArea,
  withoutArea,
} from './places.ts';

const at = (latitude: number, longitude: number): { latitude: number; longitude: number } => ({ latitude, longitude });

describe('windows on the earth', () => {
  it('are the smallest around the positions', () => {
    expect(boundsAround([at(42, 13), at(41, 12), at(43, 14)])).toEqual({ south: 41, west: 12, north: 43, east: 14 });
    expect(boundsAround([])).toBeNull();
    expect(boundsAround([at(1, 2)])).toEqual({ south: 1, west: 2, north: 1, east: 2 });
  });

  it('cross the antimeridian when that is shorter: Fiji is one place, not a belt around the world', () => {
    const fiji = boundsAround([at(-17.8, 178), at(-16.5, -179.8), at(-18, 177.2)]);
    expect(fiji?.west).toBe(177.2);
    expect(fiji?.east).toBe(-179.8);
    expect(fiji && widthOf(fiji)).toBeCloseTo(3);
    expect(fiji && middleOf(fiji).longitude).toBeCloseTo(178.7);
    expect(fiji && forMap(fiji)[1][0]).toBeCloseTo(180.2);
  });

  it('of a map turned around the world are the same as before', () => {
    expect(fromMap(10, 370, 20, 380)).toEqual({ south: 10, west: 10, north: 20, east: 20 });
    expect(fromMap(20, 170, 10, 190)).toEqual({ south: 10, west: 170, north: 20, east: -170 });
    expect(fromMap(-95, -400, 95, 400)).toEqual({ south: -90, west: -180, north: 90, east: 180 });
    expect(fromMap(0, 20, 1, 10)).toEqual({ south: 0, west: 10, north: 1, east: 20 });
  });

  it('keep the longitude of files', () => {
    expect(normalLongitude(180)).toBe(180);
    expect(normalLongitude(-180)).toBe(-180);
    expect(normalLongitude(181)).toBe(-179);
    expect(normalLongitude(-541)).toBe(179);
  });

  it('become a query and come back, with the photo on the corner inside', () => {
    const bounds = { south: 41.1234567, west: 12.7654321, north: 43.9999991, east: -14.0000009 };
    const back = areaIn(`tag:beach ${areaTerm(bounds)} is:rated`);
    expect(back?.south).toBeLessThanOrEqual(bounds.south);
    expect(back?.north).toBeGreaterThanOrEqual(bounds.north);
    expect(back?.east).toBeGreaterThanOrEqual(bounds.east);
    expect(back && Math.abs(back.west - bounds.west)).toBeLessThan(2e-5);
    expect(areaIn('area:1,2,3')).toBeNull();
    expect(areaIn('tag:area:1,2,3,4')).toBeNull();
    expect(areaIn('')).toBeNull();
  });
});

describe('the copy of a place that is seen', () => {
  it('is the one nearest to the middle, however often the map was turned', () => {
    expect(nearest(-179, 175)).toBe(181);
    expect(nearest(179, -175)).toBe(-181);
    expect(nearest(10, 725)).toBe(730);
    expect(nearest(10, 20)).toBe(10);
  });
});

describe('a query', () => {
  it('has one area at most', () => {
    const bounds = { south: 1, west: 2, north: 3, east: 4 };
    expect(withArea('tag:beach area:9,9,9,9 ann', bounds)).toBe('tag:beach ann area:1,2,3,4');
    expect(withArea('', bounds)).toBe('area:1,2,3,4');
    expect(withoutArea('area:1,2,3,4')).toBe('');
    expect(withoutArea('a "b c"')).toBe('a "b c"');
  });
});

describe('coordinates', () => {
  it('are understood as people write them', () => {
    expect(parsedPosition('43.467, 11.885')).toEqual(at(43.467, 11.885));
    expect(parsedPosition('-33.86 151.2')).toEqual(at(-33.86, 151.2));
    expect(parsedPosition('43.467° N, 11.885° W')).toEqual(at(43.467, -11.885));
    expect(parsedPosition(`43°28'1.8"S 11°53'7"E`)?.latitude).toBeCloseTo(-43.46717, 4);
    expect(parsedPosition('N 43° 30′ E 11° 15′')).toEqual(at(43.5, 11.25));
    expect(parsedPosition('45,5; 9,25')).toEqual(at(45.5, 9.25));
    expect(parsedPosition('45.5 N 9.25 O')).toEqual(at(45.5, -9.25)); // ovest
    expect(parsedPosition('45.5 N 9.25 O', 'east')).toEqual(at(45.5, 9.25)); // Ost
  });

  it('that are none are refused', () => {
    for (const text of ['', 'Rome', '43.4', '91, 0', '0, 181', '12, 13, 14', "43°61' 12°"]) expect(parsedPosition(text)).toBeNull();
  });

  it('are written to the metre', () => {
    const compass = { n: 'N', s: 'S', e: 'E', w: 'O' };
    expect(positionText(at(43.467156, -11.885395), compass)).toBe('43.46716° N, 11.88540° O');
  });
});
