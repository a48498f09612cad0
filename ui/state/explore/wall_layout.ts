/** Where a wall's tiles stand. Rows count from seed 0, and there are as many as there are seeds. */
import { MOST_SEED, TILE } from "./view.ts";

/** CSS pixels between tiles. */
export const GAP = 2;

/**
 * Rows that the scrolled box holds at a time. Browsers make no box for all of them, so it holds a
 * window, which moves on long before the reader comes to its end.
 */
export const WINDOW_ROWS = 40_000;

/** What a wall has to go by. */
export interface WallSpace {
  /** Of the scrolled box, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The screen's pixels in a CSS pixel. */
  readonly pixelRatio: number;
  /** Side of the images, in their own pixels. */
  readonly imageSize: number;
  /** Side that a tile should have, in CSS pixels. */
  readonly wish: number;
  /** Whether tiles may have any size, their pixels smoothed. */
  readonly smooth: boolean;
}

/** How large tiles are and how many stand in a row. */
export interface WallLayout {
  readonly columns: number;
  /** Side of a tile, in CSS pixels. */
  readonly tile: number;
  /** From a row to the next, in CSS pixels. */
  readonly pitch: number;
  /** Rows in sight, the cut ones among them. */
  readonly rowsInSight: number;
}

/**
 * Sizes at which each of an image's pixels covers the same whole number of the screen's, in CSS
 * pixels; between the bounds of tiles if any such is.
 */
export function crispSizes(imageSize: number, pixelRatio: number): readonly number[] {
  const unit = imageSize / pixelRatio;
  const most = Math.max(1, Math.floor(TILE.most / unit));
  const sizes = Array.from({ length: most }, (_, i) => (i + 1) * unit);
  const fitting = sizes.filter((size) => size >= TILE.least);
  return fitting.length > 0 ? fitting : sizes.slice(-1);
}

/** The wall in a box; null for a box without room. */
export function layoutWall(space: WallSpace): WallLayout | null {
  const { width, height, wish, smooth } = space;
  if (width <= 0 || height <= 0) return null;
  const across = width + GAP;
  const tile = Math.min(width, smooth ? fillingSize(across, wish) : crispSize(space));
  const pitch = tile + GAP;
  return {
    columns: Math.max(1, Math.floor(across / pitch + 1e-6)),
    tile,
    pitch,
    rowsInSight: Math.ceil(height / pitch) + 1,
  };
}

/** The size near `wish` of which a whole number fills the width. */
function fillingSize(across: number, wish: number): number {
  return across / Math.max(1, Math.round(across / (wish + GAP))) - GAP;
}

/** Of the sizes at which pixels stay squares the one nearest to the wish. */
function crispSize({ imageSize, pixelRatio, wish }: WallSpace): number {
  return crispSizes(imageSize, pixelRatio).reduce((best, size) =>
    Math.abs(size - wish) < Math.abs(best - wish) ? size : best
  );
}

/** The last row there is. */
export function lastRow(columns: number): number {
  return Math.floor(MOST_SEED / columns);
}

/** The first row of a window round `row`, its middle where it can be. */
export function windowFor(row: number, columns: number): number {
  const latest = Math.max(0, lastRow(columns) + 1 - WINDOW_ROWS);
  return Math.max(0, Math.min(latest, row - WINDOW_ROWS / 2));
}

/** Rows in a window that begins at `origin`: fewer at the end of all seeds. */
export function windowRows(origin: number, columns: number): number {
  return Math.min(WINDOW_ROWS, lastRow(columns) + 1 - origin);
}

/** Seeds of rows `from` … `to` − 1, in reading order. */
export function seedsOfRows(from: number, to: number, columns: number): number[] {
  const first = Math.max(0, from) * columns;
  const end = Math.min(MOST_SEED + 1, to * columns);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}
