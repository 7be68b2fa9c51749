import { describe, expect, test } from 'vitest';
import type { Candidate, Pair, ReviewPage, Stack } from '$lib/shapes.ts';
import { aboutTheOthers, answerOf, includedFaces, type Held } from './question.ts';
import * as queues from './queue.ts';
import { toggle } from './selection.ts';
import { read, write } from './session.ts';

function stack(key: string, faces: number[], more: Partial<Stack> = {}): Stack {
  return {
    key,
    kind: 'group',
    token: `${key}:${faces.join()}`,
    faces: faces.map((face, at) => ({ face, photo: face + 100, version: 'v', similarity: 1 - at / 10, doubtful: at > 4 })),
    count: faces.length,
    person: null,
    candidates: [],
    ...more,
  };
}

function candidate(id: string, probability: number): Candidate {
  return { person: { id, name: id }, probability, cover: null };
}

function page(items: (Stack | Pair)[], left = 100): ReviewPage {
  return { items, left_faces: left, left_stacks: items.length + 5, learning: false };
}

const A = stack('g1', [1, 2, 3]);
const B = stack('g2', [4, 5]);
const C = stack('g3', [6]);

function started(items: (Stack | Pair)[] = [A, B, C]): queues.Queue {
  return queues.asked(queues.EMPTY, page(items), 1000);
}

function shown(queue: queues.Queue): string[] {
  return queue.questions.map((held) => held.question.key);
}

function only<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

function shownIn(queue: queues.Queue): Held {
  return only(queue.questions[0]);
}

function named(queue: queues.Queue, now = 2000): queues.Queue {
  const held = shownIn(queue);
  return queues.answer(queue, answerOf(held, { do: 'name', name: 'Ann' }, 4), null, now);
}

describe('answering', () => {
  test('the next question is shown before the server has heard of the answer', () => {
    const queue = named(started());
    expect(shown(queue)).toEqual(['g2', 'g3']);
    expect(queue.tasks).toHaveLength(1);
    expect(queue.stacks).toBe(1);
    expect(queue.faces).toBe(3);
    expect(queues.leftNow(queue).faces).toBe(97);
  });

  test('an answer is about the faces that were left in', () => {
    let queue = started();
    queue = queues.select(queue, toggle(shownIn(queue).selection, 2));
    expect(answerOf(shownIn(queue), { do: 'name', name: 'Ann' }, 4).faces).toEqual([1, 3]);
    expect(answerOf(shownIn(queue), { do: 'apart' }, 4).faces).toEqual([2]);
    expect(aboutTheOthers(shownIn(queue), 'name', 'Ann')).toEqual({ do: 'reject', faces: [2], groups: [], person: 'Ann' });
    expect(aboutTheOthers(shownIn(queue), 'ignore', null)).toBeNull();
  });

  test('a question whose answer is on its way does not come back', () => {
    const queue = named(named(started()), 3000);
    const first = only(queue.tasks[0]);
    const after = queues.settled(queue, first.id, [7], page([B, C, stack('g9', [9])]), 3100);
    expect(shown(after)).toEqual(['g3', 'g9']);
    expect(after.done.map((done) => done.changes)).toEqual([[7]]);
  });

  test('the question on the screen stays when the server ranks anew', () => {
    const queue = named(started());
    const after = queues.settled(queue, 1, [7], page([stack('g8', [8]), C]), 2100);
    expect(shown(after)).toEqual(['g2', 'g8', 'g3']);
  });

  test('the rest of a stack comes back as a question of its own', () => {
    const queue = named(started([A, B]));
    const after = queues.settled(queue, 1, [7], page([B, stack('g1', [3])]), 2100);
    expect(shown(after)).toEqual(['g2', 'g1']);
    expect(includedFaces(only(after.questions[1])).map((face) => face.face)).toEqual([3]);
  });

  test('an answer waiting in line takes the newer token of a stack that still has its faces', () => {
    const queue = named(named(started()), 3000);
    const newer = { ...B, token: 'newer' };
    expect(queues.asked(queue, page([newer]), 3000).tasks[1]).toMatchObject({ answer: { token: 'newer' } });
    const smaller = stack('g2', [5]);
    expect(queues.asked(queue, page([smaller]), 3000).tasks[1]).toMatchObject({ answer: { token: B.token } });
  });

  test('setting faces apart keeps the stack on the screen without them', () => {
    let queue = started();
    queue = queues.select(queue, toggle(shownIn(queue).selection, 2));
    queue = queues.answer(queue, answerOf(shownIn(queue), { do: 'apart' }, 4), null, 2000);
    expect(shown(queue)).toEqual(['g1', 'g2', 'g3']);
    expect(includedFaces(shownIn(queue)).map((face) => face.face)).toEqual([1, 3]);
    const smaller = stack('g1', [1, 3]);
    queue = queues.settled(queue, 1, [4], page([smaller, B, stack('g7', [2])]), 2100);
    expect(queue.questions[0]?.question.token).toBe(smaller.token);
    expect(queue.faces).toBe(0);
    expect(queues.undo(queue, null, 3000).faces).toBe(0);
  });
});

