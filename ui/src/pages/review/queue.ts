import type { FaceAction, ReviewAnswer, ReviewPage } from '$lib/shapes.ts';
import { hold, isPair, isStack, renew, settles, staysAsked, type Held, type Question } from './question.ts';

/** Milliseconds in which a question that appears may still change its order: to choose among names takes a person longer. */
export const SETTLE_MS = 300;
/** Questions asked for at a time: the one on the screen, and enough behind it for a slow network. */
export const AHEAD = 4;
const KEPT_FOR_UNDO = 200;

/** An answer on its way. `then` is said after it, about the faces that were left out. */
export interface AnswerTask {
  readonly id: number;
  readonly type: 'answer';
  readonly held: Held;
  readonly answer: ReviewAnswer;
  readonly then: FaceAction | null;
}

/** An answer to take back: its changes, or null while that answer is itself still on its way. */
export interface UndoTask {
  readonly id: number;
  readonly type: 'undo';
  readonly of: Done;
}

export type Task = AnswerTask | UndoTask;

export interface Done {
  readonly task: number;
  readonly held: Held;
  readonly doing: ReviewAnswer['do'];
  readonly settled: number;
  readonly changes: readonly number[] | null;
}

export type Notice =
  | { readonly kind: 'changed' | 'gone' | 'later' | 'nothing-to-undo' }
  | { readonly kind: 'refused'; readonly detail: string };

/** The queue as one page of a browser sees it. questions[0] is on the screen; tasks[0] is being sent. */
export interface Queue {
  readonly questions: readonly Held[];
  readonly tasks: readonly Task[];
  readonly done: readonly Done[];
  readonly leftFaces: number;
  readonly leftStacks: number;
  readonly learning: boolean;
  readonly loaded: boolean;
  readonly notice: Notice | null;
  readonly stacks: number; // answered in this session
  readonly faces: number;
  readonly shownAt: number;
  readonly touched: boolean; // the user did something to the question shown
  readonly nextId: number;
}

export const EMPTY: Queue = {
  questions: [],
  tasks: [],
  done: [],
  leftFaces: 0,
  leftStacks: 0,
  learning: false,
  loaded: false,
  notice: null,
  stacks: 0,
  faces: 0,
  shownAt: 0,
  touched: false,
  nextId: 1,
};

function keyOf(held: Held | undefined): string | undefined {
  return held?.question.key;
}

function show(queue: Queue, questions: readonly Held[], now: number): Queue {
  const same = keyOf(questions[0]) === keyOf(queue.questions[0]);
  return { ...queue, questions, shownAt: same ? queue.shownAt : now, touched: same && queue.touched };
}

/** Nobody can have decided anything about the question on the screen yet. */
function fresh(queue: Queue, now: number): boolean {
  return !queue.touched && now - queue.shownAt < SETTLE_MS;
}

/** Candidates the user has seen keep their number; new ones come after them. */
function keepNumbers(seen: Question, now: Question): Question {
  if (isPair(seen) || isPair(now)) return now;
  const rank = new Map(seen.candidates.map((candidate, at) => [candidate.person.id, at]));
  const place = (id: string): number => rank.get(id) ?? Infinity;
  const kept = now.candidates.filter((c) => rank.has(c.person.id));
  kept.sort((a, b) => place(a.person.id) - place(b.person.id));
  return { ...now, candidates: [...kept, ...now.candidates.filter((c) => !rank.has(c.person.id))] };
}

function pendingKeys(queue: Queue): Set<string> {
  return new Set(queue.tasks.filter((task) => task.type === 'answer').map((task) => task.held.question.key));
}

/** An answer given to an older state of a stack also fits a newer one that still holds all its faces. */
function retoken(task: Task, items: ReadonlyMap<string, Question>): Task {
  if (task.type !== 'answer') return task;
  const now = items.get(task.answer.key);
  if (!now || now.token === task.answer.token) return task;
  return holdsAll(now, task.answer.faces ?? []) ? { ...task, answer: { ...task.answer, token: now.token } } : task;
}

/**
 * What the server says comes next, laid over what is here: the question on the screen stays on it, pinned ones keep
 * their place, questions whose answer is on its way do not come back.
 */
