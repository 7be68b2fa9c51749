import { describe, expect, test } from 'vitest';
import { ApiProblem, Unreachable } from '$lib/api.ts';
import type { Changed, FaceAction, ReviewAnswer, ReviewDone, ReviewPage, Stack } from '$lib/shapes.ts';
import { answerOf } from './question.ts';
import * as queues from './queue.ts';
import { Runner, type ReviewServer } from './runner.ts';

function stack(key: string, faces: number[], token = 't1'): Stack {
  const shown = faces.map((face) => ({ face, photo: face, version: 'v', similarity: 0.9, doubtful: false }));
  return { key, kind: 'group', token, faces: shown, count: faces.length, person: null, candidates: [] };
}

/** A library of stacks that answers as the server does, and can be unplugged. */
class Library implements ReviewServer {
  stacks: Stack[] = [stack('g1', [1, 2]), stack('g2', [3]), stack('g3', [4])];
  said: string[] = [];
  unplugged = 0;
  change = 0;
  fault: string | null = null;

  #reach(): void {
    if (this.unplugged > 0) {
      this.unplugged -= 1;
      throw new Unreachable('no');
    }
  }
  async page(limit: number): Promise<ReviewPage> {
    this.#reach();
    const left = this.stacks.reduce((sum, one) => sum + one.count, 0);
    return Promise.resolve({ items: this.stacks.slice(0, limit), left_faces: left, left_stacks: this.stacks.length });
  }
  async stack(group: number): Promise<Stack> {
    const found = this.stacks.find((one) => one.key === `g${group}`);
    if (!found) throw new ApiProblem({ title: 'Not found', status: 404, detail: 'no such group' });
    return Promise.resolve(found);
  }
  async answer(answer: ReviewAnswer): Promise<ReviewDone> {
    this.#reach();
    if (answer.key === this.fault) throw new ApiProblem({ title: 'Unavailable', status: 503, detail: 'the disk is full' });
    const now = this.stacks.find((one) => one.key === answer.key);
    if (now?.token !== answer.token) {
      throw new ApiProblem({ title: 'Conflict', status: 409, detail: 'changed', current: now ?? null });
    }
    this.said.push(`${answer.do} ${answer.key}`);
    if (answer.do !== 'skip') this.stacks = this.stacks.filter((one) => one !== now);
    const change = answer.do === 'skip' ? null : ++this.change;
    return { change, faces: 1, next: await this.page(4) };
  }
  async act(action: FaceAction): Promise<Changed> {
    this.said.push(`${action.do} ${action.faces?.join() ?? ''}`);
    return Promise.resolve({ change: ++this.change, photos: 0, faces: 1, dry_run: false });
  }
  async undo(change: number): Promise<void> {
    this.said.push(`undo ${change}`);
    this.stacks = [stack('g1', [1, 2], 'after undo'), ...this.stacks];
    return Promise.resolve();
  }
}

function table(library: Library): { runner: Runner; queue: () => queues.Queue; waits: number[]; change: (next: queues.Queue) => void } {
  let queue = queues.EMPTY;
  const waits: number[] = [];
  const runner = new Runner(library, {
    read: () => queue,
    write: (next) => (queue = next),
    waiting: () => undefined,
    now: () => 1000,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { runner, queue: () => queue, waits, change: (next) => (queue = next) };
}

function say(queue: queues.Queue, name: string, then: FaceAction | null = null): queues.Queue {
  const held = queue.questions[0];
  if (!held) throw new Error('nothing to answer');
  return queues.answer(queue, answerOf(held, { do: 'name', name }, 4), then, 2000);
}

describe('the runner', () => {
  test('sends answers in the order in which they were given', async () => {
    const library = new Library();
    const { runner, queue, change } = table(library);
    await runner.begin(null);
    change(say(say(queue(), 'Ann'), 'Bob'));
    await runner.run();
    expect(library.said).toEqual(['name g1', 'name g2']);
    expect(queue().tasks).toEqual([]);
    expect(queue().done.map((done) => done.changes)).toEqual([[1], [2]]);
  });

  test('keeps an answer while the server is away, and sends it once', async () => {
    const library = new Library();
    const { runner, queue, change, waits } = table(library);
    await runner.begin(null);
    library.unplugged = 3;
    change(say(queue(), 'Ann'));
    await runner.run();
    expect(waits).toEqual([500, 1000, 2000]);
    expect(library.said).toEqual(['name g1']);
    expect(queue().notice).toBeNull();
  });

  test('tells of a fault of the server that does not pass, puts the question back and sends what is behind it', async () => {
    const library = new Library();
    const { runner, queue, change, waits } = table(library);
    await runner.begin(null);
    change(say(say(queue(), 'Ann'), 'Bob'));
    library.fault = 'g1';
    await runner.run();
    expect(waits).toHaveLength(5);
    expect(queue().notice).toEqual({ kind: 'refused', detail: 'the disk is full' });
    expect(queue().questions.map((held) => held.question.key)).toContain('g1');
    expect(library.said).toEqual(['name g2']);
  });

  test('tells when somebody else was faster and goes on with the next answer', async () => {
    const library = new Library();
    const { runner, queue, change } = table(library);
    await runner.begin(null);
    library.stacks[0] = stack('g1', [2], 't2');
    change(say(say(queue(), 'Ann'), 'Bob'));
    await runner.run();
    expect(library.said).toEqual(['name g2']);
    expect(queue().questions.some((held) => held.question.token === 't2')).toBe(true);
  });

  test('says of the others what the user wants after the answer itself, and undoes both', async () => {
    const library = new Library();
    const { runner, queue, change } = table(library);
    await runner.begin(null);
    change(say(queue(), 'Ann', { do: 'reject', faces: [2], groups: [], person: 'Ann' }));
    await runner.run();
    expect(queue().done[0]?.changes).toEqual([1, 2]);
    change(queues.undo(queue(), runner.sending, 3000));
    await runner.run();
    expect(library.said).toEqual(['name g1', 'reject 2', 'undo 2', 'undo 1']);
    expect(queue().questions[0]?.question.token).toBe('after undo');
  });

  test('opens the question that the user came for, or the first one when it is gone', async () => {
    const library = new Library();
    const one = table(library);
    await one.runner.begin('g3');
    expect(one.queue().questions.map((held) => held.question.key)).toEqual(['g3', 'g1', 'g2']);
    const two = table(library);
    await two.runner.begin('g77');
    expect(two.queue().questions[0]?.question.key).toBe('g1');
  });

  test('asks again when all that it had was answered', async () => {
    const library = new Library();
    const { runner, queue, change } = table(library);
    await runner.begin(null);
    change({ ...queue(), questions: queue().questions.slice(0, 1), leftStacks: 3 });
    change(say(queue(), 'Ann'));
    library.stacks.push(stack('g4', [9]));
    await runner.run();
    expect(queue().questions.map((held) => held.question.key)).toEqual(['g2', 'g3', 'g4']);
  });
});
