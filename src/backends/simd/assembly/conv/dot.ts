/**
 * The micro-kernels for products of at most four columns: sums of several outputs at once, four steps of
 * K a vector. Tiles of eight columns would compute mostly zeros there, and packing A would cost more
 * than multiplying it.
 */
import { madd } from "../fma";

/** The sums of four vectors' lanes, as a vector. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
}

/**
 * Sums of `pixels` rows of A, `step` bytes apart, times `outputs` columns of B. A row of A is `runs` runs
 * of `vectors` vectors, `runBytes` apart; B holds for each vector one of each column, and its runs are
 * `runBytesOfB` apart. Writes a vector of sums for each pixel. Written for few instructions as `tile` in gemm/tile.ts is, and as long for the
 * same reasons.
 */
// @ts-ignore: decorator
@inline
function dot(
  pixels: i32, outputs: i32, x: usize, step: usize, runs: i32, runBytes: usize, vectors: i32, w: usize, runBytesOfB: usize,
  to: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00;
  let c13 = c00, c20 = c00, c21 = c00, c22 = c00, c30 = c00, c31 = c00, c40 = c00, c50 = c00;
  let a = c00, b0 = c00, b1 = c00, b2 = c00, b3 = c00;
  const zero = c00, runOfB = <usize> (vectors * outputs) << 4, skipped = runBytes - (<usize> vectors << 4);
  const skippedOfB = runBytesOfB - runOfB;
  for (; runs > 0; runs--) {
    const end = w + runOfB;
    while (true) {
      b0 = v128.load(w);
      if (outputs > 1) b1 = v128.load(w, 16);
      if (outputs > 2) b2 = v128.load(w, 32);
      if (outputs > 3) b3 = v128.load(w, 48);
      a = v128.load(x);
      c00 = madd(a, b0, c00);
      if (outputs > 1) c01 = madd(a, b1, c01);
      if (outputs > 2) c02 = madd(a, b2, c02);
      if (outputs > 3) c03 = madd(a, b3, c03);
      if (pixels > 1) {
        a = v128.load(x + step);
        c10 = madd(a, b0, c10);
        if (outputs > 1) c11 = madd(a, b1, c11);
        if (outputs > 2) c12 = madd(a, b2, c12);
        if (outputs > 3) c13 = madd(a, b3, c13);
      }
      if (pixels > 2) {
        a = v128.load(x + 2 * step);
        c20 = madd(a, b0, c20);
        if (outputs > 1) c21 = madd(a, b1, c21);
        if (outputs > 2) c22 = madd(a, b2, c22);
      }
      if (pixels > 3) {
        a = v128.load(x + 3 * step);
        c30 = madd(a, b0, c30);
        if (outputs > 1) c31 = madd(a, b1, c31);
      }
      if (pixels > 4) {
        a = v128.load(x + 4 * step);
        c40 = madd(a, b0, c40);
      }
      if (pixels > 5) {
        a = v128.load(x + 5 * step);
        c50 = madd(a, b0, c50);
      }
      x += 16;
      w += <usize> outputs << 4;
      if (w === end) break;
      b0 = v128.load(w);
      if (outputs > 1) b1 = v128.load(w, 16);
      if (outputs > 2) b2 = v128.load(w, 32);
      if (outputs > 3) b3 = v128.load(w, 48);
      a = v128.load(x);
      c00 = madd(a, b0, c00);
      if (outputs > 1) c01 = madd(a, b1, c01);
      if (outputs > 2) c02 = madd(a, b2, c02);
      if (outputs > 3) c03 = madd(a, b3, c03);
      if (pixels > 1) {
        a = v128.load(x + step);
        c10 = madd(a, b0, c10);
        if (outputs > 1) c11 = madd(a, b1, c11);
        if (outputs > 2) c12 = madd(a, b2, c12);
        if (outputs > 3) c13 = madd(a, b3, c13);
      }
      if (pixels > 2) {
        a = v128.load(x + 2 * step);
        c20 = madd(a, b0, c20);
        if (outputs > 1) c21 = madd(a, b1, c21);
        if (outputs > 2) c22 = madd(a, b2, c22);
      }
      if (pixels > 3) {
        a = v128.load(x + 3 * step);
        c30 = madd(a, b0, c30);
        if (outputs > 1) c31 = madd(a, b1, c31);
      }
      if (pixels > 4) {
        a = v128.load(x + 4 * step);
        c40 = madd(a, b0, c40);
      }
      if (pixels > 5) {
        a = v128.load(x + 5 * step);
        c50 = madd(a, b0, c50);
      }
      x += 16;
      w += <usize> outputs << 4;
      if (w === end) break;
    }
    x += skipped;
    w += skippedOfB;
  }
  v128.store(to, sums(c00, c01, c02, c03));
  if (pixels > 1) v128.store(to, sums(c10, c11, c12, c13), 16);
  if (pixels > 2) v128.store(to, sums(c20, c21, c22, zero), 32);
  if (pixels > 3) v128.store(to, sums(c30, c31, zero, zero), 48);
  if (pixels > 4) v128.store(to, sums(c40, zero, zero, zero), 64);
  if (pixels > 5) v128.store(to, sums(c50, zero, zero, zero), 80);
}

/** For one output column, six pixels at once. */
function dot1(
  x: usize, step: usize, runs: i32, runBytes: usize, vectors: i32, w: usize, runBytesOfB: usize, to: usize,
): void {
  dot(6, 1, x, step, runs, runBytes, vectors, w, runBytesOfB, to);
}

/** For two, four pixels. */
function dot2(
  x: usize, step: usize, runs: i32, runBytes: usize, vectors: i32, w: usize, runBytesOfB: usize, to: usize,
): void {
  dot(4, 2, x, step, runs, runBytes, vectors, w, runBytesOfB, to);
}

/** For three, three pixels. */
function dot3(
  x: usize, step: usize, runs: i32, runBytes: usize, vectors: i32, w: usize, runBytesOfB: usize, to: usize,
): void {
  dot(3, 3, x, step, runs, runBytes, vectors, w, runBytesOfB, to);
}

/** For four, two pixels. */
function dot4(
  x: usize, step: usize, runs: i32, runBytes: usize, vectors: i32, w: usize, runBytesOfB: usize, to: usize,
): void {
  dot(2, 4, x, step, runs, runBytes, vectors, w, runBytesOfB, to);
}

/** Pixels that the kernel for so many output columns takes at once. */
export function dotPixels(outputs: i32): i32 {
  return outputs === 1 ? 6 : outputs === 2 ? 4 : outputs === 3 ? 3 : 2;
}

/** That kernel: an index of the function table. */
export function dotOf(outputs: i32): u32 {
  if (outputs === 1) return dot1.index;
  if (outputs === 2) return dot2.index;
  return outputs === 3 ? dot3.index : dot4.index;
}
