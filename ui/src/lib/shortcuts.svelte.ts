import { onMount } from 'svelte';
import { matchesKeys } from './keys.ts';
import type { PlainKey } from './i18n/index.svelte.ts';

export interface Shortcut {
  /** As KeyboardEvent.key, with "Mod+" for Ctrl or Command, "Shift+" where needed: "j", "Mod+k", "Shift+D", "?". */
  readonly keys: string | readonly string[];
  /** What it does, for the help sheet; left out, it is not listed. */
  readonly label?: PlainKey;
  /** The heading in the help sheet. */
  readonly section?: PlainKey;
  /** Does its work; return false to let the browser have the key after all. */
  readonly run: (event: KeyboardEvent) => unknown;
  /** Also while the user types in a field. */
  readonly typing?: boolean;
}

let layers = $state.raw<readonly (readonly Shortcut[])[]>([]);

/** All that work now, the innermost first: the help sheet lists them. */
export function activeShortcuts(): readonly Shortcut[] {
  return [...layers].reverse().flat();
}

/** Registers shortcuts until the returned function is called. A later registration wins over an earlier one. */
export function register(shortcuts: readonly Shortcut[]): () => void {
  layers = [...layers, shortcuts];
  return () => {
    layers = layers.filter((layer) => layer !== shortcuts);
  };
}

/** Registers shortcuts for as long as the component lives. Call it while the component is being made. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  onMount(() => register(shortcuts));
}

export function startShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const typing = isTyping(event.target);
    const modal = document.querySelector('dialog[open]');
    for (const shortcut of activeShortcuts()) {
      if (typing && !shortcut.typing) continue;
      if (modal && !shortcut.typing) continue; // a dialog is its own world
      const keys = typeof shortcut.keys === 'string' ? [shortcut.keys] : shortcut.keys;
      if (!keys.some((wanted) => matchesKeys(wanted, event))) continue;
      if (shortcut.run(event) === false) continue;
      event.preventDefault();
      return;
    }
  });
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button', 'submit'].includes(target.type);
}
