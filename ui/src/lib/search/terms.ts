/** The words of a query, for chips and completion. The server alone decides what a query means (core/query.py). Pure. */

export interface Term {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly negated: boolean;
  /** Empty for a plain word. */
  readonly field: string;
  readonly value: string;
}

const TERM = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))?/y;

/** The terms in order. What cannot be read becomes plain words, so that nothing that was typed is lost. */
export function termsOf(query: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  while (at < query.length) {
    if (/\s/.test(query[at] ?? '')) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const match = TERM.exec(query);
    const end = match && match[0].length > 0 ? at + match[0].length : at + 1;
    terms.push({
      start: at,
      end,
      text: query.slice(at, end),
      negated: match?.[1] === '-',
      field: match?.[2] ?? '',
      value: match?.[3] ?? match?.[4] ?? '',
    });
    at = end;
  }
  return terms;
}

/** The query without one of its terms. */
export function without(query: string, term: Term): string {
  return `${query.slice(0, term.start).trimEnd()} ${query.slice(term.end).trimStart()}`.trim();
}

/** The term under the cursor, or an empty one there. */
export function termAt(query: string, cursor: number): { start: number; end: number; text: string } {
  const found = termsOf(query).find((term) => term.start < cursor && cursor <= term.end);
  return found ?? { start: cursor, end: cursor, text: '' };
}

/** The query with the word under the cursor replaced by a term, and where the cursor is then. */
export function completed(query: string, cursor: number, term: string): { query: string; cursor: number } {
  const { start, end } = termAt(query, cursor);
  const before = query.slice(0, start);
  const after = query.slice(end).trimStart();
  // A field alone, such as `person:`, waits for its value.
  const space = term.endsWith(':') ? '' : ' ';
  return { query: `${before}${term}${space}${after}`, cursor: start + term.length + space.length };
}

/** A value as it is typed: in quotes where it has spaces. A quotation mark cannot be said, and becomes a space. */
export function quoted(value: string): string {
  const said = value.replaceAll('"', ' ');
  return said === '' || /\s/.test(said) ? `"${said}"` : said;
}
