import type { BucketPhotos } from '../shapes.ts';

export const KINDS = ['image', 'raw', 'video', 'dicom'] as const;

/** Photos of a segment, packed: a million of them must fit where a page has 150 MB. */
export interface Columns {
  readonly ids: Float64Array;
  readonly ratios: Float32Array;
  /** 0xRRGGBB, -1 where unknown. */
  readonly colours: Int32Array;
  /** 32 times the place of the month in the segment, and the day: see dayOf. */
  readonly days: Uint16Array;
  /** Places in KINDS. */
  readonly kinds: Uint8Array;
  readonly versions: readonly string[];
}

/** The day of the month of a photo, 0 without a date, and which of the months of its segment. */
export function dayOf(columns: Columns, local: number): { month: number; day: number } {
  const value = columns.days[local] ?? 0;
  return { month: value >> 5, day: value & 31 };
}

/** Months after each other, newest first, as one. */
export function packed(months: readonly BucketPhotos[]): Columns {
  return {
    ids: Float64Array.from(months.flatMap((one) => one.ids)),
    ratios: Float32Array.from(months.flatMap((one) => one.ratios)),
    colours: Int32Array.from(months.flatMap((one) => one.colours.map(colourNumber))),
    days: Uint16Array.from(months.flatMap((one, place) => one.days.map((day) => place * 32 + day))),
    kinds: Uint8Array.from(months.flatMap((one) => one.kinds.map((kind) => Math.max(0, KINDS.indexOf(kind))))),
    versions: months.flatMap((one) => one.versions),
  };
}

function colourNumber(colour: string): number {
  return /^[0-9a-f]{6}$/i.test(colour) ? parseInt(colour, 16) : -1;
}

export function cssColour(colour: number): string {
  return colour < 0 ? '' : `#${colour.toString(16).padStart(6, '0')}`;
}
