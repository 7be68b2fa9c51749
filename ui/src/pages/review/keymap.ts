/** The keys of the review queue. A key is a way to press a button that is on the screen too. */

export type Command =
  | { readonly do: 'accept' }
  | { readonly do: 'candidate'; readonly at: number }
  | { readonly do: 'move'; readonly by: number; readonly rows: boolean }
  | { readonly do: 'cut'; readonly by: 1 | -1 }
  | { readonly do: Simple };

export type Simple =
  | 'name'
  | 'reject'
  | 'ignore'
  | 'not_a_face'
  | 'toggle'
  | 'skip'
  | 'undo'
  | 'help'
  | 'apart'
  | 'others'
  | 'doubtful'
  | 'all'
  | 'invert'
  | 'whole'
  | 'same'
  | 'different'
  | 'unsure'
  | 'close';

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

const STACK: Readonly<Record<string, Simple>> = {
  n: 'name',
  x: 'reject',
  i: 'ignore',
  f: 'not_a_face',
  ' ': 'toggle',
  s: 'skip',
  p: 'apart',
  o: 'others',
  d: 'doubtful',
  a: 'all',
  v: 'invert',
  w: 'whole',
};

const PAIR: Readonly<Record<string, Simple>> = { y: 'same', Enter: 'same', d: 'different', s: 'unsure' };

const ALWAYS: Readonly<Record<string, Simple>> = { u: 'undo', '?': 'help', Escape: 'close' };

const MOVES: Readonly<Record<string, readonly [by: number, rows: boolean]>> = {
  j: [1, false],
  k: [-1, false],
  ArrowRight: [1, false],
  ArrowLeft: [-1, false],
  ArrowDown: [1, true],
  ArrowUp: [-1, true],
  Home: [-Infinity, false],
  End: [Infinity, false],
};

/** What a key held down may go on doing. An answer is never among it: one press, one stack. */
function repeats(command: Command): boolean {
  return command.do === 'move' || command.do === 'cut';
}

function meaning(key: string, kind: 'stack' | 'pair' | 'none'): Command | null {
  const always = ALWAYS[key];
  if (always) return { do: always };
  if (kind === 'pair') return PAIR[key] ? { do: PAIR[key] } : null;
  if (kind === 'none') return null;
  if (key === 'Enter') return { do: 'accept' };
  if (/^[1-9]$/.test(key)) return { do: 'candidate', at: Number(key) - 1 };
  if (key === '-') return { do: 'cut', by: -1 };
  if (key === '+' || key === '=') return { do: 'cut', by: 1 };
  const move = MOVES[key];
  if (move) return { do: 'move', by: move[0], rows: move[1] };
  const simple = STACK[key];
  return simple ? { do: simple } : null;
}

/** What a key press asks for while a question of this kind is shown. */
export function commandFor(press: Press, kind: 'stack' | 'pair' | 'none'): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const command = meaning(key, kind);
  return command && (!press.repeat || repeats(command)) ? command : null;
}
