import { expect, it } from 'vitest';
import { matchesKeys, type Pressed } from './keys.ts';

function pressed(key: string, held: Partial<Pressed> = {}): Pressed {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

it('letters match without regard to Caps Lock, and only with the Shift that is asked for', () => {
  expect(matchesKeys('d', pressed('D'))).toBe(true);
  expect(matchesKeys('d', pressed('D', { shiftKey: true }))).toBe(false);
  expect(matchesKeys('Shift+d', pressed('D', { shiftKey: true }))).toBe(true);
});

it('Mod is Control or Command', () => {
  expect(matchesKeys('Mod+k', pressed('k', { ctrlKey: true }))).toBe(true);
  expect(matchesKeys('Mod+k', pressed('k', { metaKey: true }))).toBe(true);
  expect(matchesKeys('k', pressed('k', { ctrlKey: true }))).toBe(false);
});

it('signs need no Shift of their own', () => {
  expect(matchesKeys('?', pressed('?', { shiftKey: true }))).toBe(true);
  expect(matchesKeys('+', pressed('+', { shiftKey: true }))).toBe(true);
  expect(matchesKeys('+', pressed('+'))).toBe(true);
});

it('the browser keeps keys with Alt', () => {
  expect(matchesKeys('ArrowLeft', pressed('ArrowLeft', { altKey: true }))).toBe(false);
});
