/** Addresses of pictures. The sides come from a short list, so that caches (the server's and the browser's) hit. */

const SIDES = [160, 240, 320, 480, 720, 1080, 1600, 2400, 3600] as const;
const CROP_SIDES = [64, 128, 192, 256, 384, 512] as const;

function atLeast(sides: readonly number[], wanted: number): number {
  return sides.find((side) => side >= wanted) ?? sides.at(-1) ?? wanted;
}

function density(): number {
  return Math.min(globalThis.devicePixelRatio || 1, 3);
}

/** side: of the long side in CSS pixels. version: makes the answer immutable for caches. */
export function pictureAddress(photo: number, version: string, side: number, pixelRatio = density()): string {
  return `/api/photos/${photo}/picture?side=${atLeast(SIDES, side * pixelRatio)}&v=${encodeURIComponent(version)}`;
}

export function cropAddress(face: number, version: string, side: number, pixelRatio = density()): string {
  return `/api/faces/${face}/crop?side=${atLeast(CROP_SIDES, side * pixelRatio)}&v=${encodeURIComponent(version)}`;
}

export function originalAddress(photo: number, options: { download?: boolean } = {}): string {
  return `/api/photos/${photo}/original${options.download ? '?download=1' : ''}`;
}