export function asked(queue: Queue, page: ReviewPage, now: number): Queue {
  const items = new Map<string, Question>(page.items.map((item) => [item.key, item]));
  const tasks = queue.tasks.map((task) => retoken(task, items));
  const pending = pendingKeys(queue);
  const kept = queue.questions
    .filter((held, at) => at === 0 || held.pinned)
    .map((held, at) => {
      const item = items.get(held.question.key);
      if (!item || pending.has(item.key)) return held; // What is shown is ahead of what the server knew.
      return renew(held, at === 0 && !fresh(queue, now) ? keepNumbers(held.question, item) : item);
    });
  const have = new Set(kept.map((held) => held.question.key));
  const more = page.items.filter((item) => !have.has(item.key) && !pending.has(item.key)).map((item) => hold(item));
  const next = show({ ...queue, tasks }, [...kept, ...more], now);
  return {
    ...next,
    leftFaces: page.left_faces,
    leftStacks: page.left_stacks,
    learning: page.learning ?? false,
    loaded: true,
  };
}

/** Opens one question before all others: the user came for it. */
export function open(queue: Queue, question: Question, now: number): Queue {
  const held = queue.questions.find((one) => one.question.key === question.key);
  const others = queue.questions.filter((one) => one.question.key !== question.key);
  return show(queue, [{ ...(held ? renew(held, question) : hold(question)), pinned: true }, ...others], now);
}

/** The question is answered or not asked any more. */
export function drop(queue: Queue, key: string, now: number): Queue {
  return show(
    queue,
    queue.questions.filter((held) => held.question.key !== key),
    now,
  );
}

export function select(queue: Queue, selection: Held['selection']): Queue {
  const first = queue.questions[0];
  if (!first) return queue;
  return { ...queue, questions: [{ ...first, selection }, ...queue.questions.slice(1)], touched: true };
}

/** Takes the user's answer: the next question is on the screen before the server has heard of it. */
export function answer(queue: Queue, given: ReviewAnswer, then: FaceAction | null, now: number): Queue {
  const held = queue.questions[0];
  if (held?.question.key !== given.key) return queue;
  const settled = settles(held, given.do);
  const task: AnswerTask = { id: queue.nextId, type: 'answer', held, answer: given, then };
  const rest = queue.questions.slice(1);
  const next = show(queue, staysAsked(held.question, given.do) ? [stillAsked(held, given), ...rest] : rest, now);
  return {
    ...next,
    tasks: [...queue.tasks, task],
    notice: null,
    stacks: queue.stacks + (settled > 0 ? 1 : 0),
    faces: queue.faces + settled,
    nextId: queue.nextId + 1,
  };
}

/** The stack without the faces set apart, or without the candidate who it is not. */
function stillAsked(held: Held, given: ReviewAnswer): Held {
  if (isPair(held.question)) return held;
  if (given.do === 'reject') {
    const candidates = held.question.candidates.filter((one) => one.person.id !== given.person);
    return { ...held, question: { ...held.question, candidates }, pinned: true, stale: true };
  }
  const off = new Set(given.faces);
  const faces = held.question.faces.filter((face) => !off.has(face.face));
  return { ...hold({ ...held.question, faces, count: held.question.count - off.size }, true), stale: true };
}

function without(queue: Queue, id: number): Queue {
  return { ...queue, tasks: queue.tasks.filter((task) => task.id !== id) };
}

function taskOf(queue: Queue, id: number): Task | undefined {
  return queue.tasks.find((task) => task.id === id);
}

/** The answer is in the library: `changes` take it back, newest last. */
export function settled(queue: Queue, id: number, changes: readonly number[], page: ReviewPage, now: number): Queue {
  const task = taskOf(queue, id);
  if (task?.type !== 'answer') return asked(queue, page, now);
  const done: Done = {
    task: id,
    held: task.held,
    doing: task.answer.do,
    settled: settles(task.held, task.answer.do),
    changes,
  };
  const taken = queue.tasks.some((one) => one.type === 'undo' && one.of.task === id);
  const tasks = queue.tasks
    .filter((one) => one.id !== id)
    .map((one) => (one.type === 'undo' && one.of.task === id ? { ...one, of: { ...one.of, changes } } : one));
  const kept = taken ? queue.done : [...queue.done, done].slice(-KEPT_FOR_UNDO);
  return asked({ ...queue, tasks, done: kept }, page, now);
}

/** Puts a question back: at once when the user cannot have begun with the next one, else right after it. */
function putBack(queue: Queue, held: Held, now: number): Queue {
  const others = queue.questions.filter((one) => one.question.key !== held.question.key);
  const first = others[0];
  const pinned = { ...held, pinned: true };
  if (!first || others.length < queue.questions.length || fresh(queue, now)) return show(queue, [pinned, ...others], now);
  return show(queue, [first, pinned, ...others.slice(1)], now);
}

function uncount(queue: Queue, task: AnswerTask): Queue {
  const faces = settles(task.held, task.answer.do);
  return faces === 0 ? queue : { ...queue, stacks: queue.stacks - 1, faces: queue.faces - faces };
}

