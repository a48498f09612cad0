/**
 * The micro-kernels: a tile of up to 6 rows and 8 columns of A·B, its sums in registers.
 *
 * 6×8 because 12 accumulators, 2 vectors of B and 1 broadcast value of A are the 15 vectors that fit
 * the 16 registers of x86-64 besides V8's scratch register, and 12 independent multiply-adds cover
 * their latency. The six functions are one text: `tile` is inlined and its `if`s on `rows` fold.
 */
import { madd } from "../fma";

/** Rows of a packed panel of A. */
export const TILE_ROWS: i32 = 6;
/** Columns of a packed panel of B. */
export const TILE_COLUMNS: i32 = 8;

// @ts-ignore: decorator
@inline
function put(row: usize, column: usize, accumulate: bool, low: v128, high: v128): void {
  const to = <usize> load<u32>(row) + column;
  if (accumulate) {
    v128.store(to, f32x4.add(v128.load(to), low));
    v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
  } else {
    v128.store(to, low);
    v128.store(to, high, 16);
  }
}

/**
 * Sums over `k` steps of `a`, packed 6 values a step, times `b`, packed 8 values a step. The result
 * replaces, or adds to, what stands `column` bytes behind each address of the table `rows`.
 *
 * What it is made for is V8 with explicit bounds checks, which Deno has: a step is then limited by
 * instructions. Hence `a + 4` rather than an offset of 4, whose limit would have to be computed anew;
 * and four steps a round, for one look at the stack's limit. They are divided by branches, lest the
 * compiler put the four steps of an accumulator together and everything else on the stack. Over 50
 * lines, as accumulators must be named one by one to stay in registers.
 */
// @ts-ignore: decorator
@inline
function tile(
  count: i32, a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize,
  accumulate: bool, panels: i32,
): void {
  const start = a, all = <usize> k * stepB;
  for (let panel = b; panels > 0; panels--) {
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
    let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
    let b0 = c00, b1 = c00, x = c00;
    b = panel;
    const end = b + all;
    if (k > 0) while (true) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      if (count > 1) {
        x = v128.load32_splat(a + 4);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
      }
      if (count > 2) {
        x = v128.load32_splat(a + 8);
        c20 = madd(x, b0, c20);
        c21 = madd(x, b1, c21);
      }
      if (count > 3) {
        x = v128.load32_splat(a + 12);
        c30 = madd(x, b0, c30);
        c31 = madd(x, b1, c31);
      }
      if (count > 4) {
        x = v128.load32_splat(a + 16);
        c40 = madd(x, b0, c40);
        c41 = madd(x, b1, c41);
      }
      if (count > 5) {
        x = v128.load32_splat(a + 20);
        c50 = madd(x, b0, c50);
        c51 = madd(x, b1, c51);
      }
      a += 24;
      b += stepB;
      if (b === end) break;
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      if (count > 1) {
        x = v128.load32_splat(a + 4);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
      }
      if (count > 2) {
        x = v128.load32_splat(a + 8);
        c20 = madd(x, b0, c20);
        c21 = madd(x, b1, c21);
      }
      if (count > 3) {
        x = v128.load32_splat(a + 12);
        c30 = madd(x, b0, c30);
        c31 = madd(x, b1, c31);
      }
      if (count > 4) {
        x = v128.load32_splat(a + 16);
        c40 = madd(x, b0, c40);
        c41 = madd(x, b1, c41);
      }
      if (count > 5) {
        x = v128.load32_splat(a + 20);
        c50 = madd(x, b0, c50);
        c51 = madd(x, b1, c51);
      }
      a += 24;
      b += stepB;
      if (b === end) break;
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      if (count > 1) {
        x = v128.load32_splat(a + 4);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
      }
      if (count > 2) {
        x = v128.load32_splat(a + 8);
        c20 = madd(x, b0, c20);
        c21 = madd(x, b1, c21);
      }
      if (count > 3) {
        x = v128.load32_splat(a + 12);
        c30 = madd(x, b0, c30);
        c31 = madd(x, b1, c31);
      }
      if (count > 4) {
        x = v128.load32_splat(a + 16);
        c40 = madd(x, b0, c40);
        c41 = madd(x, b1, c41);
      }
      if (count > 5) {
        x = v128.load32_splat(a + 20);
        c50 = madd(x, b0, c50);
        c51 = madd(x, b1, c51);
      }
      a += 24;
      b += stepB;
      if (b === end) break;
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a);
      c00 = madd(x, b0, c00);
      c01 = madd(x, b1, c01);
      if (count > 1) {
        x = v128.load32_splat(a + 4);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
      }
      if (count > 2) {
        x = v128.load32_splat(a + 8);
        c20 = madd(x, b0, c20);
        c21 = madd(x, b1, c21);
      }
      if (count > 3) {
        x = v128.load32_splat(a + 12);
        c30 = madd(x, b0, c30);
        c31 = madd(x, b1, c31);
      }
      if (count > 4) {
        x = v128.load32_splat(a + 16);
        c40 = madd(x, b0, c40);
        c41 = madd(x, b1, c41);
      }
      if (count > 5) {
        x = v128.load32_splat(a + 20);
        c50 = madd(x, b0, c50);
        c51 = madd(x, b1, c51);
      }
      a += 24;
      b += stepB;
      if (b === end) break;
    }
    put(rows, column, accumulate, c00, c01);
    if (count > 1) put(rows + 4, column, accumulate, c10, c11);
    if (count > 2) put(rows + 8, column, accumulate, c20, c21);
    if (count > 3) put(rows + 12, column, accumulate, c30, c31);
    if (count > 4) put(rows + 16, column, accumulate, c40, c41);
    if (count > 5) put(rows + 20, column, accumulate, c50, c51);
    a = start;
    panel += nextB;
    column += 32;
  }
}

function tile1(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(1, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

function tile2(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(2, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

function tile3(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(3, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

function tile4(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(4, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

function tile5(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(5, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

function tile6(
  a: usize, b: usize, stepB: usize, nextB: usize, k: i32, rows: usize, column: usize, accumulate: bool,
  panels: i32,
): void {
  tile(6, a, b, stepB, nextB, k, rows, column, accumulate, panels);
}

/**
 * The tile of `count` rows, 1 to 6: an index of the function table. By way of it, as the compiler would
 * merge functions of one caller into that caller, and then have too few registers.
 */
export function tileOf(count: i32): u32 {
  if (count === 6) return tile6.index;
  if (count === 5) return tile5.index;
  if (count === 4) return tile4.index;
  if (count === 3) return tile3.index;
  return count === 2 ? tile2.index : tile1.index;
}

/** The same where only `columns` of the 8 columns exist: by way of a tile at `spare`, 192 bytes. */
export function narrowTile(
  count: i32, columns: i32, a: usize, b: usize, k: i32, rows: usize, column: usize, accumulate: bool, spare: usize,
): void {
  const table = spare + 192;
  for (let r = 0; r < count; r++) store<u32>(table + (<usize> r << 2), <u32> (spare + (<usize> r << 5)));
  call_indirect<void>(tileOf(count), a, b, <usize> 32, <usize> 0, k, table, <usize> 0, false, 1);
  for (let r = 0; r < count; r++) {
    const from = spare + (<usize> r << 5);
    const to = <usize> load<u32>(rows + (<usize> r << 2)) + column;
    for (let j = 0; j < columns; j++) {
      const offset = <usize> j << 2;
      const sum = load<f32>(from + offset);
      store<f32>(to + offset, accumulate ? load<f32>(to + offset) + sum : sum);
    }
  }
}
