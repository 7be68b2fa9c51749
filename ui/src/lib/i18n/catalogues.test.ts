import { describe, expect, it } from 'vitest';
import de from './de/index.ts';
import en from './en/index.ts';
import it_ from './it/index.ts';
import { fill, placeholdersOf, pluralForm, type Message } from './messages.ts';

type Flat = Map<string, Message>;

function flat(catalogue: object): Flat {
  return new Map(
    Object.entries(catalogue).flatMap(([area, texts]: [string, object]) =>
      Object.entries(texts).map(([name, text]): [string, Message] => [`${area}.${name}`, text as Message]),
    ),
  );
}

const english = flat(en);

function forms(text: Message): Readonly<Record<string, string>> {
  return typeof text === 'string' ? { other: text } : { ...text };
}

/** Of each plural form, or of `other` where English has no such form; "one photo" may leave out its count. */
function sameForms(ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>): boolean {
  return Object.entries(theirs).every(([form, text]) => {
    const wanted = placeholdersOf(ours[form] ?? ours.other ?? '');
    const names = placeholdersOf(text);
    for (const set of [wanted, names]) if (form !== 'other') set.delete('count');
    return wanted.size === names.size && [...wanted].every((name) => names.has(name));
  });
}

describe.each([
  ['Italian', flat(it_)],
  ['German', flat(de)],
])('%s', (_, texts) => {
  it('has the same texts as English', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('has the same placeholders in every text', () => {
    const different = [...english].filter(([key, text]) => {
      const theirs = texts.get(key);
      return theirs === undefined || !sameForms(forms(text), forms(theirs));
    });
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('leaves nothing empty', () => {
    const empty = [...texts].filter(([, text]) => (typeof text === 'string' ? [text] : Object.values({ ...text })).includes(''));
    expect(empty.map(([key]) => key)).toEqual([]);
  });
});

describe('a message', () => {
  it('takes the form of its count and writes numbers as the language does', () => {
    const message = { one: '{count} photo', other: '{count} photos' };
    const rules = new Intl.PluralRules('en');
    const numbers = new Intl.NumberFormat('de');
    const said = (count: number): string => fill(pluralForm(message, rules, count), { count }, numbers);
    expect(said(1)).toBe('1 photo');
    expect(said(0)).toBe('0 photos');
    expect(said(12_345)).toBe('12.345 photos');
  });

  it('takes names as they are, braces and dollars included', () => {
    expect(fill('named {name}', { name: '{count} $1' }, new Intl.NumberFormat('en'))).toBe('named {count} $1');
  });
});
