import { expect, test } from 'vitest';
import { actionFor, confirming, photosOf, tabOf } from './person.ts';

test('a query names each person, and a quotation mark cannot break out of it', () => {
  expect(photosOf('Ann Lee', 'Bob')).toBe('person:"Ann Lee" person:"Bob"');
  expect(photosOf('Dwayne "The Rock" J.')).toBe('person:"Dwayne  The Rock  J."');
});

test('only what is said of the person carries the name', () => {
  expect(actionFor('reject', [1, 2], 'Ann')).toEqual({ do: 'reject', faces: [1, 2], groups: [], person: 'Ann' });
  expect(actionFor('ignore', [1], 'Ann')).toEqual({ do: 'ignore', faces: [1], groups: [] });
});

test('yes to a suggestion confirms it, yes to a rejected face names it', () => {
  expect([confirming('suggested'), confirming('rejected')]).toEqual(['confirm', 'name']);
});

test('an address of unknown tabs shows the faces', () => expect(tabOf('nonsense')).toBe('confirmed'));
