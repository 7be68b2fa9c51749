import { api } from '$lib/api.ts';
import { onEvent } from '$lib/events.svelte.ts';
import type { FaceAction } from '$lib/shapes.ts';
import { aboutTheOthers, answerOf, type Held, type Reply } from './question.ts';
import * as queues from './queue.ts';
import { Runner, type ReviewServer } from './runner.ts';
import type { Selection } from './selection.ts';
import { read, write } from './session.ts';

const KEY = 'photoscribe.review';
const KEEP_AFTER_MS = 150; // after the next question is painted
const REFRESH_AFTER_MS = 400;

/** What was said last, to be shown beside its undo. */
export interface Said {
  readonly reply: Reply;
  readonly name: string | null;
  readonly faces: number;
}

const server: ReviewServer = {
  page: (limit) => api.get('/api/review', { query: { limit } }),
  stack: (id) => api.get('/api/groups/{group}', { path: { group: id } }),
  answer: (body) => api.post('/api/review', { body }),
  act: (body) => api.post('/api/faces', { body }),
  undo: (id) => api.post('/api/history/{change}/undo', { path: { change: id } }),
};

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off: the queue lives as long as the page.
  }
}

function store(text: string): void {
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // Full or switched off: what is on the screen is still right.
  }
}

/** The queue of this tab. It outlives the page that shows it, so that answers on their way arrive. */
export class Review {
  #queue = $state.raw(queues.EMPTY);
  #waiting = $state.raw<unknown>(null);
  #failure = $state.raw<unknown>();
  #said = $state.raw<Said | null>(null);
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  readonly #runner: Runner;

  constructor() {
    this.#runner = new Runner(server, {
      read: () => this.#queue,
      write: (queue) => this.#put(queue),
      waiting: (why) => (this.#waiting = why),
      now: () => performance.now(),
      sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
    });
    addEventListener('pagehide', () => store(write(this.#queue)));
    addEventListener('online', () => void this.#run());
    onEvent((event) => {
      if (event.event === 'learned' || this.#queue.questions.length === 0) this.#refreshSoon();
    });
  }

  get queue(): queues.Queue {
    return this.#queue;
  }

  get shown(): Held | undefined {
    return this.#queue.questions[0];
  }

  /** Why answers wait here: the server is not there, or in trouble. null when all is well. */
  get waiting(): unknown {
    return this.#waiting;
  }

  get failure(): unknown {
    return this.#failure;
  }

  get said(): Said | null {
    return this.#said;
  }

  /** Goes on where this tab was, or with the question of this key. */
  async begin(at: string | null): Promise<void> {
    const kept = this.#queue.loaded ? { queue: this.#queue, at: null } : read(stored());
    this.#put({ ...kept.queue, shownAt: performance.now(), touched: false });
    this.#failure = undefined;
    try {
      await this.#runner.begin(at ?? kept.at ?? this.shown?.question.key ?? null);
    } catch (error) {
      this.#failure = error;
    }
  }

  select(selection: Selection): void {
    this.#put(queues.select(this.#queue, selection));
  }

  /** name: of whom the answer speaks. others: the faces left out are somebody else. */
  reply(reply: Reply, name: string | null, others: boolean): void {
    const held = this.shown;
    if (!held) return;
    const given = answerOf(held, reply, queues.AHEAD);
    const then: FaceAction | null = others ? aboutTheOthers(held, reply.do, name) : null;
    this.#said = { reply, name, faces: given.faces?.length ?? 0 };
    this.#put(queues.answer(this.#queue, given, then, performance.now()));
    void this.#run();
  }

  undo(): void {
    this.#said = null;
    this.#put(queues.undo(this.#queue, this.#runner.sending, performance.now()));
    void this.#run();
  }

  get canUndo(): boolean {
    return this.#queue.done.length > 0 || this.#queue.tasks.some((task) => task.type === 'answer');
  }

  dismiss(): void {
    this.#put({ ...this.#queue, notice: null });
  }

  #put(queue: queues.Queue): void {
    if (queue.notice && queue.notice !== this.#queue.notice) this.#said = null; // It was not taken after all.
    this.#queue = queue;
    if (this.#keeping !== undefined) return;
    this.#keeping = setTimeout(() => {
      this.#keeping = undefined;
      store(write(this.#queue));
    }, KEEP_AFTER_MS);
  }

  async #run(): Promise<void> {
    try {
      await this.#runner.run();
    } catch (error) {
      this.#failure = error;
    }
  }

  #refreshSoon(): void {
    if (this.#refreshing !== undefined) return;
    this.#refreshing = setTimeout(() => {
      this.#refreshing = undefined;
      if (this.#queue.tasks.length === 0) void this.#runner.refresh().catch(() => undefined);
    }, REFRESH_AFTER_MS);
  }
}

let one: Review | undefined;

export function theReview(): Review {
  one ??= new Review();
  return one;
}
