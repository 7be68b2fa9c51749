import { ApiProblem, isAbort } from '$lib/api.ts';
import type { Changed, FaceAction, ReviewAnswer, ReviewDone, ReviewPage, Stack } from '$lib/shapes.ts';
import { groupOf } from './question.ts';
import { AHEAD, asked, conflicted, drop, open, refused, settled, undone, type Queue, type Task } from './queue.ts';

/** What the queue needs of the server. */
export interface ReviewServer {
  page(limit: number): Promise<ReviewPage>;
  stack(group: number): Promise<Stack>;
  answer(answer: ReviewAnswer): Promise<ReviewDone>;
  act(action: FaceAction): Promise<Changed>;
  undo(change: number): Promise<unknown>;
}

/** Where the runner keeps what it knows, and how it tells time. */
export interface Desk {
  readonly read: () => Queue;
  readonly write: (queue: Queue) => void;
  /** Why answers wait: the last failure; null when they do not. */
  readonly waiting: (why: unknown) => void;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A server that answers, but with a fault of its own, is asked again for about 15 seconds; then the user is told. */
const MOST_FAULTS = 5;

/** No answer at all, or one that a later try may better: the answer is kept and sent again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiProblem) return error.status === 401 || error.status === 429 || error.status >= 500;
  return !isAbort(error);
}

function isFault(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 500 || error.status === 503);
}

/** Sends answers one after the other, in the order in which they were given; keeps them while nobody answers. */
export class Runner {
  readonly #server: ReviewServer;
  readonly #desk: Desk;
  #running: Promise<void> | null = null;
  #sending: number | null = null;
  #stopped = false;

  constructor(server: ReviewServer, desk: Desk) {
    this.#server = server;
    this.#desk = desk;
  }

  /** The task that the server may have heard of already. */
  get sending(): number | null {
    return this.#sending;
  }

  /** Fetches the first questions; `at` is a key that the user came for. */
  async begin(at: string | null): Promise<void> {
    await this.#patiently(async () => {
      const page = await this.#server.page(AHEAD);
      if (at !== null) await this.#bring(at, page);
      this.#desk.write(asked(this.#desk.read(), page, this.#desk.now()));
    });
    await this.run();
  }

  async #bring(key: string, page: ReviewPage): Promise<void> {
    const listed = page.items.find((item) => item.key === key);
    const question = listed ?? (await this.#stackOrNothing(key));
    const { read, write, now } = this.#desk;
    write(question && !this.#answered(key) ? open(read(), question, now()) : drop(read(), key, now()));
  }

  #answered(key: string): boolean {
    return this.#desk.read().tasks.some((task) => task.type === 'answer' && task.answer.key === key);
  }

  async #stackOrNothing(key: string): Promise<Stack | null> {
    const group = groupOf(key);
    if (group === null) return null;
    try {
      return await this.#server.stack(group);
    } catch (error) {
      if (isPassing(error)) throw error;
      return null; // It is not a group of its own any more.
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Sends all that waits. One loop at a time; a call while it runs joins it. */
  run(): Promise<void> {
    this.#running ??= this.#loop().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    for (let task = this.#next(); task; task = this.#next()) {
      const current = task;
      this.#sending = current.id;
      try {
        await this.#patiently(() => this.#send(current.id));
      } catch (error) {
        this.#giveUp(current.id, error);
      } finally {
        this.#sending = null;
      }
    }
    const queue = this.#desk.read();
    if (!this.#stopped && queue.loaded && queue.questions.length === 0 && queue.leftStacks > 0) await this.refresh();
  }

  /** The question comes back with the reason, so that the answers behind it can go on. */
  #giveUp(id: number, error: unknown): void {
    if (!(error instanceof ApiProblem)) throw error;
    const { read, write, now } = this.#desk;
    write(refused(read(), id, error.detail, now()));
  }

  #next(): Task | undefined {
    return this.#stopped ? undefined : this.#desk.read().tasks[0];
  }

  async #patiently(work: () => Promise<void>): Promise<void> {
    let faults = 0;
    for (let wait = FIRST_WAIT_MS; !this.#stopped; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await work();
        this.#desk.waiting(null);
        return;
      } catch (error) {
        if (isFault(error)) faults += 1;
        if (!isPassing(error) || faults > MOST_FAULTS) {
          this.#desk.waiting(null);
          throw error;
        }
        this.#desk.waiting(error);
        await this.#desk.sleep(wait);
      }
    }
  }

  /** The task is read again at each try: a token may be newer by then. */
  async #send(id: number): Promise<void> {
    const task = this.#desk.read().tasks.find((one) => one.id === id);
    if (!task) return;
    try {
      if (task.type === 'undo') await this.#takeBack(id, task.of.changes ?? [], task.of.held.question.key);
      else await this.#give(id, task.answer, task.then);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409 || task.type !== 'answer') throw error;
      const { read, write, now } = this.#desk;
      write(conflicted(read(), id, error.current, now()));
    }
  }

  async #give(id: number, answer: ReviewAnswer, then: FaceAction | null): Promise<void> {
    const done = await this.#server.answer(answer);
    const changes = done.change === null ? [] : [done.change];
    let page = done.next;
    if (then) {
      const more = await this.#also(then);
      if (more !== null) changes.push(more);
      page = await this.#server.page(AHEAD).catch(() => page); // The others have moved too.
    }
    page = await this.#withShown(page);
    this.#desk.write(settled(this.#desk.read(), id, changes, page, this.#desk.now()));
  }

  /** The answer itself stands by now: what follows it is tried a few times, and must not send the answer again. */
  async #also(then: FaceAction): Promise<number | null> {
    for (let tries = 0; tries < 4; tries++) {
      try {
        return (await this.#server.act(then)).change;
      } catch (error) {
        if (!isPassing(error)) return null;
        await this.#desk.sleep(FIRST_WAIT_MS * 2 ** tries);
      }
    }
    return null;
  }

  /** A stack that the user split is still on the screen: it needs its new token, wherever it ranks now. */
  async #withShown(page: ReviewPage): Promise<ReviewPage> {
    const first = this.#desk.read().questions[0];
    if (!first?.pinned || page.items.some((item) => item.key === first.question.key)) return page;
    const now = await this.#stackOrNothing(first.question.key).catch(() => null);
    return now ? { ...page, items: [now, ...page.items] } : page;
  }

  async #takeBack(id: number, changes: readonly number[], key: string): Promise<void> {
    for (const change of changes.toReversed()) await this.#server.undo(change);
    const page = await this.#server.page(AHEAD);
    const listed = page.items.some((item) => item.key === key);
    const stack = listed ? null : await this.#stackOrNothing(key);
    const items = stack ? [stack, ...page.items] : page.items;
    this.#desk.write(undone(this.#desk.read(), id, { ...page, items }, this.#desk.now()));
  }

  /** Asks again what comes next, when the library changed behind our back. */
  async refresh(): Promise<void> {
    await this.#patiently(async () => {
      const page = await this.#server.page(AHEAD);
      this.#desk.write(asked(this.#desk.read(), page, this.#desk.now()));
    });
  }
}
