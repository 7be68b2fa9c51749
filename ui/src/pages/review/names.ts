/** Completion of names over the people that the library knows. */

export interface Known {
  readonly id: string;
  readonly name: string;
  readonly faces?: number;
}

const MARKS = /\p{M}/gu;

/** What two spellings of a name share when somebody types in a hurry: no case, no accents, single spaces. */
export function folded(name: string): string {
  return name.normalize('NFKD').replace(MARKS, '').toLocaleLowerCase('und').replace(/\s+/g, ' ').trim();
}

/** The server's rule for one name: case and width do not make another person, accents do. */
export function sameName(a: string, b: string): boolean {
  const key = (name: string): string => name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
  return key(a) === key(b);
}

/** 3 the name begins so, 2 one of its words does, 1 it is somewhere in it, 0 it is not. */
function fit(name: string, typed: string): number {
  if (name.startsWith(typed)) return 3;
  if (name.split(/[\s\-'’.]+/).some((word) => word.startsWith(typed))) return 2;
  return name.includes(typed) ? 1 : 0;
}

/** The best people for what is typed: better fit first, then those with more faces. */
export function complete(typed: string, people: readonly Known[], limit = 6): Known[] {
  const text = folded(typed);
  const found = people
    .map((person) => ({ person, fit: text === '' ? 1 : fit(folded(person.name), text) }))
    .filter((one) => one.fit > 0);
  found.sort(
    (a, b) =>
      b.fit - a.fit || (b.person.faces ?? 0) - (a.person.faces ?? 0) || a.person.name.localeCompare(b.person.name),
  );
  return found.slice(0, limit).map((one) => one.person);
}

export function personNamed(name: string, people: readonly Known[]): Known | null {
  return people.find((person) => sameName(person.name, name)) ?? null;
}
