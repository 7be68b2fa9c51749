/** What a page may ask of the parts that it shows. */

export interface GridHandle {
  move(by: number, rows: boolean): void;
  focus(): void;
}

export interface StackHandle extends GridHandle {
  toggleAt(at: number, range?: boolean): void;
}

export interface TilesHandle {
  move(by: number, rows: boolean): void;
  toggle(at: number, range?: boolean): void;
}

export interface CardHandle {
  focus(): void;
}
