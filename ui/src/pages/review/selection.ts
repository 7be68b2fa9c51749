/** Which faces of a stack an answer is about: those before the cut, except where the user flipped one. */
export interface Selection {
  readonly cut: number;
  readonly flips: ReadonlySet<number>;
}

export function everything(count: number): Selection {
  return { cut: count, flips: new Set() };
}

export function isIncluded(selection: Selection, at: number, face: number): boolean {
  return at < selection.cut !== selection.flips.has(face);
}

export function toggle(selection: Selection, face: number): Selection {
  const flips = new Set(selection.flips);
  if (!flips.delete(face)) flips.add(face);
  return { ...selection, flips };
}

interface Ranked {
  readonly face: number;
  readonly similarity: number;
  readonly doubtful: boolean;
}

/**
 * Faces are ranked, so a cut after the first `count` is a cut by likeness. At least one face stays before it. What the
 * cut passes over follows it, whatever the user had said of it; faces flipped elsewhere stay as they are.
 */
export function cutAfter(selection: Selection, count: number, faces: readonly Ranked[]): Selection {
  const cut = Math.min(Math.max(1, Math.round(count)), faces.length);
  const flips = new Set(selection.flips);
  for (const { face } of faces.slice(Math.min(cut, selection.cut), Math.max(cut, selection.cut))) flips.delete(face);
  return { cut, flips };
}

/** Leaves out the doubtful ones; all of them in again when they were out already, or when all are doubtful. */
export function cutDoubtful(selection: Selection, faces: readonly Ranked[]): Selection {
  const sure = faces.findIndex((face) => face.doubtful);
  if (sure <= 0 || selection.cut === sure) return everything(faces.length);
  return { cut: sure, flips: new Set() };
}

/** What stood in the answer is out of it, and the other way round. */
export function invert(selection: Selection, faces: readonly Ranked[]): Selection {
  const now = faces.filter((face, at) => isIncluded(selection, at, face.face)).map((face) => face.face);
  return { cut: faces.length, flips: new Set(now) };
}

/** From the face that the user touched first to the one touched with shift: all as the first one is. */
export function toggleRange(selection: Selection, faces: readonly Ranked[], from: number, to: number): Selection {
  const first = faces[from];
  if (!first) return selection;
  const wanted = isIncluded(selection, from, first.face);
  const flips = new Set(selection.flips);
  for (let at = Math.min(from, to); at <= Math.max(from, to); at++) {
    const face = faces[at]?.face;
    if (face === undefined) continue;
    if (wanted === at < selection.cut) flips.delete(face);
    else flips.add(face);
  }
  return { ...selection, flips };
}

/** One press of a key moves the cut of a stack of thousands by as much of the slider as of a stack of ten. */
export function cutStep(count: number): number {
  return Math.max(1, Math.round(count / 40));
}

/** How like the heart of the stack the last face before the cut is, in [0, 1]. */
export function likenessAtCut(selection: Selection, faces: readonly Ranked[]): number {
  return faces[Math.max(0, Math.min(selection.cut, faces.length) - 1)]?.similarity ?? 1;
}