/** An answer that did not happen cannot be undone either. */
function forgetUndo(queue: Queue, id: number): Queue {
  return { ...queue, tasks: queue.tasks.filter((task) => !(task.type === 'undo' && task.of.task === id)) };
}

function holdsAll(question: Question, faces: readonly number[]): boolean {
  if (isPair(question)) return true;
  const there = new Set(question.faces.map((face) => face.face));
  return faces.every((face) => there.has(face));
}

/** The conflict was with our own split, or undo: the answer goes again, once, with the new token. */
function resent(queue: Queue, task: AnswerTask, current: Question): Queue {
  const again = { ...task, held: { ...task.held, stale: false }, answer: { ...task.answer, token: current.token } };
  return { ...queue, tasks: queue.tasks.map((one) => (one.id === task.id ? again : one)) };
}

/** Somebody else was faster. Their word stands; the stack as it is now is asked again with the same faces left out. */
export function conflicted(queue: Queue, id: number, current: unknown, now: number): Queue {
  const task = taskOf(queue, id);
  if (task?.type !== 'answer') return without(queue, id);
  if (task.held.stale && isStack(current) && holdsAll(current, task.answer.faces ?? [])) return resent(queue, task, current);
  const left = forgetUndo(uncount(without(queue, id), task), id);
  if (!isStack(current) || current.faces.length === 0) {
    return { ...drop(left, task.answer.key, now), notice: { kind: 'gone' } };
  }
  const back = putBack(left, renew(task.held, current), now);
  return { ...back, notice: { kind: keyOf(back.questions[0]) === current.key ? 'changed' : 'later' } };
}

/** The server does not take this answer at all, and says why. */
export function refused(queue: Queue, id: number, detail: string, now: number): Queue {
  const task = taskOf(queue, id);
  const notice: Notice = { kind: 'refused', detail };
  if (task?.type === 'undo') return { ...without(queue, id), notice };
  if (task?.type !== 'answer') return queue;
  return { ...putBack(forgetUndo(uncount(without(queue, id), task), id), task.held, now), notice };
}

/** Takes back the newest answer that stands; its question is on the screen again at once, as the user left it. */
export function undo(queue: Queue, sending: number | null, now: number): Queue {
  const undone = new Set(queue.tasks.filter((task) => task.type === 'undo').map((task) => task.of.task));
  const last = queue.tasks.findLast((task): task is AnswerTask => task.type === 'answer' && !undone.has(task.id));
  if (last && last.id !== sending) return restore(uncount(without(queue, last.id), last), last.held, now);
  if (last) {
    const of: Done = { task: last.id, held: last.held, doing: last.answer.do, settled: 0, changes: null };
    return restore(addUndo(uncount(queue, last), of), last.held, now);
  }
  const done = queue.done.at(-1);
  if (!done) return { ...queue, notice: { kind: 'nothing-to-undo' } };
  const shorter = { ...queue, done: queue.done.slice(0, -1) };
  const counted =
    done.settled > 0 ? { ...shorter, stacks: shorter.stacks - 1, faces: shorter.faces - done.settled } : shorter;
  const next = done.changes?.length === 0 ? counted : addUndo(counted, done);
  return restore(next, done.held, now);
}

function addUndo(queue: Queue, of: Done): Queue {
  return { ...queue, tasks: [...queue.tasks, { id: queue.nextId, type: 'undo', of }], nextId: queue.nextId + 1 };
}

function restore(queue: Queue, held: Held, now: number): Queue {
  const others = queue.questions.filter((one) => one.question.key !== held.question.key);
  return { ...show(queue, [{ ...held, pinned: true, stale: true }, ...others], now), notice: null };
}

export function undone(queue: Queue, id: number, page: ReviewPage, now: number): Queue {
  return asked(without(queue, id), page, now);
}

/** What is left once the answers on their way have arrived. */
export function leftNow(queue: Queue): { faces: number; stacks: number } {
  let faces = 0;
  let stacks = 0;
  for (const task of queue.tasks) {
    if (task.type !== 'answer' || task.answer.do === 'reject') continue; // Who is not Ann waits for a name again.
    const count = settles(task.held, task.answer.do);
    faces += count;
    if (count > 0) stacks += 1;
  }
  return { faces: Math.max(0, queue.leftFaces - faces), stacks: Math.max(0, queue.leftStacks - stacks) };
}

export function isFinished(queue: Queue): boolean {
  return queue.loaded && queue.questions.length === 0 && queue.tasks.length === 0 && queue.leftStacks === 0;
}
