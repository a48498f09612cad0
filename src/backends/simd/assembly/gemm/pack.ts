/**
 * Packing: copies of parts of A and B in the order in which the micro-kernels read them.
 *
 * A panel of A holds up to 6 rows, 6 values for each k; what stands in the place of missing rows is
 * never used. A panel of B holds 8 columns, 8 values for each k, zeros for missing columns.
 */

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 4, 1, 5); // a0 b0 a1 b1
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 2, 6, 3, 7); // a2 b2 a3 b3
}

// @ts-ignore: decorator
@inline
function lows(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
function highs(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 1, 3);
}

/** Packs four steps of six rows. */
// @ts-ignore: decorator
@inline
function interleave4x6(r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, r5: usize, to: usize): void {
  const x0 = v128.load(r0), x1 = v128.load(r1), x2 = v128.load(r2);
  const x3 = v128.load(r3), x4 = v128.load(r4), x5 = v128.load(r5);
  const a = low(x0, x1), b = low(x2, x3), c = low(x4, x5);
  const d = high(x0, x1), e = high(x2, x3), f = high(x4, x5);
  v128.store(to, lows(a, b));
  v128.store(to, i64x2.shuffle(c, a, 0, 3), 16);
  v128.store(to, highs(b, c), 32);
  v128.store(to, lows(d, e), 48);
  v128.store(to, i64x2.shuffle(f, d, 0, 3), 64);
  v128.store(to, highs(e, f), 80);
}

/** Packs six runs of `k` consecutive values, one a row. */
export function interleave6(
  r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, r5: usize, k: i32, to: usize,
): void {
  const all = <usize> k << 2;
  let i: usize = 0;
  for (const end = <usize> (k & ~3) << 2; i < end; i += 16) {
    interleave4x6(r0 + i, r1 + i, r2 + i, r3 + i, r4 + i, r5 + i, to);
    to += 96;
  }
  if (i < all && k > 3) { // the last four once more
    i = all - 16;
    to -= 96 - <usize> (k & 3) * 24;
    interleave4x6(r0 + i, r1 + i, r2 + i, r3 + i, r4 + i, r5 + i, to);
    return;
  }
  for (; i < all; i += 4) {
    store<f32>(to, load<f32>(r0 + i));
    store<f32>(to, load<f32>(r1 + i), 4);
    store<f32>(to, load<f32>(r2 + i), 8);
    store<f32>(to, load<f32>(r3 + i), 12);
    store<f32>(to, load<f32>(r4 + i), 16);
    store<f32>(to, load<f32>(r5 + i), 20);
    to += 24;
  }
}

/** Packs a panel of A from rows of `k` consecutive values that lie `stride` bytes apart. */
export function packRowsA(a: usize, stride: usize, rows: i32, k: i32, to: usize): void {
  // Missing rows repeat the first one.
  const r1 = rows > 1 ? a + stride : a, r2 = rows > 2 ? a + 2 * stride : a;
  const r3 = rows > 3 ? a + 3 * stride : a, r4 = rows > 4 ? a + 4 * stride : a;
  interleave6(a, r1, r2, r3, r4, rows > 5 ? a + 5 * stride : a, k, to);
}

/**
 * Packs rows of a panel of A from `count` places, `stepBytes` apart, at each of which `values`, at most 6,
 * stand side by side.
 */
export function copyRuns(from: usize, stepBytes: usize, count: i32, values: i32, to: usize): void {
  if (values === 6) {
    for (; count > 0; count--) {
      const low = v128.load(from), high = load<u64>(from, 16);
      v128.store(to, low);
      store<u64>(to, high, 16);
      from += stepBytes;
      to += 24;
    }
    return;
  }
  const four = (values & 4) !== 0, two = (values & 2) !== 0, one = (values & 1) !== 0;
  for (; count > 0; count--) {
    let f = from, t = to;
    if (four) {
      v128.store(t, v128.load(f));
      f += 16;
      t += 16;
    }
    if (two) {
      store<u64>(t, load<u64>(f));
      f += 8;
      t += 8;
    }
    if (one) store<f32>(t, load<f32>(f));
    from += stepBytes;
    to += 24;
  }
}

