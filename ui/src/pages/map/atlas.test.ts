import { describe, expect, it } from 'vitest';
import data from 'world-atlas/countries-50m.json?raw';
import { atlasOf, countryName, labelSpot, unwrapped, unwrappedRing, type WorldTopology } from './atlas.ts';

const world = JSON.parse(data) as WorldTopology;

describe('the world of the map', () => {
  const names = new Intl.DisplayNames('de', { type: 'region' });
  const atlas = atlasOf(world, (id, name) => countryName(names, id, name));

  it('has names in the language, each inside its country', () => {
    const labels = new Map(atlas.labels.features.map((label) => [label.properties.name, label.geometry.coordinates]));
    expect(labels.size).toBeGreaterThan(230);
    const [lon = 0, lat = 0] = labels.get('Italien') ?? [];
    expect(lon).toBeGreaterThan(7);
    expect(lon).toBeLessThan(17);
    expect(lat).toBeGreaterThan(38);
    expect(lat).toBeLessThan(47);
    expect(labels.has('Kosovo')).toBe(true);
    expect(labels.has('Somaliland')).toBe(true);
    const [france = 0] = labels.get('Frankreich') ?? [];
    expect(france).toBeGreaterThan(-4); // not in Guyana
    const [russia = 0] = labels.get('Russland') ?? [];
    expect(russia).toBeGreaterThan(40); // not across the antimeridian
  });

  it('has no line around the world, and no fill that falls apart', () => {
    const lines = [
      ...atlas.coast.geometry.coordinates,
      ...atlas.borders.geometry.coordinates,
      ...atlas.land.features.flatMap((one) => (one.geometry.type === 'Polygon' ? one.geometry.coordinates : one.geometry.coordinates.flat())),
    ];
    let jumps = 0;
    for (const line of lines) {
      for (let index = 1; index < line.length; index++) {
        const [a, b] = [line[index - 1], line[index]];
        if (Math.abs((a?.[0] ?? 0) - (b?.[0] ?? 0)) > 180 && (a?.[1] ?? 0) > -89.9) jumps += 1;
      }
    }
    expect(jumps).toBe(0);
    expect(lines.length).toBeGreaterThan(3000);
  });
});

describe('Antarctica', () => {
  it('is land from its coast to the edge of the map', () => {
    const names = new Intl.DisplayNames('en', { type: 'region' });
    const { land } = atlasOf(world, (id, name) => countryName(names, id, name));
    const antarctica = land.features.find((one) => one.properties?.name === 'Antarctica')?.geometry;
    const widths = antarctica?.type === 'MultiPolygon' ? antarctica.coordinates.map(([ring]) => {
      const xs = (ring ?? []).map((point) => point[0] ?? 0);
      const ys = (ring ?? []).map((point) => point[1] ?? 0);
      return { across: Math.max(...xs) - Math.min(...xs), low: Math.min(...ys), high: Math.max(...ys) };
    }) : [];
    expect(widths.some((one) => one.across > 359 && one.low === -90 && one.high > -70)).toBe(true);
  });
});

describe('a shore that goes on beyond the antimeridian', () => {
  it('counts on', () => {
    expect(unwrapped([[179, 1], [-179, 2], [-178, 3], [179, 4]])).toEqual([[179, 1], [181, 2], [182, 3], [179, 4]]);
    expect(unwrapped([[-179, 1], [179, 2]])).toEqual([[-179, 1], [-181, 2]]);
  });

  it('around a pole goes home along the edge of the map', () => {
    const ring = unwrappedRing([[0, -70], [120, -75], [-120, -70], [0, -70]]);
    expect(ring.slice(-3)).toEqual([[360, -90], [0, -90], [0, -70]]);
  });
});

describe('a name', () => {
  it('stands in the widest part, also of a crooked country', () => {
    const boot = [[0, 0], [1, 0], [1, 6], [9, 6], [9, 10], [0, 10], [0, 0]];
    const spot = labelSpot({ type: 'Polygon', coordinates: [boot] });
    expect(spot?.at[0]).toBeCloseTo(4.5);
    expect(spot?.at[1]).toBeGreaterThan(6);
  });
});
