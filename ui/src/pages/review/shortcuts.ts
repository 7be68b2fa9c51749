import type { PlainKey } from '$lib/i18n/index.svelte.ts';
import type { Shortcut } from '$lib/shortcuts.svelte.ts';
import { commandFor, type Command } from './keymap.ts';

type Row = readonly [keys: string | readonly string[], label?: PlainKey];

const STACK: readonly Row[] = [
  ['Enter', 'review.keyAccept'],
  ['1', 'review.keyCandidates'],
  [['2', '3', '4', '5', '6', '7', '8', '9']],
  ['n', 'review.keyName'],
  ['x', 'review.keyReject'],
  ['i', 'review.keyIgnore'],
  ['f', 'review.keyNotAFace'],
  ['s', 'review.keySkip'],
  ['u', 'review.keyUndo'],
  [['j', 'ArrowRight'], 'review.keyNext'],
  [['k', 'ArrowLeft'], 'review.keyPrevious'],
  [['ArrowDown', 'ArrowUp'], 'review.keyRows'],
  [['Home', 'End'], 'review.keyEnds'],
  [' ', 'review.keyToggle'],
  [['-', '+'], 'review.keyCut'],
  ['='], // plus without Shift
  ['d', 'review.keyDoubtful'],
  ['v', 'review.keyInvert'],
  ['a', 'review.keyAll'],
  ['o', 'review.keyOthers'],
  ['p', 'review.keyApart'],
  ['w', 'review.keyWhole'],
  ['Escape', 'review.keyClose'],
];

const PAIR: readonly Row[] = [
  [['Enter', 'y'], 'review.same'],
  ['d', 'review.different'],
  ['s', 'review.unsure'],
  ['u', 'review.keyUndo'],
];

const NONE: readonly Row[] = [['u', 'review.keyUndo']];

const ROWS = { stack: STACK, pair: PAIR, none: NONE } as const;

/** Buttons take Enter and Space themselves, sliders and switches the arrows. */
function isTheirs(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.key === 'Enter' || event.key === ' ') return target?.closest('button, a, summary, input') != null;
  return /^(Arrow|Home|End)/.test(event.key) && target?.closest('input, [role=menu]') != null;
}

/** The queue's keys for the app's list of shortcuts, so that its help sheet shows them. */
export function shortcutsFor(kind: keyof typeof ROWS, run: (command: Command) => boolean): Shortcut[] {
  const press = (event: KeyboardEvent): boolean => {
    if (isTheirs(event)) return false;
    const command = commandFor(event, kind);
    if (command) return run(command);
    return event.repeat; // A key held down is not for the browser either.
  };
  return ROWS[kind].map(([keys, label]) => ({ keys, run: press, ...(label ? { label } : {}) }));
}
