/** Cells that would cover each other on the screen become one. */

import type { MapCell } from '$lib/shapes.ts';
import { boundsAround } from './places.ts';

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Largest first; a cell joins the first larger one nearer than `apart` pixels. Counts stay whole. */
export function merged(cells: readonly MapCell[], at: (cell: MapCell) => Spot, apart: number): MapCell[] {
  const kept: { cell: MapCell; spot: Spot }[] = [];
  for (const cell of [...cells].sort((a, b) => b.count - a.count)) {
    const spot = at(cell);
    const near = kept.find((one) => Math.hypot(one.spot.x - spot.x, one.spot.y - spot.y) < apart);
    if (near) near.cell = joined(near.cell, cell);
    else kept.push({ cell, spot });
  }
  return kept.map((one) => one.cell);
}

/** Stays where the larger one is, so that a picture does not wander off its place. */
function joined(larger: MapCell, smaller: MapCell): MapCell {
  const around = boundsAround(
    [larger, smaller].flatMap((cell) => [
      { latitude: cell.south, longitude: cell.west },
      { latitude: cell.north, longitude: cell.east },
    ]),
  );
  return { ...larger, ...around, count: larger.count + smaller.count };
}
