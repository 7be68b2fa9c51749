import type { Held } from './question.ts';
import { EMPTY, type AnswerTask, type Done, type Queue, type Task, type UndoTask } from './queue.ts';

/** What a reload of the page must not lose: the place, the faces taken out, answers not sent yet, the way back. */

const VERSION = 1;
/** A stack of thousands is not worth half the browser's storage; its undo is still in the history. */
const MOST_FACES = 500;
const MOST_DONE = 30;

type Stored<T> = T extends ReadonlySet<infer V>
  ? V[]
  : T extends readonly (infer V)[]
    ? Stored<V>[]
    : T extends object
      ? { [K in keyof T]: Stored<T[K]> }
      : T;

interface Kept {
  version: number;
  at: string | null;
  first: Stored<Held> | null;
  tasks: Stored<Task>[];
  done: Stored<Done>[];
  stacks: number;
  faces: number;
  nextId: number;
}

export interface Restored {
  readonly queue: Queue;
  readonly at: string | null;
}

function sizeOf(held: Held): number {
  return 'a' in held.question ? 0 : held.question.faces.length;
}

export function write(queue: Queue): string {
  const first = queue.questions[0];
  const kept = {
    version: VERSION,
    at: first?.question.key ?? null,
    first: first && sizeOf(first) <= MOST_FACES ? first : null,
    tasks: queue.tasks,
    done: queue.done.filter((done) => sizeOf(done.held) <= MOST_FACES).slice(-MOST_DONE),
    stacks: queue.stacks,
    faces: queue.faces,
    nextId: queue.nextId,
  };
  return JSON.stringify(kept, (_, value: unknown) => (value instanceof Set ? [...(value as Set<unknown>)] : value));
}

function heldFrom(stored: Stored<Held>): Held {
  const { question, selection, pinned, stale } = stored as unknown as Held;
  return { question, pinned, stale, selection: { cut: selection.cut, flips: new Set(stored.selection.flips) } };
}

function doneFrom(stored: Stored<Done>): Done {
  return { ...(stored as unknown as Done), held: heldFrom(stored.held) };
}

function taskFrom(stored: Stored<Task>): Task {
  if (stored.type === 'undo') return { ...(stored as unknown as UndoTask), of: doneFrom(stored.of) };
  return { ...(stored as unknown as AnswerTask), held: heldFrom(stored.held) };
}

/** The queue as it was left, to be laid under what the server says now; nothing for what is not ours. */
export function read(text: string | null): Restored {
  if (text === null) return { queue: EMPTY, at: null };
  try {
    const kept = JSON.parse(text) as Kept;
    if (kept.version !== VERSION) return { queue: EMPTY, at: null };
    const tasks = kept.tasks.map(taskFrom);
    const queue: Queue = {
      ...EMPTY,
      questions: kept.first ? [{ ...heldFrom(kept.first), pinned: true }] : [],
      tasks,
      done: kept.done.map(doneFrom),
      stacks: kept.stacks,
      faces: kept.faces,
      nextId: kept.nextId,
    };
    return { queue, at: kept.at };
  } catch {
    return { queue: EMPTY, at: null };
  }
}
