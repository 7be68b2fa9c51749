import { describe, expect, it } from 'vitest';
import { clockDate, offsetText, parsedTaken, statedTaken } from './taken.ts';

describe('dates of photos', () => {
  it('keep the clock of the place and the offset apart', () => {
    expect(parsedTaken('2019-08-14T18:03:11+02:00')).toEqual({ local: '2019-08-14T18:03:11', offsetMinutes: 120 });
    expect(parsedTaken('2019-08-14T18:03:11-0330')?.offsetMinutes).toBe(-210);
    expect(parsedTaken('2019-08-14T18:03')).toEqual({ local: '2019-08-14T18:03:00', offsetMinutes: null });
    expect(parsedTaken('2019-08-14T18:03:11Z')?.offsetMinutes).toBe(0);
  });

  it('that are none are refused', () => {
    for (const text of ['', '2019', '2019-02-31T10:00:00', '2019-13-01T00:00:00', 'yesterday', '2019-08-14T25:00']) {
      expect(parsedTaken(text)).toBeNull();
    }
  });

  it('are shown as the clock showed them, in any zone', () => {
    const taken = parsedTaken('2019-08-14T23:03:11-09:30');
    expect(taken && clockDate(taken).getUTCHours()).toBe(23);
    expect(offsetText(-570)).toBe('-09:30');
    expect(offsetText(0)).toBe('+00:00');
  });

  it('typed by the user go to the server whole', () => {
    expect(statedTaken('2019-08-14T18:03', '+02:00')).toBe('2019-08-14T18:03:00+02:00');
    expect(statedTaken('2019-08-14T18:03:09', '')).toBe('2019-08-14T18:03:09');
    expect(statedTaken('2019-08-14T18:03', '−0330')).toBe('2019-08-14T18:03:00-03:30');
    expect(statedTaken('2019-08-14T18:03', 'utc')).toBe('2019-08-14T18:03:00+00:00');
    expect(statedTaken('2019-08-14T18:03', '+2')).toBeNull();
    expect(statedTaken('2019-08-14T18:03', '+23:00')).toBeNull();
    expect(statedTaken('', '+02:00')).toBeNull();
  });
});
