import { api, isAbort } from './api.ts';
import { explained } from './explained.ts';
import { t } from './i18n/index.svelte.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'problem';
  readonly action?: { readonly label: string; readonly run: () => void | Promise<void> };
}

const SHOWN_MS = 6_000; // with an Undo in it: long enough to read, see that it was wrong, and reach the button
const PROBLEM_MS = 12_000;

let toasts = $state.raw<readonly Toast[]>([]);
let last = 0;
let undone = $state(0);

export function shownToasts(): readonly Toast[] {
  return toasts;
}

/** Counts up when the user took a change back from a toast: pages that show what changed load again. */
export function undoCount(): number {
  return undone;
}

export function toast(text: string, action?: Toast['action']): number {
  return show({ id: ++last, text, tone: 'plain', ...(action ? { action } : {}) }, SHOWN_MS);
}

/** Says what a call changed, with an Undo for its Change. `afterUndo` lets the page show things as they are again. */
export function toastChange(text: string, change: number | null | undefined, afterUndo?: () => void | Promise<void>): void {
  if (typeof change !== 'number') {
    toast(text);
    return;
  }
  const id = toast(text, {
    label: t('shell.undo'),
    run: async () => {
      dismiss(id);
      try {
        await api.post('/api/history/{change}/undo', { path: { change } });
        undone += 1;
        toast(t('shell.undone'));
        await afterUndo?.();
      } catch (error) {
        toastProblem(error);
      }
    },
  });
}

/** Shows what went wrong in the server's own sentence. An aborted call is silent. */
export function toastProblem(error: unknown): void {
  if (isAbort(error)) return;
  show({ id: ++last, text: explained(error), tone: 'problem' }, PROBLEM_MS);
}

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
}

function show(toast: Toast, milliseconds: number): number {
  toasts = [...toasts.slice(-2), toast];
  setTimeout(() => dismiss(toast.id), milliseconds);
  return toast.id;
}
