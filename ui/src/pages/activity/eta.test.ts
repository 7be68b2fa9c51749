import { describe, expect, it } from 'vitest';
import { duration, lasted, timeLeft } from './eta.ts';

describe('the time a job still takes', () => {
  it('is coarser the longer it is', () => {
    expect(timeLeft(12)).toEqual({ unit: 'moment' });
    expect(timeLeft(50)).toEqual({ unit: 'minutes', count: 1 });
    expect(timeLeft(200)).toEqual({ unit: 'minutes', count: 3 });
    expect(timeLeft(23 * 60)).toEqual({ unit: 'minutes', count: 25 });
    expect(timeLeft(57 * 60)).toEqual({ unit: 'hours', count: 1 });
    expect(timeLeft(5.4 * 3600)).toEqual({ unit: 'hours', count: 5 });
    expect(timeLeft(80 * 3600)).toEqual({ unit: 'days', count: 3 });
  });

  it('is not invented', () => {
    for (const seconds of [null, Number.NaN, Infinity, -1]) expect(timeLeft(seconds)).toBeNull();
  });
});

describe('the time a job took', () => {
  it('is never negative, and nothing without an end', () => {
    expect(duration('2026-11-20T10:00:00Z', '2026-11-20T10:00:42Z')).toBe(42);
    expect(duration('2026-11-20T10:00:00Z', '2026-11-20T09:00:00Z')).toBe(0);
    expect(duration(null, '2026-11-20T09:00:00Z')).toBeNull();
    expect(lasted(0.2)).toEqual({ unit: 'seconds', count: 1 });
    expect(lasted(95)).toEqual({ unit: 'minutes', count: 2 });
    expect(lasted(7200)).toEqual({ unit: 'hours', count: 2 });
  });
});