/** Packs a panel of A that is stored transposed: for each k its rows lie side by side. */
export function packColumnsA(a: usize, stride: usize, rows: i32, k: i32, to: usize): void {
  copyRuns(a, stride, k, rows, to);
}

/** Packs panels of B, `columns` in all, from rows of consecutive columns that lie `stride` bytes apart. */
export function packRowsB(b: usize, stride: usize, columns: i32, k: i32, to: usize): void {
  const panel = <usize> k << 5;
  let n = 0;
  for (; n + 16 <= columns; n += 16) {
    let from = b + (<usize> n << 2);
    for (const end = to + panel; to < end; to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      const second = to + panel;
      v128.store(second, v128.load(from, 32));
      v128.store(second, v128.load(from, 48), 16);
      from += stride;
    }
    to += panel;
  }
  for (; n < columns; n += 8) {
    packPanelB(b + (<usize> n << 2), stride, columns - n, k, to);
    to += panel;
  }
}

function packPanelB(b: usize, stride: usize, columns: i32, k: i32, to: usize): void {
  if (columns >= 8) {
    for (let i = 0; i < k; i++) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      b += stride;
      to += 32;
    }
    return;
  }
  const zero = f32x4.splat(0);
  for (let i = 0; i < k; i++) {
    v128.store(to, columns < 4 ? fewer(b, columns) : v128.load(b));
    v128.store(to, columns > 4 ? fewer(b + 16, columns - 4) : zero, 16);
    b += stride;
    to += 32;
  }
}

/** One to three values and zeros. */
// @ts-ignore: decorator
@inline
function fewer(from: usize, count: i32): v128 {
  if (count === 1) return v128.load32_zero(from);
  const two = v128.load64_zero(from);
  return count === 2 ? two : v128.load32_lane(from, two, 2, 8);
}

/** Packs panels of B, stored transposed: for each column `k` consecutive values, columns `stride` bytes apart. */
export function packColumnsB(b: usize, stride: usize, columns: i32, k: i32, to: usize): void {
  for (let n = 0; n < columns; n += 8) {
    const count = columns - n;
    if (count < 8) clear(to, k << 3);
    if (count >= 4) interleave4(b, stride, k, to);
    if (count >= 8) interleave4(b + 4 * stride, stride, k, to + 16);
    for (let j = count >= 8 ? 8 : count & 4; j < min(count, 8); j++) {
      copyColumn(b + <usize> j * stride, k, to + (<usize> j << 2));
    }
    b += 8 * stride;
    to += <usize> k << 5;
  }
}

/** Sets `count` values to zero. */
export function clear(to: usize, count: i32): void {
  memory.fill(to, 0, <usize> count << 2);
}

function copyColumn(from: usize, k: i32, to: usize): void {
  for (let i = 0; i < k; i++) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 32;
  }
}

/** Four runs of `k` values, into 4 of the 8 values of each step. */
function interleave4(from: usize, stride: usize, k: i32, to: usize): void {
  const r1 = from + stride, r2 = r1 + stride, r3 = r2 + stride;
  let i: usize = 0;
  for (const end = <usize> (k & ~3) << 2; i < end; i += 16) {
    const x0 = v128.load(from + i), x1 = v128.load(r1 + i), x2 = v128.load(r2 + i), x3 = v128.load(r3 + i);
    const a = low(x0, x1), b = low(x2, x3), c = high(x0, x1), d = high(x2, x3);
    v128.store(to, lows(a, b));
    v128.store(to, highs(a, b), 32);
    v128.store(to, lows(c, d), 64);
    v128.store(to, highs(c, d), 96);
    to += 128;
  }
  for (const end = <usize> k << 2; i < end; i += 4) {
    store<f32>(to, load<f32>(from + i));
    store<f32>(to, load<f32>(r1 + i), 4);
    store<f32>(to, load<f32>(r2 + i), 8);
    store<f32>(to, load<f32>(r3 + i), 12);
    to += 32;
  }
}
