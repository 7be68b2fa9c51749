import { describe, expect, test } from 'vitest';
import { commandFor, type Press } from './keymap.ts';
import { complete, personNamed, sameName } from './names.ts';
import * as selection from './selection.ts';
import { tileSize } from './sizes.ts';
import { columnsIn, drawn, scrollToShow } from './window.ts';

const FACES = [1, 2, 3, 4, 5].map((face) => ({ face, similarity: 1 - face / 10, doubtful: face > 3 }));

function included(of: selection.Selection): number[] {
  return FACES.filter((face, at) => selection.isIncluded(of, at, face.face)).map((face) => face.face);
}

describe('selection', () => {
  test('the slider leaves out the least alike', () => {
    const cut = selection.cutAfter(selection.everything(5), 2, FACES);
    expect(included(cut)).toEqual([1, 2]);
    expect(selection.likenessAtCut(cut, FACES)).toBeCloseTo(0.8);
    expect(included(selection.cutAfter(cut, 0, FACES))).toEqual([1]);
    expect(included(selection.cutAfter(cut, 99, FACES))).toEqual([1, 2, 3, 4, 5]);
  });

  test('a face flipped by hand stays so when the slider moves over others', () => {
    const flipped = selection.toggle(selection.everything(5), 2);
    expect(included(flipped)).toEqual([1, 3, 4, 5]);
    expect(included(selection.cutAfter(flipped, 3, FACES))).toEqual([1, 3]);
    expect(included(selection.toggle(flipped, 2))).toEqual([1, 2, 3, 4, 5]);
  });

  test('a face that the slider passes over follows it', () => {
    const last = selection.toggle(selection.everything(5), 5);
    expect(included(selection.cutAfter(last, 4, FACES))).toEqual([1, 2, 3, 4]);
    expect(included(selection.cutAfter(selection.cutAfter(last, 4, FACES), 5, FACES))).toEqual([1, 2, 3, 4, 5]);
  });

  test('the doubtful go out and come back', () => {
    const sure = selection.cutDoubtful(selection.everything(5), FACES);
    expect(included(sure)).toEqual([1, 2, 3]);
    expect(included(selection.cutDoubtful(sure, FACES))).toEqual([1, 2, 3, 4, 5]);
    const all = FACES.map((face) => ({ ...face, doubtful: true }));
    expect(included(selection.cutDoubtful(selection.everything(5), all))).toEqual([1, 2, 3, 4, 5]);
  });

  test('inverted, the answer is about the others', () => {
    const sure = selection.cutDoubtful(selection.everything(5), FACES);
    expect(included(selection.invert(sure, FACES))).toEqual([4, 5]);
  });

  test('shift makes a range as its first face is', () => {
    const one = selection.toggle(selection.everything(5), 2);
    expect(included(selection.toggleRange(one, FACES, 1, 4))).toEqual([1]);
    expect(included(selection.toggleRange(one, FACES, 4, 0))).toEqual([1, 2, 3, 4, 5]);
  });

  test('a press moves the cut of a large stack further', () => {
    expect([selection.cutStep(10), selection.cutStep(5000)]).toEqual([1, 125]);
  });
});

describe('keys', () => {
  const press = (key: string, more: Partial<Press> = {}): Press => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    ...more,
  });

  test.each([
    ['Enter', { do: 'accept' }],
    ['3', { do: 'candidate', at: 2 }],
    ['n', { do: 'name' }],
    ['X', { do: 'reject' }],
    ['i', { do: 'ignore' }],
    ['f', { do: 'not_a_face' }],
    [' ', { do: 'toggle' }],
    ['j', { do: 'move', by: 1, rows: false }],
    ['ArrowUp', { do: 'move', by: -1, rows: true }],
    ['s', { do: 'skip' }],
    ['u', { do: 'undo' }],
    ['?', { do: 'help' }],
    ['-', { do: 'cut', by: -1 }],
  ] as const)('%s on a stack', (key, command) => expect(commandFor(press(key), 'stack')).toEqual(command));

  test.each([
    ['Enter', 'same'],
    ['y', 'same'],
    ['d', 'different'],
    ['s', 'unsure'],
    ['u', 'undo'],
  ] as const)('%s on a pair', (key, command) => expect(commandFor(press(key), 'pair')).toEqual({ do: command }));

  test('a key held down answers once', () => {
    expect(commandFor(press('Enter', { repeat: true }), 'stack')).toBeNull();
    expect(commandFor(press('s', { repeat: true }), 'pair')).toBeNull();
    expect(commandFor(press('j', { repeat: true }), 'stack')).not.toBeNull();
  });

  test('keys of the browser are left to it', () => {
    expect(commandFor(press('f', { ctrlKey: true }), 'stack')).toBeNull();
    expect(commandFor(press('s', { metaKey: true }), 'stack')).toBeNull();
  });

  test('a pair has no candidates', () => expect(commandFor(press('1'), 'pair')).toBeNull());
  test('at the end of the queue there is still undo', () => {
    expect(commandFor(press('u'), 'none')).toEqual({ do: 'undo' });
    expect(commandFor(press('Enter'), 'none')).toBeNull();
  });
});

describe('names', () => {
  const people = [
    { id: 'a', name: 'Anna Rossi', faces: 5 },
    { id: 'b', name: 'José Álvarez', faces: 50 },
    { id: 'c', name: 'Joanna Li', faces: 9 },
    { id: 'd', name: 'Ann', faces: 1 },
  ];
  test('beginnings before words before middles, more faces first', () => {
    expect(complete('an', people).map((person) => person.id)).toEqual(['a', 'd', 'c']);
    expect(complete('ro', people).map((person) => person.id)).toEqual(['a']);
  });
  test('accents may be left out', () => expect(complete('jose alv', people)[0]?.id).toBe('b'));
  test('nothing typed shows those with most faces', () => expect(complete('', people)[0]?.id).toBe('b'));
  test('case does not make another person, an accent does', () => {
    expect(personNamed(' anna  rossi', people)?.id).toBe('a');
    expect(sameName('Jose Alvarez', 'José Álvarez')).toBe(false);
  });
});

test.each([
  [1, 232],
  [11, 191],
  [24, 125],
  [5000, 112],
])('%i crops are as large as fit a desktop', (count, side) => expect(tileSize(count, 790, 640)).toBe(side));

describe('long grids', () => {
  const cells = { count: 5000, columns: 8, rowHeight: 120 };
  test('only what can be seen is drawn', () => {
    const now = drawn(cells, 12_000, 700);
    expect(now.first).toBe(98 * 8);
    expect(now.last - now.first).toBeLessThan(100);
    expect(now.before).toBe(98 * 120);
    expect(now.height).toBe(625 * 120);
    expect(drawn(cells, 74_500, 700).last).toBe(5000);
    expect(drawn({ ...cells, count: 3 }, 0, 700)).toMatchObject({ first: 0, last: 3 });
    expect(drawn({ ...cells, count: 0 }, 0, 700)).toMatchObject({ first: 0, last: 0, height: 0 });
    expect(drawn(cells, 1e9, 700).last).toBe(5000);
  });
  test('columns fill the width', () => expect([columnsIn(390, 120, 8), columnsIn(50, 120, 8)]).toEqual([3, 1]));
  test('moving scrolls no more than it must', () => {
    expect(scrollToShow(cells, 0, 500, 700)).toBe(0);
    expect(scrollToShow(cells, 40, 500, 700)).toBe(500);
    expect(scrollToShow(cells, 88, 500, 700)).toBe(740);
  });
});