describe('numbers of candidates', () => {
  const [ann, bob] = [candidate('ann', 0.9), candidate('bob', 0.4)];

  test('seen candidates keep theirs, new ones follow', () => {
    const queue = started([{ ...A, candidates: [bob] }]);
    const after = queues.asked(queue, page([{ ...A, candidates: [ann, bob] }]), 9000);
    const question = after.questions[0]?.question as Stack;
    expect(question.candidates.map((one) => one.person.id)).toEqual(['bob', 'ann']);
  });

  test('a question that nobody can have read yet takes the better order', () => {
    const queue = started([{ ...A, candidates: [bob] }]);
    const after = queues.asked(queue, page([{ ...A, candidates: [ann, bob] }]), 1000 + queues.SETTLE_MS - 1);
    const question = after.questions[0]?.question as Stack;
    expect(question.candidates.map((one) => one.person.id)).toEqual(['ann', 'bob']);
  });
});

describe('somebody else was faster', () => {
  test('the stack as it is now is shown with the same faces left out', () => {
    let queue = started();
    queue = queues.select(queue, toggle(shownIn(queue).selection, 2));
    queue = named(queue);
    queue = queues.conflicted(queue, 1, stack('g1', [2, 3]), 2000 + queues.SETTLE_MS - 1);
    expect(shown(queue)).toEqual(['g1', 'g2', 'g3']);
    expect(includedFaces(shownIn(queue)).map((face) => face.face)).toEqual([3]);
    expect(queue.notice).toEqual({ kind: 'changed' });
    expect([queue.stacks, queue.faces, queue.tasks.length]).toEqual([0, 0, 0]);
  });

  test('a conflict with our own split is settled without a word', () => {
    let queue = started();
    queue = queues.select(queue, toggle(shownIn(queue).selection, 2));
    queue = queues.answer(queue, answerOf(shownIn(queue), { do: 'apart' }, 4), null, 2000);
    queue = queues.settled(queue, 1, [4], page([B, C]), 2100);
    queue = named(queue, 3000);
    queue = queues.conflicted(queue, 2, stack('g1', [1, 3], { token: 'after the split' }), 3100);
    expect(queue.notice).toBeNull();
    expect(queue.tasks).toMatchObject([{ answer: { token: 'after the split', faces: [1, 3] } }]);
    queue = queues.conflicted(queue, 2, stack('g1', [1, 3], { token: 'somebody else' }), 3200);
    expect(queue.notice).not.toBeNull();
    expect(queue.tasks).toEqual([]);
  });

  test('it does not push away a question that the user has begun', () => {
    const queue = queues.conflicted(named(started()), 1, stack('g1', [2, 3]), 2000 + queues.SETTLE_MS);
    expect(shown(queue)).toEqual(['g2', 'g1', 'g3']);
    expect(queue.notice).toEqual({ kind: 'later' });
    const after = queues.asked(queue, page([B, C]), 5000);
    expect(shown(after)).toEqual(['g2', 'g1', 'g3']);
  });

  test('a stack that is answered already is told and left', () => {
    const queue = queues.conflicted(named(started()), 1, null, 2100);
    expect(shown(queue)).toEqual(['g2', 'g3']);
    expect(queue.notice).toEqual({ kind: 'gone' });
    expect(queue.stacks).toBe(0);
  });

  test('a refusal puts the question back and says why', () => {
    const queue = queues.refused(named(started()), 1, 'that name is empty', 2100);
    expect(shown(queue)).toEqual(['g1', 'g2', 'g3']);
    expect(queue.notice).toEqual({ kind: 'refused', detail: 'that name is empty' });
  });
});

