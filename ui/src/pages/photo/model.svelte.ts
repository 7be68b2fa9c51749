import { api, isAbort } from '$lib/api.ts';
import type { Around, Changed, PhotoDetail, PhotoEdit } from '$lib/shapes.ts';
import { toastChange, toastProblem } from '$lib/toasts.svelte.ts';
import { SIDES } from './zoom.ts';

const KEPT = 16;

export function stagePicture(photo: { readonly id: number; readonly version: string }, side: number = SIDES[0]): string {
  return `/api/photos/${photo.id}/picture?side=${side}&v=${encodeURIComponent(photo.version)}`;
}

/** The photo that is looked at, its neighbours in the list it was opened from, and what is said about it. */
export class PhotoModel {
  detail = $state.raw<PhotoDetail>();
  around = $state.raw<Around>();
  failure = $state.raw<unknown>();
  #changing = $state(0);

  #id = 0;
  #aroundIsOf = 0;
  #asking: AbortController | undefined;
  #waiting: { id: number; tell: (around: Around | null) => void }[] = [];
  readonly #details = new Map<number, PhotoDetail>();
  readonly #preloads = new Map<number, HTMLImageElement>();

  get busy(): boolean {
    return this.#changing > 0;
  }

  /** Shows a photo, at once when it was preloaded, and makes its neighbours ready. */
  async open(id: number, q: string): Promise<void> {
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    this.#id = id;
    this.#aroundIsOf = 0;
    this.#tell(id, null, { others: true });
    this.failure = undefined;
    // One that was not preloaded: the one before stays until it is here, which is calmer than an empty page.
    this.detail = this.#details.get(id) ?? this.detail;
    try {
      const [, around] = await Promise.all([this.#load(signal), this.#aroundOf(id, q, signal)]);
      this.around = around;
      this.#aroundIsOf = id;
      this.#tell(id, around);
      await this.#preload(around, signal);
    } catch (error) {
      if (isAbort(error)) return;
      this.failure = error;
      this.#tell(id, null);
    }
  }

  /** Before and after a photo that is opened, or about to be; null when it came to nothing. */
  neighbours(id: number): Promise<Around | null> {
    if (this.around && this.#aroundIsOf === id) return Promise.resolve(this.around);
    return new Promise((tell) => this.#waiting.push({ id, tell }));
  }

  #tell(id: number, around: Around | null, whom: { others: boolean } = { others: false }): void {
    const waiting = this.#waiting.filter((one) => (one.id === id) !== whom.others);
    this.#waiting = this.#waiting.filter((one) => !waiting.includes(one));
    for (const one of waiting) one.tell(around);
  }

  async refresh(): Promise<void> {
    this.#details.clear();
    try {
      await this.#load(this.#asking?.signal);
    } catch (error) {
      toastProblem(error);
    }
  }

  edit(change: PhotoEdit, said: string): Promise<boolean> {
    const id = this.detail?.id; // what is seen, also while the next one is on its way
    if (id === undefined) return Promise.resolve(false);
    return this.change(() => api.patch('/api/photos/{photo}', { path: { photo: id }, body: change }), said);
  }

  /** Makes one change, says so with an Undo, and shows the photo as it then is. False when it was refused. */
  async change(make: () => Promise<Changed>, said: string): Promise<boolean> {
    this.#changing++;
    try {
      const { change } = await make();
      toastChange(said, change, () => this.refresh());
      await this.refresh();
      return true;
    } catch (error) {
      toastProblem(error);
      return false;
    } finally {
      this.#changing--;
    }
  }

  async #load(signal: AbortSignal | undefined): Promise<void> {
    const id = this.#id;
    const detail = await api.get('/api/photos/{photo}', { path: { photo: id }, ...(signal ? { signal } : {}) });
    this.#keep(detail);
    if (id === this.#id) this.detail = detail;
  }

  /** A photo that the query no longer finds (its tag was just taken away) is looked at alone. */
  async #aroundOf(id: number, q: string, signal: AbortSignal): Promise<Around> {
    try {
      return await api.get('/api/photos/{photo}/around', { path: { photo: id }, query: { q }, signal });
    } catch (error) {
      if (isAbort(error)) throw error;
      return { newer: null, older: null, at: 0, total: 1 };
    }
  }

  async #preload(around: Around, signal: AbortSignal): Promise<void> {
    for (const id of [around.older, around.newer]) {
      if (id === null || signal.aborted) continue;
      const known = this.#details.get(id) ?? (await api.get('/api/photos/{photo}', { path: { photo: id }, signal }));
      this.#keep(known);
      if (known.kind === 'video' || this.#preloads.has(id)) continue;
      const picture = new Image();
      picture.decoding = 'async';
      picture.src = stagePicture(known);
      this.#preloads.set(id, picture);
      forgetOldest(this.#preloads);
    }
  }

  #keep(detail: PhotoDetail): void {
    this.#details.delete(detail.id);
    this.#details.set(detail.id, detail);
    forgetOldest(this.#details);
  }
}

function forgetOldest(kept: Map<number, unknown>): void {
  const oldest = kept.keys().next();
  if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
}
