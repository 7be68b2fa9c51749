/** What a field loses and gains, item by item. */

export interface Part {
  readonly text: string;
  readonly changed: boolean;
}

/** An item that stands twice before and once after is lost once. */
export function lostAndGained(before: readonly string[], after: readonly string[]): { before: Part[]; after: Part[] } {
  return { before: marked(before, after), after: marked(after, before) };
}

function marked(items: readonly string[], others: readonly string[]): Part[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return items.map((text) => {
    const count = left.get(text) ?? 0;
    if (count) left.set(text, count - 1);
    return { text, changed: count === 0 };
  });
}
