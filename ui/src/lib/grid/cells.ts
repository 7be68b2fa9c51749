import { pictureAddress } from '../pictures.ts';
import { cssColour, KINDS } from './columns.ts';
import type { Segment } from './strip.ts';

export interface Cell {
  readonly element: HTMLAnchorElement;
  readonly picture: HTMLImageElement;
  index: number;
  id: number;
  /** The picture that it should show; set later than the cell while the user flings. */
  address: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Placing {
  readonly segment: Segment;
  readonly local: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CellTexts {
  readonly label: (segment: Segment, local: number) => string;
  readonly href: (id: number) => string;
}

/**
 * The elements of the grid, made once and used again: creating some thousands of them a second would cost a fling its frames.
 * They are styled in PhotoGrid.svelte.
 */
export class CellPool {
  readonly shown = new Map<number, Cell>();
  private readonly free: Cell[] = [];
  private readonly canvas: HTMLElement;
  private readonly texts: CellTexts;
  private total = 0;

  constructor(canvas: HTMLElement, texts: CellTexts) {
    this.canvas = canvas;
    this.texts = texts;
  }

  setTotal(total: number): void {
    this.total = total;
  }

  /** Shows a photo at its place; makes or takes an element where it was not shown. */
  place(index: number, at: Placing): Cell {
    let cell = this.shown.get(index);
    const id = at.segment.columns?.ids[at.local] ?? 0;
    if (cell?.id !== id) {
      if (!cell) {
        cell = this.free.pop() ?? this.make();
        this.shown.set(index, cell);
        cell.element.hidden = false;
      }
      this.bind(cell, index, id, at);
    }
    if (cell.x !== at.x || cell.y !== at.y) {
      cell.x = at.x;
      cell.y = at.y;
      cell.element.style.transform = `translate(${at.x}px, ${at.y}px)`;
    }
    const { style } = cell.element;
    const resized = cell.width !== at.width || cell.height !== at.height;
    if (resized) {
      cell.width = at.width;
      cell.height = at.height;
      style.width = `${at.width}px`;
      style.height = `${at.height}px`;
      cell.address = addressOf(id, at);
    }
    return cell;
  }

  /** Frees what is not among these places. A focused element stays: its focus would jump to another photo. */
  keepOnly(isShown: (index: number) => boolean): void {
    for (const [index, cell] of this.shown) {
      if (isShown(index) || cell.element === document.activeElement) continue;
      this.shown.delete(index);
      this.release(cell);
    }
  }

  clear(): void {
    for (const cell of this.shown.values()) this.release(cell);
    this.shown.clear();
  }

  /** Asks for the picture, if it is not asked for already. */
  showPicture(cell: Cell, urgent: boolean): void {
    if (cell.picture.dataset.address === cell.address) return;
    cell.picture.dataset.address = cell.address;
    cell.picture.fetchPriority = urgent ? 'high' : 'low';
    cell.picture.src = cell.address;
    if (cell.picture.complete && cell.picture.naturalWidth > 0) cell.element.classList.add('seen', 'at-once');
  }

  cellOf(target: EventTarget | null): Cell | undefined {
    const element = target instanceof Element ? target.closest<HTMLAnchorElement>('a.cell') : null;
    if (!element) return undefined;
    return this.shown.get(Number(element.dataset.index));
  }

  private bind(cell: Cell, index: number, id: number, { segment, local }: Placing): void {
    const { columns } = segment;
    if (!columns) return;
    const { element, picture } = cell;
    cell.index = index;
    cell.id = id;
    cell.width = 0; // the address comes with the size
    element.className = `cell ${KINDS[columns.kinds[local] ?? 0] ?? ''}`;
    element.style.backgroundColor = cssColour(columns.colours[local] ?? -1);
    element.href = this.texts.href(id);
    element.dataset.index = String(index);
    element.ariaLabel = this.texts.label(segment, local);
    element.ariaPosInSet = String(index + 1);
    element.ariaSetSize = String(this.total);
    delete picture.dataset.address;
    if (picture.hasAttribute('src')) picture.removeAttribute('src'); // gives up the fetch of what scrolled away
  }

  private make(): Cell {
    const element = document.createElement('a');
    element.className = 'cell';
    element.setAttribute('role', 'option');
    element.ariaSelected = 'false';
    element.tabIndex = -1;
    element.draggable = false;
    const picture = document.createElement('img');
    picture.alt = '';
    picture.decoding = 'async';
    picture.draggable = false;
    picture.addEventListener('load', () => element.classList.add('seen'));
    picture.addEventListener('error', () => {
      if (picture.hasAttribute('src')) element.classList.add('failed');
    });
    const badge = document.createElement('span');
    badge.className = 'badge';
    const check = document.createElement('span');
    check.className = 'check';
    element.append(picture, badge, check);
    this.canvas.append(element);
    return { element, picture, index: -1, id: 0, address: '', x: Number.NaN, y: Number.NaN, width: 0, height: 0 };
  }

  private release(cell: Cell): void {
    cell.element.hidden = true;
    cell.element.tabIndex = -1;
    delete cell.picture.dataset.address;
    cell.picture.removeAttribute('src');
    cell.id = 0;
    this.free.push(cell);
  }
}

function addressOf(id: number, { segment, local, width, height }: Placing): string {
  return pictureAddress(id, segment.columns?.versions[local] ?? '', Math.max(width, height));
}
