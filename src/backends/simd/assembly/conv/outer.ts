/**
 * The micro-kernels for filter gradients of at most four outputs: sums of x's channels, in vectors, times
 * each of dy's few values.
 */
import { madd } from "../fma";

/**
 * Adds to `sums`, for each of `vectors` vectors one of each output: over `count` pixels, x's vectors
 * times dy's values. Written for few instructions as `tile` in gemm/tile.ts is, and as long for the
 * same reasons.
 */
// @ts-ignore: decorator
@inline
function outer(
  vectors: i32, outputs: i32, x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize,
): void {
  let c00 = v128.load(sums), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  let c20 = c00, c21 = c00, c22 = c00, c30 = c00, c31 = c00, c40 = c00, c50 = c00, c60 = c00, c70 = c00;
  if (outputs > 1) c01 = v128.load(sums + (<usize> (0 * outputs + 1) << 4));
  if (outputs > 2) c02 = v128.load(sums + (<usize> (0 * outputs + 2) << 4));
  if (outputs > 3) c03 = v128.load(sums + (<usize> (0 * outputs + 3) << 4));
  if (vectors > 1) c10 = v128.load(sums + (<usize> (1 * outputs + 0) << 4));
  if (vectors > 1 && outputs > 1) c11 = v128.load(sums + (<usize> (1 * outputs + 1) << 4));
  if (vectors > 1 && outputs > 2) c12 = v128.load(sums + (<usize> (1 * outputs + 2) << 4));
  if (vectors > 1 && outputs > 3) c13 = v128.load(sums + (<usize> (1 * outputs + 3) << 4));
  if (vectors > 2) c20 = v128.load(sums + (<usize> (2 * outputs + 0) << 4));
  if (vectors > 2 && outputs > 1) c21 = v128.load(sums + (<usize> (2 * outputs + 1) << 4));
  if (vectors > 2 && outputs > 2) c22 = v128.load(sums + (<usize> (2 * outputs + 2) << 4));
  if (vectors > 3) c30 = v128.load(sums + (<usize> (3 * outputs + 0) << 4));
  if (vectors > 3 && outputs > 1) c31 = v128.load(sums + (<usize> (3 * outputs + 1) << 4));
  if (vectors > 4) c40 = v128.load(sums + (<usize> (4 * outputs + 0) << 4));
  if (vectors > 5) c50 = v128.load(sums + (<usize> (5 * outputs + 0) << 4));
  if (vectors > 6) c60 = v128.load(sums + (<usize> (6 * outputs + 0) << 4));
  if (vectors > 7) c70 = v128.load(sums + (<usize> (7 * outputs + 0) << 4));
  let a = c00, y0 = c00, y1 = c00, y2 = c00, y3 = c00;
  const end = y + <usize> count * stepY;
  while (true) {
    y0 = v128.load32_splat(y);
    if (outputs > 1) y1 = v128.load32_splat(y + 4);
    if (outputs > 2) y2 = v128.load32_splat(y + 8);
    if (outputs > 3) y3 = v128.load32_splat(y + 12);
    a = v128.load(x);
    c00 = madd(a, y0, c00);
    if (outputs > 1) c01 = madd(a, y1, c01);
    if (outputs > 2) c02 = madd(a, y2, c02);
    if (outputs > 3) c03 = madd(a, y3, c03);
    if (vectors > 1) {
      a = v128.load(x, 16);
      c10 = madd(a, y0, c10);
      if (outputs > 1) c11 = madd(a, y1, c11);
      if (outputs > 2) c12 = madd(a, y2, c12);
      if (outputs > 3) c13 = madd(a, y3, c13);
    }
    if (vectors > 2) {
      a = v128.load(x, 32);
      c20 = madd(a, y0, c20);
      if (outputs > 1) c21 = madd(a, y1, c21);
      if (outputs > 2) c22 = madd(a, y2, c22);
    }
    if (vectors > 3) {
      a = v128.load(x, 48);
      c30 = madd(a, y0, c30);
      if (outputs > 1) c31 = madd(a, y1, c31);
    }
    if (vectors > 4) {
      a = v128.load(x, 64);
      c40 = madd(a, y0, c40);
    }
    if (vectors > 5) {
      a = v128.load(x, 80);
      c50 = madd(a, y0, c50);
    }
    if (vectors > 6) {
      a = v128.load(x, 96);
      c60 = madd(a, y0, c60);
    }
    if (vectors > 7) {
      a = v128.load(x, 112);
      c70 = madd(a, y0, c70);
    }
    x += stepX;
    y += stepY;
    if (y === end) break;
    y0 = v128.load32_splat(y);
    if (outputs > 1) y1 = v128.load32_splat(y + 4);
    if (outputs > 2) y2 = v128.load32_splat(y + 8);
    if (outputs > 3) y3 = v128.load32_splat(y + 12);
    a = v128.load(x);
    c00 = madd(a, y0, c00);
    if (outputs > 1) c01 = madd(a, y1, c01);
    if (outputs > 2) c02 = madd(a, y2, c02);
    if (outputs > 3) c03 = madd(a, y3, c03);
    if (vectors > 1) {
      a = v128.load(x, 16);
      c10 = madd(a, y0, c10);
      if (outputs > 1) c11 = madd(a, y1, c11);
      if (outputs > 2) c12 = madd(a, y2, c12);
      if (outputs > 3) c13 = madd(a, y3, c13);
    }
    if (vectors > 2) {
      a = v128.load(x, 32);
      c20 = madd(a, y0, c20);
      if (outputs > 1) c21 = madd(a, y1, c21);
      if (outputs > 2) c22 = madd(a, y2, c22);
    }
    if (vectors > 3) {
      a = v128.load(x, 48);
      c30 = madd(a, y0, c30);
      if (outputs > 1) c31 = madd(a, y1, c31);
    }
    if (vectors > 4) {
      a = v128.load(x, 64);
      c40 = madd(a, y0, c40);
    }
    if (vectors > 5) {
      a = v128.load(x, 80);
      c50 = madd(a, y0, c50);
    }
    if (vectors > 6) {
      a = v128.load(x, 96);
      c60 = madd(a, y0, c60);
    }
    if (vectors > 7) {
      a = v128.load(x, 112);
      c70 = madd(a, y0, c70);
    }
    x += stepX;
    y += stepY;
    if (y === end) break;
  }
  v128.store(sums, c00);
  if (outputs > 1) v128.store(sums + (<usize> (0 * outputs + 1) << 4), c01);
  if (outputs > 2) v128.store(sums + (<usize> (0 * outputs + 2) << 4), c02);
  if (outputs > 3) v128.store(sums + (<usize> (0 * outputs + 3) << 4), c03);
  if (vectors > 1) v128.store(sums + (<usize> (1 * outputs + 0) << 4), c10);
  if (vectors > 1 && outputs > 1) v128.store(sums + (<usize> (1 * outputs + 1) << 4), c11);
  if (vectors > 1 && outputs > 2) v128.store(sums + (<usize> (1 * outputs + 2) << 4), c12);
  if (vectors > 1 && outputs > 3) v128.store(sums + (<usize> (1 * outputs + 3) << 4), c13);
  if (vectors > 2) v128.store(sums + (<usize> (2 * outputs + 0) << 4), c20);
  if (vectors > 2 && outputs > 1) v128.store(sums + (<usize> (2 * outputs + 1) << 4), c21);
  if (vectors > 2 && outputs > 2) v128.store(sums + (<usize> (2 * outputs + 2) << 4), c22);
  if (vectors > 3) v128.store(sums + (<usize> (3 * outputs + 0) << 4), c30);
  if (vectors > 3 && outputs > 1) v128.store(sums + (<usize> (3 * outputs + 1) << 4), c31);
  if (vectors > 4) v128.store(sums + (<usize> (4 * outputs + 0) << 4), c40);
  if (vectors > 5) v128.store(sums + (<usize> (5 * outputs + 0) << 4), c50);
  if (vectors > 6) v128.store(sums + (<usize> (6 * outputs + 0) << 4), c60);
  if (vectors > 7) v128.store(sums + (<usize> (7 * outputs + 0) << 4), c70);
}

