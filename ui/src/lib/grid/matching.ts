interface Known {
  readonly text: string;
  readonly photos: number;
}

/** Lower case without accents: "Zoë" is found by "zoe". */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Those that begin with the text, then those of which a word does, then those that hold it; within these the most used first. */
export function bestMatches<T extends Known>(known: readonly T[], text: string, limit: number): T[] {
  const wanted = folded(text.trim());
  const rank = (one: T): number => {
    const name = folded(one.text);
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[\s/]+/).some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return known
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || b.one.photos - a.one.photos || a.one.text.localeCompare(b.one.text))
    .slice(0, limit)
    .map(({ one }) => one);
}
