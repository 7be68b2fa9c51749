import { describe, expect, it } from 'vitest';
import { completed, quoted, termAt, termsOf, without } from './terms.ts';

describe('terms of a query', () => {
  it('are fields, exclusions, quoted values and plain words', () => {
    const terms = termsOf('person:"Ann Lee" -person:Bob  beach taken:2019..2021');
    expect(terms.map(({ negated, field, value }) => [negated, field, value])).toEqual([
      [false, 'person', 'Ann Lee'],
      [true, 'person', 'Bob'],
      [false, '', 'beach'],
      [false, 'taken', '2019..2021'],
    ]);
  });

  it('cover everything that was typed, whatever it is', () => {
    for (const query of ['"open', 'a"b"c', '-', 'tag:', ':::', '" "', 'tag:"a b" "', '🏖️ -"x']) {
      const terms = termsOf(query);
      const gaps = [0, ...terms.flatMap(({ start, end }) => [start, end]), query.length];
      for (let at = 0; at < gaps.length; at += 2) expect(query.slice(gaps[at], gaps[at + 1]).trim()).toBe('');
    }
  });

  it('can be taken away one by one', () => {
    const query = 'tag:"a b"  person:Ann beach';
    const [first, second, third] = termsOf(query);
    if (!first || !second || !third) throw new Error('three terms');
    expect(without(query, first)).toBe('person:Ann beach');
    expect(without(query, second)).toBe('tag:"a b" beach');
    expect(without(query, third)).toBe('tag:"a b"  person:Ann');
  });
});

describe('completion', () => {
  it('replaces the word under the cursor and leaves the rest', () => {
    const query = 'tag:beach an taken:2019';
    expect(completed(query, 12, 'person:"Ann Lee"')).toEqual({ query: 'tag:beach person:"Ann Lee" taken:2019', cursor: 27 });
  });

  it('lets the user go on after a field', () => {
    expect(completed('per', 3, 'person:')).toEqual({ query: 'person:', cursor: 7 });
  });

  it('finds the word that the cursor touches', () => {
    expect(termAt('tag:beach ann', 13).text).toBe('ann');
    expect(termAt('tag:beach ', 10)).toEqual({ start: 10, end: 10, text: '' });
  });
});

it('a value is quoted where it must be', () => {
  expect(quoted('beach')).toBe('beach');
  expect(quoted('/home/ann/my photos')).toBe('"/home/ann/my photos"');
  expect(quoted('a"b')).toBe('"a b"');
  expect(quoted('')).toBe('""');
});