function outer1x8(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(8, 1, x, stepX, y, stepY, count, sums);
}

function outer1x1(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(1, 1, x, stepX, y, stepY, count, sums);
}

function outer2x4(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(4, 2, x, stepX, y, stepY, count, sums);
}

function outer2x1(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(1, 2, x, stepX, y, stepY, count, sums);
}

function outer3x3(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(3, 3, x, stepX, y, stepY, count, sums);
}

function outer3x1(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(1, 3, x, stepX, y, stepY, count, sums);
}

function outer4x2(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(2, 4, x, stepX, y, stepY, count, sums);
}

function outer4x1(x: usize, stepX: usize, y: usize, stepY: usize, count: i32, sums: usize): void {
  outer(1, 4, x, stepX, y, stepY, count, sums);
}

/** Vectors that the wide kernel for so many outputs takes at once. */
export function outerVectors(outputs: i32): i32 {
  return outputs === 1 ? 8 : outputs === 2 ? 4 : outputs === 3 ? 3 : 2;
}

/** The kernel of one vector, or of `outerVectors`: an index of the function table. */
export function outerOf(outputs: i32, wide: bool): u32 {
  if (outputs === 1) return wide ? outer1x8.index : outer1x1.index;
  if (outputs === 2) return wide ? outer2x4.index : outer2x1.index;
  if (outputs === 3) return wide ? outer3x3.index : outer3x1.index;
  return wide ? outer4x2.index : outer4x1.index;
}
