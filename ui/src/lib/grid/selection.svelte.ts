/** Which photos are chosen, by id. `all`: everything that the query finds, also what was never fetched. */
export class Selection {
  private ids = $state.raw<ReadonlySet<number>>(new Set());
  private every = $state(false);
  private total = $state(0);
  /** Where a range with Shift starts: a place in the timeline. */
  anchor: number | undefined;

  get isAll(): boolean {
    return this.every;
  }

  get size(): number {
    return this.every ? this.total : this.ids.size;
  }

  get isActive(): boolean {
    return this.every || this.ids.size > 0;
  }

  get photos(): readonly number[] {
    return [...this.ids];
  }

  has(id: number): boolean {
    return this.every || this.ids.has(id);
  }

  toggle(id: number): void {
    if (this.every) {
      this.replace([id]);
      return;
    }
    const next = new Set(this.ids);
    if (!next.delete(id)) next.add(id);
    this.ids = next;
  }

  add(ids: Iterable<number>): void {
    if (this.every) return;
    this.ids = new Set([...this.ids, ...ids]);
  }

  replace(ids: Iterable<number>): void {
    this.every = false;
    this.ids = new Set(ids);
  }

  selectAll(total: number): void {
    this.every = true;
    this.total = total;
    this.ids = new Set();
  }

  clear(): void {
    this.every = false;
    this.ids = new Set();
    this.anchor = undefined;
  }
}
