import { isAbort } from '$lib/api.ts';
import { explained } from '$lib/explained.ts';
import { formatBytes, t } from '$lib/i18n/index.svelte.ts';
import { session } from '$lib/session.svelte.ts';
import type { Uploaded } from '$lib/shapes.ts';
import { batches, wanted, type Chosen } from './choosing.ts';
import { send } from './sending.ts';

export interface Result {
  readonly name: string;
  readonly outcome: Uploaded['outcome'];
  readonly reason: string;
}

/** Uploads go on while another page is looked at: there is one for the whole app. */
class Upload {
  state = $state<'idle' | 'sending' | 'finished' | 'stopped'>('idle');
  bytes = $state(0);
  totalBytes = $state(0);
  files = $state(0);
  totalFiles = $state(0);
  results = $state.raw<readonly Result[]>([]);
  #stop: AbortController | undefined;

  async start(chosen: readonly Chosen[]): Promise<void> {
    const good = wanted(chosen);
    const limit = session()?.upload_limit_bytes ?? Number.MAX_SAFE_INTEGER;
    const { batches: portions, tooLarge } = batches(good, limit);
    const { signal } = (this.#stop = new AbortController());
    this.state = 'sending';
    this.bytes = 0;
    this.files = 0;
    this.totalBytes = portions.reduce((sum, portion) => sum + portion.bytes, 0);
    this.totalFiles = portions.reduce((sum, portion) => sum + portion.files.length, 0);
    const reason = t('imports.tooLarge', { limit: formatBytes(limit) });
    this.results = tooLarge.map((one): Result => ({ name: one.path, outcome: 'refused', reason }));
    for (const portion of portions) {
      const before = this.bytes;
      try {
        const sent = await send(portion, signal, (bytes) => (this.bytes = before + bytes));
        this.results = [...this.results, ...sent.map((one): Result => ({ name: one.name, outcome: one.outcome, reason: one.reason ?? '' }))];
      } catch (error) {
        if (isAbort(error)) {
          this.state = 'stopped';
          return;
        }
        // The portion is lost, not the rest.
        const why = explained(error);
        this.results = [...this.results, ...portion.files.map((one): Result => ({ name: one.path, outcome: 'refused', reason: why }))];
      }
      this.bytes = before + portion.bytes;
      this.files += portion.files.length;
    }
    this.state = 'finished';
  }

  stop(): void {
    this.#stop?.abort();
  }

  clear(): void {
    this.state = 'idle';
    this.results = [];
  }
}

export const upload = new Upload();
