import { describe, expect, it } from 'vitest';
import type { MapCell } from '$lib/shapes.ts';
import { merged } from './clusters.ts';

const cell = (longitude: number, count: number): MapCell => ({
  latitude: 0, longitude, count, cover: count, cover_version: '', south: -1, north: 1, west: longitude - 1, east: longitude + 1,
});
const at = (one: MapCell): { x: number; y: number } => ({ x: one.longitude * 10, y: 0 });

describe('cells on the screen', () => {
  it('that would cover each other are one, where the larger is, with all its photos', () => {
    const cells = merged([cell(10, 3), cell(12, 9), cell(40, 1)], at, 50);
    expect(cells.map((one) => [one.longitude, one.count])).toEqual([[12, 12], [40, 1]]);
    expect(cells[0]).toMatchObject({ west: 9, east: 13, cover: 9 });
  });

  it('never lose a photo', () => {
    const many = Array.from({ length: 60 }, (_, index) => cell((index * 37) % 100, index + 1));
    const sum = (cells: readonly MapCell[]): number => cells.reduce((all, one) => all + one.count, 0);
    expect(sum(merged(many, at, 60))).toBe(sum(many));
    expect(merged([], at, 60)).toEqual([]);
  });
});
