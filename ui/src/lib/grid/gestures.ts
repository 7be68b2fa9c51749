import type { Cell } from './cells.ts';
import type { GridEngine } from './engine.svelte.ts';
import type { Selection } from './selection.svelte.ts';
import { ZoomGesture } from './zoom.ts';

export interface GestureHost {
  readonly scroller: HTMLElement;
  readonly engine: () => GridEngine | undefined;
  readonly selection: Selection;
  readonly zoomBy: (steps: number, at: number) => void;
  readonly failed: (error: unknown) => void;
}

const DRAG_FROM_PX = 6;
const LONG_PRESS_MS = 420;
const EDGE_PX = 64; // dragging this near to an end of the viewport scrolls

/** Clicks, drags, long presses, wheels and pinches on the grid. Returns how to stop listening. */
export function listen(host: GestureHost): () => void {
  const { scroller } = host;
  const stop = new AbortController();
  const { signal } = stop;
  const drag = new DragSelection(host);
  const zoom = new ZoomGesture();
  scroller.addEventListener('click', (event) => clicked(host, drag, event), { signal });
  scroller.addEventListener('pointerdown', (event) => drag.down(event), { signal });
  scroller.addEventListener('pointermove', (event) => drag.move(event), { signal });
  for (const end of ['pointerup', 'pointercancel'] as const) scroller.addEventListener(end, () => drag.end(), { signal });
  scroller.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
  scroller.addEventListener('contextmenu', (event) => drag.isTouching && event.preventDefault(), { signal });
  scroller.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const step = zoom.wheel(event.deltaY);
      if (step !== 0) host.zoomBy(step, event.clientY - scroller.getBoundingClientRect().top);
    },
    { signal, passive: false },
  );
  scroller.addEventListener(
    'touchstart',
    (event) => {
      if (event.touches.length === 2) {
        drag.end();
        zoom.pinchStart(spread(event));
      }
    },
    { signal, passive: true },
  );
  scroller.addEventListener(
    'touchmove',
    (event) => {
      if (event.touches.length === 2) {
        event.preventDefault();
        const step = zoom.pinch(spread(event));
        if (step !== 0) host.zoomBy(step, centre(event) - scroller.getBoundingClientRect().top);
      } else if (drag.isOn) event.preventDefault(); // else the page would scroll instead
    },
    { signal, passive: false },
  );
  return () => {
    drag.end();
    stop.abort();
  };
}

function spread(event: TouchEvent): number {
  const [a, b] = [event.touches[0], event.touches[1]];
  return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
}

function centre(event: TouchEvent): number {
  return ((event.touches[0]?.clientY ?? 0) + (event.touches[1]?.clientY ?? 0)) / 2;
}

/** A click opens the photo; on the mark, with Shift or Ctrl, or while some are chosen, it chooses. */
function clicked(host: GestureHost, drag: DragSelection, event: MouseEvent): void {
  const cell = host.engine()?.cellOf(event.target);
  if (!cell) return;
  if (drag.swallowsClick()) {
    event.preventDefault();
    return;
  }
  const { selection } = host;
  const onMark = event.target instanceof Element && event.target.closest('.check') !== null;
  if (event.shiftKey && selection.anchor !== undefined) chooseRange(host, cell);
  else if (onMark || event.shiftKey || event.ctrlKey || event.metaKey || selection.isActive) {
    selection.toggle(cell.id);
    selection.anchor = cell.index;
  } else return;
  event.preventDefault();
  const engine = host.engine();
  if (engine) engine.focused = cell.index;
}

function chooseRange(host: GestureHost, cell: Cell): void {
  const from = host.selection.anchor ?? cell.index;
  host
    .engine()
    ?.idsBetween(from, cell.index)
    .then((ids) => host.selection.add(ids))
    .catch(host.failed);
}

/** Choosing by dragging over photos: with the mouse at once, with a finger after a long press. */
class DragSelection {
  isOn = false;
  isTouching = false;
  private readonly host: GestureHost;
  private start: { readonly x: number; readonly y: number; readonly cell: Cell } | undefined;
  private before: readonly number[] = [];
  private last = -1;
  private pointer = { x: 0, y: 0, id: 0 };
  private press: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private turn = 0;
  private swallow = false;

  constructor(host: GestureHost) {
    this.host = host;
  }

  /** Whether the click that follows belongs to the drag; asked once. */
  swallowsClick(): boolean {
    const swallow = this.swallow;
    this.swallow = false;
    return swallow;
  }

  down(event: PointerEvent): void {
    this.swallow = false;
    const cell = this.host.engine()?.cellOf(event.target);
    if (!cell || event.button !== 0 || event.shiftKey) return;
    this.start = { x: event.clientX, y: event.clientY, cell };
    this.pointer = { x: event.clientX, y: event.clientY, id: event.pointerId };
    this.isTouching = event.pointerType === 'touch';
    if (this.isTouching) this.press = setTimeout(() => this.begin(), LONG_PRESS_MS);
  }

  move(event: PointerEvent): void {
    if (!this.start) return;
    this.pointer = { x: event.clientX, y: event.clientY, id: event.pointerId };
    const far = Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > DRAG_FROM_PX;
    if (!this.isOn) {
      if (this.isTouching && far) this.end(); // it scrolls
      else if (far) this.begin();
      else return;
    }
    if (this.isOn) this.reach();
  }

  end(): void {
    clearTimeout(this.press);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.start = undefined;
    this.isOn = false;
    this.isTouching = false;
  }

  private begin(): void {
    const { start, host } = this;
    if (!start || host.selection.isAll) return;
    this.isOn = true;
    this.swallow = true;
    this.last = -1;
    this.before = host.selection.photos;
    host.selection.anchor = start.cell.index;
    if (this.isTouching) vibrate();
    else host.scroller.setPointerCapture(this.pointer.id);
    this.reach();
    this.scrollAtEdge();
  }

  private reach(): void {
    const engine = this.host.engine();
    const from = this.host.selection.anchor;
    if (!engine || from === undefined) return;
    const index = engine.indexAt(this.pointer.x, this.pointer.y);
    if (index < 0 || index === this.last) return;
    this.last = index;
    const mine = ++this.turn;
    engine
      .idsBetween(from, index)
      .then((ids) => {
        if (mine === this.turn) this.host.selection.replace([...this.before, ...ids]);
      })
      .catch(this.host.failed);
  }

  private scrollAtEdge(): void {
    this.frame = requestAnimationFrame(() => {
      if (!this.isOn) return;
      const box = this.host.scroller.getBoundingClientRect();
      const over = Math.max(0, this.pointer.y - (box.bottom - EDGE_PX)) - Math.max(0, box.top + EDGE_PX - this.pointer.y);
      if (over !== 0) {
        this.host.scroller.scrollTop += over / 3;
        this.reach();
      }
      this.scrollAtEdge();
    });
  }
}

/** Where the device can: Safari has no such function. */
function vibrate(): void {
  if ('vibrate' in navigator) navigator.vibrate(10);
}
