import { isAbort } from '$lib/api.ts';

interface Part<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
  readonly total?: number | null;
}

/** A list of the server that grows as the user scrolls. */
export class Paged<T> {
  #items = $state.raw<readonly T[]>([]);
  #total = $state<number | null>(null);
  #next = $state<string | null>(null);
  #loading = $state(false);
  #loaded = $state(false);
  #failure = $state.raw<unknown>();
  #leaving = new AbortController();
  readonly #fetch: (cursor: string | null, signal: AbortSignal) => Promise<Part<T>>;

  constructor(fetch: (cursor: string | null, signal: AbortSignal) => Promise<Part<T>>) {
    this.#fetch = fetch;
  }

  get items(): readonly T[] {
    return this.#items;
  }
  get total(): number {
    return this.#total ?? this.#items.length;
  }
  get more(): boolean {
    return this.#next !== null;
  }
  get loading(): boolean {
    return this.#loading;
  }
  get loaded(): boolean {
    return this.#loaded;
  }
  get failure(): unknown {
    return this.#failure;
  }

  /** From the beginning; what is shown stays until the new list is there. */
  async reload(): Promise<void> {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    await this.#load(null, []);
  }

  async grow(): Promise<void> {
    if (this.#next !== null && !this.#loading) await this.#load(this.#next, this.#items);
  }

  /** Takes items out at once, before the server is asked again. */
  drop(gone: (item: T) => boolean): void {
    const kept = this.#items.filter((item) => !gone(item));
    if (this.#total !== null) this.#total -= this.#items.length - kept.length;
    this.#items = kept;
  }

  stop(): void {
    this.#leaving.abort();
  }

  async #load(cursor: string | null, before: readonly T[]): Promise<void> {
    const { signal } = this.#leaving;
    this.#loading = true;
    try {
      const part = await this.#fetch(cursor, signal);
      this.#items = [...before, ...part.items];
      this.#next = part.next ?? null;
      this.#total = part.total ?? null;
      this.#failure = undefined;
      this.#loaded = true;
    } catch (error) {
      if (!isAbort(error)) this.#failure = error;
    } finally {
      if (!signal.aborted) this.#loading = false;
    }
  }
}

/** An attachment: calls when the element comes near the screen. */
export function whenNear(react: () => void): (element: Element) => () => void {
  return (element) => {
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && react(), {
      rootMargin: '800px',
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  };
}
