import { CellPool, type Cell, type CellTexts } from './cells.ts';
import type { Columns } from './columns.ts';
import { Mismatch, SegmentFetcher, type FetchBucket } from './fetching.ts';
import { rowAt, rowOf } from './layout.ts';
import type { Selection } from './selection.svelte.ts';
import { Strip, type Anchor, type Segment } from './strip.ts';
import { ScrollWindow } from './window.ts';
import type { Timeline } from '../shapes.ts';
import { rowHeightOf } from './zoom.ts';

export interface Heading {
  readonly key: string;
  readonly first: number;
  readonly y: number;
}

export interface Blank {
  readonly key: string;
  readonly y: number;
  readonly height: number;
}

export interface EngineHost {
  readonly scroller: HTMLElement;
  readonly canvas: HTMLElement;
  readonly selection: Selection;
  readonly texts: CellTexts;
  readonly fetchBucket: FetchBucket;
  /** The timeline changed under us: it has to be counted again. */
  readonly recount: () => void;
  readonly failed: (error: unknown) => void;
  readonly settled: (anchor: Anchor) => void;
}

const IDLE_MS = 120;
const TOO_FAST_FOR_PICTURES = 2.5; // pixels a millisecond: three screens a second, nobody sees a picture
const WIDE = 700;
const FETCH_BEYOND = 1.5; // viewports

/** Keeps the elements in step with the scroll position. Svelte draws the headings; the photos are drawn by hand (cells.ts). */
export class GridEngine {
  headings = $state.raw<readonly Heading[]>([]);
  blanks = $state.raw<readonly Blank[]>([]);
  /** Where the viewport is: a part of the whole, and the bucket at its top. */
  fraction = $state(0);
  key = $state('');
  isMoving = $state(false);
  /** How far the title of the current bucket, which sticks to the top, is pushed up by the next; 0 not at all, 1 away. */
  pushed = $state(1);
  /** More than two screens: worth a scrubber. */
  isLong = $state(false);
  /** Counts up with every new arrangement: the scrubber draws itself anew. */
  arranged = $state(0);

  strip: Strip | undefined;
  focused = 0;
  private readonly host: EngineHost;
  private readonly pool: CellPool;
  private readonly scroll = new ScrollWindow();
  private fetcher: SegmentFetcher | undefined;
  private width = 0;
  private viewport = 0;
  private level: number;
  private lead = 0;
  private lastY = 0;
  private lastTime = 0;
  private speed = 0;
  private frame = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private focusWhenShown: number | undefined;

  constructor(host: EngineHost, level: number) {
    this.host = host;
    this.level = level;
    this.pool = new CellPool(host.canvas, host.texts);
    host.scroller.addEventListener('scroll', this.scrolled, { passive: true });
  }

