/** Which rows of a long grid of equal cells to draw: a stack can hold thousands of crops. */
export interface Drawn {
  readonly first: number;
  readonly last: number; // one past the last
  readonly before: number; // pixels above the first row
  readonly height: number; // pixels of the whole
}

export interface Cells {
  readonly count: number;
  readonly columns: number;
  readonly rowHeight: number;
}

export function columnsIn(width: number, cell: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (cell + gap)));
}

/** Cells from `top` to `top + seen`, and `spare` rows on both sides so that a scroll shows no hole. */
export function drawn(cells: Cells, top: number, seen: number, spare = 2): Drawn {
  const rows = Math.ceil(cells.count / cells.columns);
  const from = Math.max(0, Math.min(rows, Math.floor(top / cells.rowHeight) - spare));
  const to = Math.min(rows, Math.max(from, Math.ceil((top + seen) / cells.rowHeight) + spare));
  return {
    first: from * cells.columns,
    last: Math.min(cells.count, to * cells.columns),
    before: from * cells.rowHeight,
    height: rows * cells.rowHeight,
  };
}

/** Where to scroll so that cell `at` is whole in the view; the same place when it is already. */
export function scrollToShow(cells: Cells, at: number, top: number, seen: number): number {
  const upper = Math.floor(at / cells.columns) * cells.rowHeight;
  if (upper < top) return upper;
  return upper + cells.rowHeight > top + seen ? upper + cells.rowHeight - seen : top;
}
