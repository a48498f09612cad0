/**
 * Transforms of whole tiles, vectors of four channels at a time: columns first, into a square of
 * intermediate values, then rows. Results at one point lie `across` bytes from those at the next.
 */
import { activate, PRELU } from "../gemm/epilogue";
import { dataLine, outputLine } from "./lines";

/** A value of a picture by its address in a table, or of the intermediate square. */
// @ts-ignore: decorator of AssemblyScript
@inline
function value(indirect: bool, points: i32, i: i32, from: usize, step: usize, c: usize): v128 {
  if (i >= points) return f32x4.splat(0); // not looked at
  const at = from + <usize>i * step;
  return indirect ? v128.load(load<usize>(at) + c) : v128.load(at);
}

/** Bᵀ of a line. */
// @ts-ignore: decorator of AssemblyScript
@inline
function line(points: i32, indirect: bool, from: usize, step: usize, c: usize, to: usize, across: usize): void {
  dataLine(
    points,
    value(indirect, points, 0, from, step, c),
    value(indirect, points, 1, from, step, c),
    value(indirect, points, 2, from, step, c),
    value(indirect, points, 3, from, step, c),
    value(indirect, points, 4, from, step, c),
    value(indirect, points, 5, from, step, c),
    value(indirect, points, 6, from, step, c),
    value(indirect, points, 7, from, step, c),
    to,
    across,
  );
}

// @ts-ignore: decorator of AssemblyScript
@inline
function dataTile(points: i32, table: usize, square: usize, bytes: usize, to: usize, across: usize): void {
  const row = <usize>points << 4;
  for (let c: usize = 0; c < bytes; c += 16) {
    for (let j = 0; j < points; j++) {
      line(points, true, table + (<usize>j << 2), <usize>points << 2, c, square + (<usize>j << 4), row);
    }
    let at = to + c;
    for (let i = 0; i < points; i++) {
      line(points, false, square + <usize>i * row, 16, 0, at, across);
      at += <usize>points * across;
    }
  }
}

/**
 * Bᵀ d B of `bytes` of channels of the pixels whose addresses a table of points² lists, row by row.
 * One function for each number of points, so that loops unroll and strides are constants.
 */
export function dataTile5(table: usize, square: usize, bytes: usize, to: usize, across: usize): void {
  dataTile(5, table, square, bytes, to, across);
}

export function dataTile6(table: usize, square: usize, bytes: usize, to: usize, across: usize): void {
  dataTile(6, table, square, bytes, to, across);
}

export function dataTile8(table: usize, square: usize, bytes: usize, to: usize, across: usize): void {
  dataTile(8, table, square, bytes, to, across);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function outputTile(
  points: i32, from: usize, across: usize, square: usize, bytes: usize, table: usize, bias: usize,
  kind: i32, alpha: f32, slopes: usize,
): void {
  for (let c: usize = 0; c < bytes; c += 16) {
    let at = from + c;
    const slope = kind === PRELU ? v128.load(slopes + c) : f32x4.splat(alpha);
    for (let j = 0; j < points; j++) {
      outputLine(points, at, <usize>points * across, square + (<usize>j << 4), <usize>points << 4);
      at += across;
    }
    const last = square + (<usize>(points * points) << 4);
    for (let i: usize = 0; i < 4; i++) {
      outputLine(points, square + i * (<usize>points << 4), 16, last, 16);
      const row = table + (i << 4);
      for (let j: usize = 0; j < 4; j++) {
        const to = load<usize>(row + (j << 2));
        if (to === 0) continue;
        let y = v128.load(last + (j << 4));
        if (bias !== 0) y = f32x4.add(y, v128.load(bias + c));
        v128.store(to + c, activate(kind, y, slope));
      }
    }
  }
}

/**
 * Aᵀ m A, with bias and activation, to the 4×4 pixels whose addresses a table lists, 0 for those outside.
 */
export function outputTile5(
  from: usize, across: usize, square: usize, bytes: usize, table: usize, bias: usize, kind: i32, alpha: f32, slopes: usize,
): void {
  outputTile(5, from, across, square, bytes, table, bias, kind, alpha, slopes);
}

export function outputTile6(
  from: usize, across: usize, square: usize, bytes: usize, table: usize, bias: usize, kind: i32, alpha: f32, slopes: usize,
): void {
  outputTile(6, from, across, square, bytes, table, bias, kind, alpha, slopes);
}

export function outputTile8(
  from: usize, across: usize, square: usize, bytes: usize, table: usize, bias: usize, kind: i32, alpha: f32, slopes: usize,
): void {
  outputTile(8, from, across, square, bytes, table, bias, kind, alpha, slopes);
}
