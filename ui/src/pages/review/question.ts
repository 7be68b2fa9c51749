import type { FaceAction, Pair, ReviewAnswer, Stack, StackFace } from '$lib/shapes.ts';
import { everything, isIncluded, type Selection } from './selection.ts';

/** What the queue asks: is this stack one person and who, or are these two one person. */
export type Question = Stack | Pair;

export type Doing = ReviewAnswer['do'];

export function isPair(question: Question): question is Pair {
  return 'a' in question;
}

export function isStack(value: unknown): value is Stack {
  if (typeof value !== 'object' || value === null) return false;
  const some = value as Partial<Stack>;
  return typeof some.key === 'string' && typeof some.token === 'string' && Array.isArray(some.faces);
}

/** The number of the group that a key such as "g12" stands for. */
export function groupOf(key: string): number | null {
  const found = /^g(\d{1,15})$/.exec(key);
  return found?.[1] === undefined ? null : Number(found[1]);
}

/**
 * A question with what the user has done to it so far. pinned: it stays in its place when the server ranks anew.
 * stale: we changed it ourselves since its token was made, so that a conflict about it may be with ourselves.
 */
export interface Held {
  readonly question: Question;
  readonly selection: Selection;
  readonly pinned: boolean;
  readonly stale: boolean;
}

export function hold(question: Question, pinned = false): Held {
  return { question, selection: everything(isPair(question) ? 0 : question.faces.length), pinned, stale: false };
}

/** The same question as the server sees it now; faces that were taken out stay out. */
export function renew(held: Held, question: Question): Held {
  if (isPair(question) || isPair(held.question)) return { ...held, question, stale: false };
  const before = held.question;
  if (before.faces.length === question.faces.length && before.faces.every((f, at) => f.face === question.faces[at]?.face)) {
    return { ...held, question, stale: false };
  }
  const out = new Set(before.faces.filter((face, at) => !isIncluded(held.selection, at, face.face)).map((f) => f.face));
  const flips = new Set(question.faces.filter((face) => out.has(face.face)).map((face) => face.face));
  if (flips.size === question.faces.length) flips.clear(); // An answer about nobody is no answer.
  return { ...held, question, stale: false, selection: { cut: question.faces.length, flips } };
}

export function includedFaces(held: Held): StackFace[] {
  if (isPair(held.question)) return [];
  return held.question.faces.filter((face, at) => isIncluded(held.selection, at, face.face));
}

export function leftOutFaces(held: Held): StackFace[] {
  if (isPair(held.question)) return [];
  return held.question.faces.filter((face, at) => !isIncluded(held.selection, at, face.face));
}

/** The stack stays the question: only some faces left it, or one candidate. */
export function staysAsked(question: Question, doing: Doing): boolean {
  return !isPair(question) && (doing === 'apart' || (doing === 'reject' && question.kind === 'group'));
}

/** How many faces an answer settles; none for a question put off or still asked. */
export function settles(held: Held, doing: Doing): number {
  if (doing === 'skip' || doing === 'unsure' || staysAsked(held.question, doing)) return 0;
  if (!isPair(held.question)) return includedFaces(held).length;
  const { a, b } = held.question;
  return doing === 'same' ? (a.person ? 0 : a.count) + (b.person ? 0 : b.count) : 0;
}

export interface Reply {
  do: Doing;
  person?: string;
  name?: string;
}

export function answerOf(held: Held, reply: Reply, limit: number): ReviewAnswer {
  const { key, token } = held.question;
  const faces = reply.do === 'apart' ? leftOutFaces(held) : includedFaces(held);
  return { key, token, ...reply, faces: faces.map((face) => face.face), limit };
}

/** What to say about the faces left out, when the user says that they are somebody else than `name`. */
export function aboutTheOthers(held: Held, doing: Doing, name: string | null): FaceAction | null {
  const faces = leftOutFaces(held).map((face) => face.face);
  if (faces.length === 0 || name === null || (doing !== 'name' && doing !== 'confirm')) return null;
  return { do: 'reject', faces, groups: [], person: name };
}