describe('undo', () => {
  test('an answer that was not sent is simply taken out', () => {
    const queue = queues.undo(named(started()), null, 3000);
    expect(shown(queue)).toEqual(['g1', 'g2', 'g3']);
    expect(queue.tasks).toEqual([]);
    expect(queue.faces).toBe(0);
  });

  test('an answer on its way is undone as soon as it has a change', () => {
    let queue = queues.undo(named(started()), 1, 3000);
    expect(shown(queue)[0]).toBe('g1');
    expect(queue.tasks.map((task) => task.type)).toEqual(['answer', 'undo']);
    queue = queues.settled(queue, 1, [7], page([B, C]), 3100);
    expect(shown(queue)[0]).toBe('g1');
    expect(queue.tasks).toMatchObject([{ type: 'undo', of: { changes: [7] } }]);
    expect(queue.done).toEqual([]);
    queue = queues.undone(queue, 2, page([{ ...A, token: 'after undo' }, B, C]), 3200);
    expect(queue.questions[0]?.question.token).toBe('after undo');
    expect([queue.stacks, queue.faces]).toEqual([0, 0]);
  });

  test('the newest answer goes first, and a skip needs no server', () => {
    let queue = queues.settled(named(started()), 1, [7], page([B, C]), 2100);
    queue = queues.answer(queue, answerOf(shownIn(queue), { do: 'skip' }, 4), null, 3000);
    queue = queues.settled(queue, 2, [], page([C]), 3100);
    queue = queues.undo(queue, null, 4000);
    expect([shown(queue)[0], queue.tasks.length]).toEqual(['g2', 0]);
    queue = queues.undo(queue, null, 5000);
    expect(shown(queue).slice(0, 2)).toEqual(['g1', 'g2']);
    expect(queue.tasks).toMatchObject([{ type: 'undo', of: { changes: [7] } }]);
    expect(queues.undo(queue, null, 6000).notice).toEqual({ kind: 'nothing-to-undo' });
  });

  test('an answer that failed is not undone as well', () => {
    const queue = queues.conflicted(queues.undo(named(started()), 1, 3000), 1, stack('g1', [1]), 3100);
    expect(queue.tasks).toEqual([]);
  });
});

test('the queue is finished when nothing is left and nothing is on its way', () => {
  const last = queues.asked(queues.EMPTY, { items: [C], left_faces: 1, left_stacks: 1 }, 0);
  const sent = named(last);
  expect(queues.isFinished(sent)).toBe(false);
  const over = queues.settled(sent, 1, [7], { items: [], left_faces: 0, left_stacks: 0 }, 2100);
  expect(queues.isFinished(over)).toBe(true);
});

test('a reload keeps the place, the faces taken out, the answers not sent and the way back', () => {
  let queue = queues.settled(named(started()), 1, [7], page([B, C]), 2100);
  queue = named(queue, 2200);
  queue = queues.select(queue, toggle(shownIn(queue).selection, 6));
  const { queue: again, at } = read(write(queue));
  expect(at).toBe('g3');
  expect(again.questions[0]?.selection.flips.has(6)).toBe(true);
  expect(again.tasks).toMatchObject([{ type: 'answer', answer: { key: 'g2' } }]);
  expect(again.done).toMatchObject([{ changes: [7] }]);
  expect([again.stacks, again.faces, again.nextId]).toEqual([2, 5, queue.nextId]);
  expect(read('{"version":99}').queue).toBe(queues.EMPTY);
  expect(read('not json').at).toBeNull();
});