  stop(): void {
    this.host.scroller.removeEventListener('scroll', this.scrolled);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.idle);
    this.fetcher?.stop();
    this.pool.clear();
  }

  /** Shows a timeline: a new one from its top (or the anchor), a newer state of the same where we are. */
  show(timeline: Timeline, options: { isSame: boolean; anchor?: Anchor | undefined; older?: Strip | undefined }): void {
    const anchor = options.isSame ? this.anchor() : options.anchor;
    const strip = new Strip(timeline.buckets, this.frameNow(), this.lead);
    const older = options.isSame ? this.strip : options.older;
    if (older) strip.inherit(older);
    this.fetcher?.stop();
    this.strip = strip;
    this.fetcher = new SegmentFetcher(strip, this.host.fetchBucket, this.arrived, this.refused);
    this.pool.setTotal(strip.total);
    if (!options.isSame) {
      this.pool.clear();
      this.focused = anchor?.index ?? 0;
    }
    this.goTo(anchor ? strip.yOf(anchor) : 0);
    this.arranged += 1;
  }

  /** The width or height of the viewport, or of what stands above the photos, has changed. */
  resize(width: number, viewport: number, lead: number): void {
    if (width === this.width && viewport === this.viewport && lead === this.lead) return;
    const wasEmpty = this.width === 0;
    const anchor = this.anchor();
    const atTop = this.y() < 1;
    this.width = width;
    this.viewport = viewport;
    this.lead = lead;
    if (!this.strip) return;
    this.rearrange(wasEmpty || atTop ? undefined : anchor, 0);
  }

  /** Changes the size of the pictures; the photo at a height of the viewport stays there. */
  zoom(level: number, at = this.viewport / 3): void {
    if (level === this.level) return;
    const anchor = this.strip?.anchorAt(this.y() + at);
    this.level = level;
    if (this.strip) this.rearrange(this.y() < 1 && at === this.viewport / 3 ? undefined : anchor, at);
  }

  anchor(): Anchor | undefined {
    return this.strip?.anchorAt(this.y());
  }

  scrubTo(fraction: number): void {
    if (this.strip) this.goTo(fraction * Math.max(0, this.strip.height - this.viewport));
  }

  /** By so many viewports. */
  scrollBy(viewports: number): void {
    this.host.scroller.scrollTop += viewports * this.viewport;
  }

  goToBucket(segment: Segment): void {
    this.goTo(segment.top);
  }

  /** Scrolls as little as shows the row of a photo. */
  reveal(index: number): void {
    if (!this.strip) return;
    const row = this.strip.rowBox(index);
    const margin = 72; // the heading of its bucket, and the bar of the selection
    const y = this.y();
    const wanted =
      row.top - margin < y ? row.top - margin : Math.max(y, row.top + row.height + 8 - this.viewport);
    if (Math.abs(wanted - y) > this.viewport) this.goTo(row.top - margin);
    else if (wanted !== y) this.host.scroller.scrollTop += wanted - y;
    this.draw();
  }

  focus(index: number): void {
    this.focused = index;
    this.focusWhenShown = index;
    this.reveal(index);
  }

  cellOf(target: EventTarget | null): Cell | undefined {
    return this.pool.cellOf(target);
  }

  /** The photo nearest to a point of the viewport; -1 without any. */
  indexAt(clientX: number, clientY: number): number {
    let best = -1;
    let distance = Infinity;
    for (const cell of this.pool.shown.values()) {
      const box = cell.element.getBoundingClientRect();
      const dy = clientY < box.top ? box.top - clientY : clientY > box.bottom ? clientY - box.bottom : 0;
      const dx = clientX < box.left ? box.left - clientX : clientX > box.right ? clientX - box.right : 0;
      if (dy * 4 + dx < distance) {
        distance = dy * 4 + dx;
        best = cell.index;
      }
    }
    return best;
  }

  load = (segment: Segment): Promise<Columns> => {
    if (!this.fetcher) throw new Error('there is no timeline yet');
    return this.fetcher.load(segment);
  };

  async idsBetween(from: number, to: number): Promise<number[]> {
    const { strip } = this;
    const ids: number[] = [];
    if (!strip) return ids;
    const low = Math.min(from, to);
    const high = Math.max(from, to);
    for (const segment of strip.segments) {
      if (segment.first > high || segment.first + segment.count <= low) continue;
      const columns = await this.load(segment);
      const start = Math.max(0, low - segment.first);
      ids.push(...columns.ids.slice(start, Math.min(segment.count, high - segment.first + 1)));
    }
    return ids;
  }

  /** Marks what is chosen; call it whenever the selection changes. */
  paintSelection(): void {
    for (const cell of this.pool.shown.values()) this.paint(cell);
  }

  private paint(cell: Cell): void {
    const chosen = this.host.selection.has(cell.id);
    cell.element.classList.toggle('selected', chosen);
    cell.element.ariaSelected = String(chosen);
    cell.element.tabIndex = cell.index === this.focused ? 0 : -1;
  }

  private y(): number {
    return this.scroll.virtual(this.host.scroller.scrollTop);
  }

  private frameNow(): Strip['frame'] {
    const gap = this.width >= WIDE ? 4 : 2;
    return { width: Math.max(120, this.width), rowHeight: rowHeightOf(this.level, this.width), gap };
  }

  private rearrange(anchor: Anchor | undefined, at: number): void {
    const { strip } = this;
    if (!strip) return;
    strip.frame = this.frameNow();
    strip.lead = this.lead;
    strip.arrange();
    this.goTo(anchor ? strip.yOf(anchor) - at : this.y());
    this.arranged += 1;
  }

  private goTo(y: number): void {
    const { strip, scroll, host } = this;
    if (!strip) return;
    scroll.resize(strip.height, this.viewport);
    const top = scroll.placeAt(y);
    host.canvas.style.height = `${scroll.length}px`;
    host.scroller.scrollTop = top;
    this.lastY = this.y();
    this.speed = 0;
    this.draw();
    this.settleSoon();
  }

  private readonly scrolled = (): void => {
    const now = performance.now();
    const y = this.y();
    const passed = Math.max(1, now - this.lastTime);
    this.speed = passed > 200 ? 0 : (y - this.lastY) / passed;
    this.lastY = y;
    this.lastTime = now;
    if (Math.abs(this.speed) > 0.05) this.isMoving = true;
    if (this.scroll.isOut(this.host.scroller.scrollTop)) this.host.scroller.scrollTop = this.scroll.placeAt(y);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
    this.settleSoon();
  };

  private settleSoon(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      this.speed = 0;
      this.isMoving = false;
      const { scroller } = this.host;
      if (this.scroll.isAstray(scroller.scrollTop)) scroller.scrollTop = this.scroll.placeAt(this.y());
      this.draw();
      const anchor = this.anchor();
      if (anchor) this.host.settled(anchor);
    }, IDLE_MS);
  }

  private readonly arrived = (segment: Segment, columns: Columns): void => {
    const { strip, scroll } = this;
    if (!strip) return;
    const y = this.y();
    const anchor = strip.anchorAt(y);
    strip.setColumns(segment, columns);
    scroll.resize(strip.height, this.viewport);
    scroll.shift(Math.round(strip.yOf(anchor) - y));
    this.lastY = this.y();
    const length = `${scroll.length}px`;
    if (this.host.canvas.style.height !== length) this.host.canvas.style.height = length;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  };

  private readonly refused = (error: unknown): void => {
    if (error instanceof Mismatch) this.host.recount();
    else this.host.failed(error);
  };

  private draw(): void {
    const { strip, viewport, speed } = this;
    if (!strip || this.width === 0) return;
    const y = this.y();
    const beyond = viewport * 0.6;
    const top = y - (speed > 1 ? beyond / 4 : beyond);
    const bottom = y + viewport + (speed < -1 ? beyond / 4 : beyond);
    const headings: Heading[] = [];
    const blanks: Blank[] = [];
    const ranges: { segment: Segment; from: number; to: number }[] = [];
    for (let place = strip.segmentAt(top); place < strip.segments.length; place += 1) {
      const segment = strip.segments[place];
      if (!segment || segment.top > bottom) break;
      const body = segment.top + strip.headOf(segment);
      if (segment.isHead) headings.push({ key: segment.key, first: segment.first, y: segment.top - this.scroll.offset });
      const { rows } = segment;
      if (!rows) {
        const height = Math.min(segment.top + segment.height, bottom) - Math.max(body, top);
        if (height > 0) blanks.push({ key: `${segment.key}/${segment.start}`, y: Math.max(body, top) - this.scroll.offset, height });
        continue;
      }
      const first = rowAt(rows, top - body);
      const last = rowAt(rows, bottom - body);
      ranges.push({ segment, from: rows.starts[first] ?? 0, to: rows.starts[last + 1] ?? 0 });
    }
    this.drawCells(ranges, y);
    if (!sameKeys(this.headings, headings)) this.headings = headings;
    if (blanks.length > 0 || this.blanks.length > 0) this.blanks = blanks;
    this.isLong = strip.height > 2 * viewport;
    this.fraction = Math.min(1, Math.max(0, y / Math.max(1, strip.height - viewport)));
    this.key = strip.segments[strip.segmentAt(y + 40)]?.key ?? '';
    this.pushed = pushedBy(strip, y);
    this.fetchNear(y);
  }

  private drawCells(ranges: readonly { segment: Segment; from: number; to: number }[], y: number): void {
    const { pool, scroll } = this;
    const isShown = (index: number): boolean =>
      ranges.some(({ segment, from, to }) => index >= segment.first + from && index < segment.first + to);
    pool.keepOnly(isShown);
    const pictures = Math.abs(this.speed) < TOO_FAST_FOR_PICTURES;
    for (const { segment, from, to } of ranges) {
      const { rows } = segment;
      if (!rows || !this.strip) continue;
      const body = segment.top + this.strip.headOf(segment) - scroll.offset;
      let row = -1;
      for (let local = from; local < to; local += 1) {
        while (row < 0 || (rows.starts[row + 1] ?? 0) <= local) row = row < 0 ? rowOf(rows, local) : row + 1;
        const height = rows.heights[row] ?? 0;
        const cellY = Math.round(body + (rows.tops[row] ?? 0));
        const cell = pool.place(segment.first + local, {
          segment,
          local,
          x: rows.lefts[local] ?? 0,
          y: cellY,
          width: rows.widths[local] ?? 0,
          height,
        });
        this.paint(cell);
        if (pictures) pool.showPicture(cell, cellY + scroll.offset + height > y && cellY + scroll.offset < y + this.viewport);
      }
    }
    const wanted = this.focusWhenShown === undefined ? undefined : pool.shown.get(this.focusWhenShown);
    if (wanted) {
      this.focusWhenShown = undefined;
      wanted.element.focus({ preventScroll: true });
    }
  }

  private fetchNear(y: number): void {
    const { strip, viewport } = this;
    if (!strip) return;
    const middle = y + viewport / 2;
    const reach = viewport * (0.5 + FETCH_BEYOND);
    const near: Segment[] = [];
    for (let place = strip.segmentAt(middle - reach); place < strip.segments.length; place += 1) {
      const segment = strip.segments[place];
      if (!segment || segment.top > middle + reach) break;
      near.push(segment);
    }
    const away = (one: Segment): number => Math.max(one.top - middle, middle - one.top - one.height, 0);
    near.sort((a, b) => away(a) - away(b));
    this.fetcher?.want(near);
  }
}

const STUCK_PX = 40;

function pushedBy(strip: Strip, y: number): number {
  const place = strip.segmentAt(y);
  const segment = strip.segments[place];
  if (!segment || y < segment.top + (segment.isHead ? 24 : 0)) return 1;
  const next = strip.segments[place + 1];
  if (!next?.isHead) return 0;
  return Math.min(1, Math.max(0, (y + STUCK_PX - next.top) / STUCK_PX));
}

function sameKeys(before: readonly Heading[], after: readonly Heading[]): boolean {
  return (
    before.length === after.length && before.every((one, place) => one.key === after[place]?.key && one.y === after[place].y)
  );
}
