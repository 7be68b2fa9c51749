import type { Stack } from '$lib/shapes.ts';
import type { Reply } from './question.ts';

/**
 * Below this Enter asks for a name: one key too fast must not make a wrong name. Probabilities are calibrated on
 * held-out people (core/calibration.py, 2026-11-20), so that from here on the candidate is right more often than not.
 */
const LIKELY = 0.5;

/** What Enter does to a stack: yes to the person asked about, take the best candidate, or ask for a name. */
export function enterMeans(stack: Stack): 'yes' | 'candidate' | 'name' {
  if (stack.kind === 'suggested' && stack.person) return 'yes';
  return (stack.candidates[0]?.probability ?? 0) >= LIKELY ? 'candidate' : 'name';
}

export interface Spoken {
  readonly reply: Reply;
  readonly name: string | null;
}

export function yes(stack: Stack): Spoken | null {
  return stack.person ? { reply: { do: 'confirm' }, name: stack.person.name } : candidateReply(stack, 0);
}

export function candidateReply(stack: Stack, at: number): Spoken | null {
  const person = stack.candidates[at]?.person;
  return person ? { reply: { do: 'confirm', person: person.id }, name: person.name } : null;
}

/** "Not Ann": the person asked about, or of a group the best candidate. */
export function rejection(stack: Stack): Spoken | null {
  if (stack.kind === 'suggested') return stack.person ? { reply: { do: 'reject' }, name: stack.person.name } : null;
  const person = stack.candidates[0]?.person;
  return person ? { reply: { do: 'reject', person: person.id }, name: person.name } : null;
}
