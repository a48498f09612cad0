/** Transforms of a filter gradient's tiles: the output's gradient at all points, and from there to taps. */
import { gradientLine } from "./filter_lines";
import { spreadLine } from "./lines";

// @ts-ignore: decorator of AssemblyScript
@inline
function pixel(table: usize, i: usize, c: usize): v128 {
  return v128.load(load<usize>(table + (i << 2)) + c);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function spreadTile(
  points: i32, table: usize, square: usize, bytes: usize, to: usize, panel: usize, across: usize,
): void {
  for (let c: usize = 0; c < bytes; c += 16) {
    for (let j: usize = 0; j < 4; j++) {
      const at = table + (j << 2);
      spreadLine(
        points, pixel(at, 0, c), pixel(at, 4, c), pixel(at, 8, c), pixel(at, 12, c), square + (j << 4), 64,
      );
    }
    let at = to + (c & 31) + (c >> 5) * panel, from = square;
    for (let i = 0; i < points; i++) {
      spreadLine(
        points, v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48), at, across,
      );
      at += <usize>points * across;
      from += 64;
    }
  }
}

/**
 * A y' Aᵀ of `bytes` of channels of the 4×4 pixels whose addresses a table lists, into panels of eight
 * channels that lie `panel` bytes apart.
 */
export function spreadTile5(
  table: usize, square: usize, bytes: usize, to: usize, panel: usize, across: usize,
): void {
  spreadTile(5, table, square, bytes, to, panel, across);
}

export function spreadTile6(
  table: usize, square: usize, bytes: usize, to: usize, panel: usize, across: usize,
): void {
  spreadTile(6, table, square, bytes, to, panel, across);
}

export function spreadTile8(
  table: usize, square: usize, bytes: usize, to: usize, panel: usize, across: usize,
): void {
  spreadTile(8, table, square, bytes, to, panel, across);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function tapsTile(
  points: i32, from: usize, across: usize, square: usize, bytes: usize, to: usize, row: usize, column: usize,
  accumulate: bool,
): void {
  const taps = points - 3;
  for (let c: usize = 0; c < bytes; c += 16) {
    let at = from + c;
    for (let j = 0; j < points; j++) {
      gradientLine(points, at, <usize>points * across, square + (<usize>j << 4), <usize>points << 4);
      at += across;
    }
    const last = square + (<usize>(points * points) << 4);
    for (let i = 0; i < taps; i++) {
      gradientLine(points, square + (<usize>(i * points) << 4), 16, last, 16);
      let tap = to + c + <usize>i * row;
      for (let j: usize = 0; j < <usize>taps; j++) {
        let sum = v128.load(last + (j << 4));
        if (accumulate) sum = f32x4.add(v128.load(tap), sum);
        v128.store(tap, sum);
        tap += column;
      }
    }
  }
}

/**
 * Gᵀ m G of `bytes` of sums, to taps that lie `column` bytes apart in a row, rows `row` bytes apart. With
 * `accumulate`, adds to what stands there.
 */
export function tapsTile5(
  from: usize, across: usize, square: usize, bytes: usize, to: usize, row: usize, column: usize, accumulate: bool,
): void {
  tapsTile(5, from, across, square, bytes, to, row, column, accumulate);
}

export function tapsTile6(
  from: usize, across: usize, square: usize, bytes: usize, to: usize, row: usize, column: usize, accumulate: bool,
): void {
  tapsTile(6, from, across, square, bytes, to, row, column, accumulate);
}

export function tapsTile8(
  from: usize, across: usize, square: usize, bytes: usize, to: usize, row: usize, column: usize, accumulate: bool,
): void {
  tapsTile(8, from, across, square, bytes, to, row, column, accumulate);
}
