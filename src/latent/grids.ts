/** Grids of latents between two or four corners. Typed arrays only: the page uses this file, too. */
import {
  assertFrames,
  interpolate,
  type InterpolationMethod,
  interpolationPath,
} from "./interpolation.ts";
import { type LatentBatch, latentsIn, stackLatents } from "./latents.ts";

/** How many places a grid has. */
export interface GridShape {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Latents of a grid in reading order, [rows·columns, Z]. Of four corners (top left, top right, bottom
 * left, bottom right) the left and right edges are joined first, then every row across; with slerp
 * that is the bilinear map on the sphere. Of two, the way from the first place to the last, a row
 * after the other. Corners are exact. Throws a RangeError for any other number of corners, and for
 * four on a grid of one row or column.
 */
export function cornerGrid(
  corners: LatentBatch,
  { columns, rows }: GridShape,
  method: InterpolationMethod,
): LatentBatch {
  if (corners.count === 2) return interpolationPath(corners, rows * columns, method);
  if (corners.count !== 4) {
    throw new RangeError(`Cannot lay a grid: expected two or four corners, got ${corners.count}`);
  }
  assertFrames(columns, 2, "across a grid of four corners");
  assertFrames(rows, 2, "down a grid of four corners");
  const [topLeft, topRight, bottomLeft, bottomRight] = latentsIn(corners);
  return stackLatents(
    Array.from({ length: rows }, (_, row) => {
      const down = row / (rows - 1);
      const left = interpolate(method, topLeft!, bottomLeft!, down);
      const right = interpolate(method, topRight!, bottomRight!, down);
      return Array.from(
        { length: columns },
        (_, column) => interpolate(method, left, right, column / (columns - 1)),
      );
    }).flat(),
  );
}
