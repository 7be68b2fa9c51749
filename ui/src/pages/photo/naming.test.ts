import { describe, expect, it } from 'vitest';
import { offersFor, rank } from './naming.ts';

const words = { isNew: 'new', photos: (count: number) => `${String(count)} photos` };
const people = [
  { name: 'Mary Ann', photos: 90, cover: null },
  { name: 'Ann Lee', photos: 4, cover: null },
  { name: 'Jože Mann', photos: 50, cover: null },
  { name: 'Ann', photos: 1, cover: null },
  { name: 'Bob', photos: 3, cover: null },
];

describe('people to choose from', () => {
  it('come with the whole name first, then beginnings, then words, then the rest', () => {
    expect(offersFor(people, 'ann', words).map((offer) => offer.label)).toEqual(['Ann', 'Ann Lee', 'Mary Ann', 'Jože Mann']);
  });

  it('are found without accents, also typed in pieces', () => {
    expect(offersFor(people, 'joze', words)[0]?.value).toBe('Jože Mann');
    expect(offersFor(people, ' JOŽE ', words)[0]?.value).toBe('Jože Mann');
    expect(rank('Anne-Marie', 'mar')).toBe(2);
    expect(rank('Bob', 'x')).toBeNull();
  });

  it('end with the new name, unless it is known in another spelling of case', () => {
    expect(offersFor(people, 'Anna', words)).toEqual([{ value: 'Anna', label: 'Anna', note: 'new', isNew: true }]);
    expect(offersFor(people, 'BOB', words).some((offer) => offer.isNew)).toBe(false);
  });

  it('are those in most photos when nothing is typed', () => {
    expect(offersFor(people, '', words)[0]?.label).toBe('Mary Ann');
  });
});
