/**
 * Scrolling through more than a browser can: elements end at some 17 to 33 million pixels, and far from the origin single
 * precision loses the pixel. The page scrolls through a window of at most two million pixels; `offset` says where in
 * the strip the window lies. What is corrected above the viewport moves the offset, never the scroll position, so that a
 * fling goes on. While nothing moves the window is put back around the viewport.
 */
export class ScrollWindow {
  static readonly LONGEST = 2_000_000;
  offset = 0;
  private total = 0;
  private viewport = 0;

  resize(total: number, viewport: number): void {
    this.total = total;
    this.viewport = viewport;
  }

  /** The height of the element that scrolls. */
  get length(): number {
    return Math.min(Math.max(this.total, this.viewport), ScrollWindow.LONGEST);
  }

  /** Where in the strip the viewport's top is. */
  virtual(scrollTop: number): number {
    return scrollTop + this.offset;
  }

  /** Keeps a place of the strip where it is on the screen when what is above it grew by `delta`. */
  shift(delta: number): void {
    this.offset += delta;
  }

  /** Lays the window around a place of the strip; the scroll position that shows it. */
  placeAt(virtual: number): number {
    const last = Math.max(0, this.total - this.viewport);
    const wanted = Math.min(Math.max(0, virtual), last);
    const room = this.length - this.viewport;
    if (last <= room) {
      this.offset = 0;
      return wanted;
    }
    this.offset = Math.min(Math.max(0, Math.round(wanted - room / 2)), last - room);
    return wanted - this.offset;
  }

  /** Whether the window has to be laid anew, at once, since the strip ends before it, or it before the strip. */
  isOut(scrollTop: number): boolean {
    const at = this.virtual(scrollTop);
    const last = Math.max(0, this.total - this.viewport);
    const atStart = scrollTop <= 1 && at > 1;
    const atEnd = scrollTop >= this.length - this.viewport - 1 && at < last - 1;
    return at < 0 || at > last || atStart || atEnd;
  }

  /** Whether it would be laid elsewhere now: asked while nothing moves. */
  isAstray(scrollTop: number): boolean {
    const { offset } = this;
    const target = this.placeAt(this.virtual(scrollTop));
    const astray = Math.abs(target - scrollTop) > this.length / 8 || (this.offset === 0 && offset !== 0);
    this.offset = offset;
    return astray;
  }
}
