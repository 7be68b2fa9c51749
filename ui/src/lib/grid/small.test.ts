import { describe, expect, it } from 'vitest';
import type { BucketPhotos } from '../shapes.ts';
import { cssColour, dayOf, packed } from './columns.ts';
import { dateOf } from './dates.ts';
import { bestMatches } from './matching.ts';
import { sectionsOf } from './sections.ts';
import { clampLevel, ROW_HEIGHTS, rowHeightOf, ZoomGesture } from './zoom.ts';

it('columns pack what the server sends, and survive what they do not know', () => {
  const august: BucketPhotos = {
    key: '2019-08',
    start: 0,
    count: 2,
    ids: [9_007_199_254_740_991, 2],
    ratios: [1.5, 0.75],
    colours: ['8a9bb0', ''],
    days: [31, 0],
    kinds: ['video', 'image'],
    versions: ['a', 'b'],
  };
  const made = packed([august, { ...august, key: '2019-07', days: [5, 31] }]);
  expect(made.ids[0]).toBe(9_007_199_254_740_991);
  expect([...made.colours].map(cssColour)).toEqual(['#8a9bb0', '', '#8a9bb0', '']);
  expect([...made.kinds]).toEqual([2, 0, 2, 0]);
  expect([0, 1, 2, 3].map((local) => dayOf(made, local))).toEqual([
    { month: 0, day: 31 },
    { month: 0, day: 0 },
    { month: 1, day: 5 },
    { month: 1, day: 31 },
  ]);
});

describe('sections', () => {
  const keys = (...counts: readonly [string, number][]): string[] =>
    sectionsOf(counts.map(([key, count]) => ({ key, count }))).map((section) => section.key);

  it('put neighbouring months with few photos under one heading', () => {
    expect(keys(['2026-11', 1], ['2026-10', 7], ['2026-08', 3], ['2026-05', 2], ['2026-03', 1])).toEqual([
      '2026-10..2026-11',
      '2026-03..2026-08',
    ]);
  });

  it('leave full months, other years and photos without a date alone', () => {
    expect(keys(['2026-01', 2], ['2025-12', 2], ['2025-11', 400], ['2025-10', 1], ['undated', 1])).toEqual([
      '2026-01',
      '2025-12',
      '2025-11',
      '2025-10',
      'undated',
    ]);
  });
});

it('a colour keeps its leading zeros', () => {
  expect(cssColour(0x00_0a_ff)).toBe('#000aff');
});

it('a month is its first day, at midnight UTC', () => {
  expect(dateOf('2019-08')?.toISOString()).toBe('2019-08-01T00:00:00.000Z');
  expect(dateOf('0099-01', 5)?.getUTCFullYear()).toBe(99);
  expect(dateOf('undated')).toBeUndefined();
});

describe('names offered', () => {
  const known = [
    { text: 'Bo', photos: 1 },
    { text: 'Anna', photos: 5 },
    { text: 'Places/Italy/Abruzzo', photos: 3 },
    { text: 'Joanna', photos: 900 },
    { text: 'Zoë', photos: 2 },
  ];
  it('begin with what is typed before those that hold it', () => {
    expect(bestMatches(known, 'ann', 5).map((one) => one.text)).toEqual(['Anna', 'Joanna']);
    expect(bestMatches(known, 'abr', 5).map((one) => one.text)).toEqual(['Places/Italy/Abruzzo']);
  });
  it('are found without their accents, and the most used first where nothing is typed', () => {
    expect(bestMatches(known, 'zoe', 5).map((one) => one.text)).toEqual(['Zoë']);
    expect(bestMatches(known, '', 2).map((one) => one.text)).toEqual(['Joanna', 'Anna']);
  });
});

describe('zoom', () => {
  it('stays within its levels', () => {
    expect(clampLevel(-3)).toBe(0);
    expect(clampLevel(99)).toBe(ROW_HEIGHTS.length - 1);
  });
  it('never makes a picture wider than a phone', () => {
    for (let level = 0; level < ROW_HEIGHTS.length; level += 1) expect(rowHeightOf(level, 390)).toBeLessThanOrEqual(351);
  });
  it('adds up the small steps of a touchpad and takes fingers by their ratio', () => {
    const gesture = new ZoomGesture();
    expect([20, 20, 20].map((delta) => gesture.wheel(delta))).toEqual([0, 0, -1]);
    expect(gesture.wheel(-100)).toBe(1);
    gesture.pinchStart(100);
    expect([110, 140, 150, 100].map((distance) => gesture.pinch(distance))).toEqual([0, 1, 0, -1]);
  });
});
