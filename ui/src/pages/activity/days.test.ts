import { describe, expect, it } from 'vitest';
import { byDay, iconOf } from './days.ts';

describe('the history', () => {
  it('is told day by day, in its order', () => {
    const at = (hour: number, day: number): { at: string } => ({ at: new Date(2026, 10, day, hour).toISOString() });
    const days = byDay([at(15, 20), at(9, 20), at(23, 19), at(1, 19), at(12, 2)]);
    expect(days.map(([day, those]) => [day, those.length])).toEqual([['2026-11-20', 2], ['2026-11-19', 2], ['2026-11-02', 1]]);
    expect(byDay([])).toEqual([]);
  });

  it('has a sign for every kind, also for one that is not known here', () => {
    expect(iconOf({ kind: 'write', undoes: null })).toBe('write');
    expect(iconOf({ kind: 'write', undoes: 3 })).toBe('undo');
    expect(iconOf({ kind: 'something new', undoes: null })).toBe('edit');
  });
});
