import { describe, expect, it } from 'vitest';
import { ScrollWindow } from './window.ts';

function of(total: number): ScrollWindow {
  const made = new ScrollWindow();
  made.resize(total, 900);
  return made;
}

describe('the scroll window', () => {
  it('is the strip itself where that is short', () => {
    const made = of(50_000);
    expect(made.length).toBe(50_000);
    expect(made.placeAt(12_345)).toBe(12_345);
    expect(made.virtual(12_345)).toBe(12_345);
    expect(made.isAstray(12_345)).toBe(false);
  });

  it('reaches every place of a strip of 40 million pixels, its ends included', () => {
    const made = of(40_000_000);
    expect(made.length).toBe(ScrollWindow.LONGEST);
    for (const wanted of [0, 1, 500, 999_000, 1_500_000, 20_000_000, 39_000_000, 39_999_100]) {
      const top = made.placeAt(wanted);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(made.length - 900);
      expect(made.virtual(top)).toBe(wanted);
      expect(made.isOut(top)).toBe(false);
    }
  });

  it('begins and ends where the strip does', () => {
    const made = of(40_000_000);
    made.placeAt(0);
    expect(made.offset).toBe(0);
    made.placeAt(39_999_100);
    expect(made.offset + made.length).toBe(40_000_000);
  });

  it('never goes beyond an end', () => {
    const made = of(40_000_000);
    expect(made.virtual(made.placeAt(-500))).toBe(0);
    expect(made.virtual(made.placeAt(1e12))).toBe(39_999_100);
    expect(of(300).placeAt(200)).toBe(0);
  });

  it('keeps what is seen in place when the strip grows above it', () => {
    const made = of(50_000);
    const top = made.placeAt(10_000);
    made.resize(50_700, 900);
    made.shift(700);
    expect(made.virtual(top)).toBe(10_700);
    expect(made.isAstray(top)).toBe(true);
    expect(made.virtual(made.placeAt(made.virtual(top)))).toBe(10_700);
  });

  it('is laid anew at once where the user ran into its end before that of the strip', () => {
    const made = of(40_000_000);
    made.placeAt(20_000_000);
    expect(made.isOut(0)).toBe(true);
    expect(made.isOut(made.length - 900)).toBe(true);
    made.shift(-30_000_000);
    expect(made.isOut(1000)).toBe(true);
  });
});
