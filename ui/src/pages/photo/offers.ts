/** One thing to choose while typing. */
export interface Offer {
  /** What is taken when it is chosen. */
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  readonly crop?: { readonly face: number; readonly version: string } | null;
  /** Shown last, for a value that is new. */
  readonly isNew?: boolean;
}
