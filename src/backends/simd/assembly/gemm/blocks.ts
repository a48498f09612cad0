/**
 * A block of a matrix product on one thread: loops that keep a panel of A in the first-level cache
 * and a block of packed B in the second.
 *
 * Where the matrices come from and where the product goes is told by functions, so that a convolution
 * is the same loops with other functions.
 */
import { threadScratch } from "../pool";
import { finishRow, LINEAR } from "./epilogue";
import { narrowTile, tileOf } from "./tile";

/** Steps of K between two visits of a tile: a panel of A, 9 KiB, and two of B fit 32 KiB. */
const MOST_STEPS: i32 = 384;
/** Bytes of packed B that stay in a second-level cache, and in a thread's scratch memory. */
const B_BLOCK_BYTES: i32 = 384 << 10;

// A thread's scratch memory: row addresses, a spare tile, a descriptor, a panel of A, a block of B.
const SPARE: usize = 64; // 192 bytes and a table of 6 addresses
const OWN: usize = 512;
const PANEL: usize = 1024;
const PARTS: usize = 10_752; // 64 times two words
/** Where blocks of B that no other task needs are packed. */
export const LOCAL_B: usize = 16_384;

/** A matrix product C (+)= A·B, [M, K]·[K, N], as its packing functions and `multiply` read it. */
@unmanaged
export class Product {
  /** (product, m, rows, k, steps, to): packs a panel of A. */
  packA: u32;
  /** (product, k, steps, n, columns, to): packs panels of B. */
  packB: u32;
  /**
   * 0, or in the place of packA where parts of K are known to be zeros in A: (product, m, rows, k, steps,
   * to, parts) packs the other parts behind one another, at most 64, writes each one's first step, from
   * k on, and number of steps, and returns how many there are.
   */
  packParts: u32;
  /** (product, m, most): how many rows from m on are packed alike, and with packParts share their parts; or 0. */
  rowsAlike: u32;
  /** (product, m, rows, table): writes the addresses of C's rows to a table. */
  findRows: u32;
  a: usize;
  b: usize;
  c: usize;
  /** What else the functions need: the convolution. */
  source: usize;
  /** Bytes between two rows, as stored. */
  strideA: usize;
  strideB: usize;
  strideC: usize;
  m: i32;
  n: i32;
  k: i32;
  /** 1 where the product adds to C. */
  accumulate: i32;
  /** Address of N values, or 0. */
  bias: usize;
  activation: i32;
  alpha: f32;
  /** Address of N values, for PRELU. */
  slopes: usize;
  /** 1 where B is not packed at all: of whole panels, stored as it is, and used for few rows. */
  inPlaceB: i32;
  /** All of B, packed by `packAllB`; 0 where each block is packed when it is needed. */
  packedB: usize;
  // How the work is split into tasks; see split.ts.
  tasksM: i32;
  tasksN: i32;
  tasksK: i32;
  /** Where tasksK > 1: tasksK - 1 matrices of M·N sums, behind one another. */
  partials: usize;
}

/** The descriptor of a product that a task computes by itself. */
export function ownProduct(): Product {
  return changetype<Product>(threadScratch() + OWN);
}

/** N rounded up to whole panels of B. */
export function padded(n: i32): i32 {
  return (n + 7) & ~7;
}

/** Steps of K that are packed together, all but the last time: equal parts, in fours. */
export function stepsOf(k: i32): i32 {
  const parts = (k + MOST_STEPS - 1) / MOST_STEPS;
  return parts <= 1 ? max(1, k) : ((k + parts - 1) / parts + 3) & ~3;
}

/** Address of the packed columns from `n`, a multiple of 8, for the block of `steps` that begins at `k`. */
export function packedAt(product: Product, k: i32, steps: i32, n: i32): usize {
  return product.packedB + ((<usize> k * <usize> padded(product.n) + <usize> n * <usize> steps) << 2);
}

/** C's rows where it is a matrix. */
export function findPlainRows(product: Product, m: i32, rows: i32, table: usize): void {
  let row = product.c + <usize> m * product.strideC;
  for (let r = 0; r < rows; r++) {
    store<u32>(table + (<usize> r << 2), <u32> row);
    row += product.strideC;
  }
}

/**
 * Computes rows `m0` to `m1`, columns `n0` (a multiple of 8) to `n1`, from the steps `k0` (a multiple of
 * `stepsOf(k)`) to `k1`. Adds a bias and activates only where `k1` is K and `finish` says so.
 */
export function multiply(
  product: Product, m0: i32, m1: i32, n0: i32, n1: i32, k0: i32, k1: i32, accumulate: bool, finish: bool,
): void {
  const most = stepsOf(product.k);
  const width = max(8, B_BLOCK_BYTES / (most << 2) & ~7);
  const wanted = finish && (product.bias !== 0 || product.activation !== LINEAR);
  for (let n = n0; n < n1; n += width) {
    const columns = min(width, n1 - n);
    let k = k0;
    do { // once where there is nothing to sum: C becomes zero
      const steps = min(most, k1 - k);
      let b = threadScratch() + LOCAL_B;
      if (product.inPlaceB !== 0) b = product.b + <usize> k * product.strideB + (<usize> n << 2);
      else if (product.packedB !== 0) b = packedAt(product, k, steps, n);
      else call_indirect<void>(product.packB, product, k, steps, n, columns, b);
      const add = accumulate || k > k0, last = wanted && k + steps === k1;
      if (product.packParts === 0) strip(product, m0, m1, n, columns, k, steps, b, add, last);
      else stripOfParts(product, m0, m1, n, columns, k, steps, b, add, last);
      k += most;
    } while (k < k1);
  }
}

function rowsOfPanel(product: Product, m: i32, m1: i32): i32 {
  const most = min(6, m1 - m);
  return product.rowsAlike === 0 ? most : call_indirect<i32>(product.rowsAlike, product, m, most);
}

/** All rows of a block, one panel of A at a time. */
function strip(
  product: Product, m0: i32, m1: i32, n: i32, columns: i32, k: i32, steps: i32, b: usize, accumulate: bool,
  finish: bool,
): void {
  const table = threadScratch(), spare = table + SPARE, panel = table + PANEL;
  const inPlace = product.inPlaceB !== 0;
  const stepB = inPlace ? product.strideB : 32, nextB = inPlace ? 32 : <usize> steps << 5;
  for (let m = m0, rows = 0; m < m1; m += rows) {
    rows = rowsOfPanel(product, m, m1);
    call_indirect<void>(product.packA, product, m, rows, k, steps, panel);
    call_indirect<void>(product.findRows, product, m, rows, table);
    const panels = columns >> 3, rest = columns & 7, column = <usize> n << 2;
    call_indirect<void>(tileOf(rows), panel, b, stepB, nextB, steps, table, column, accumulate, panels);
    if (rest > 0) {
      const last = b + (<usize> (panels * steps) << 5);
      narrowTile(rows, rest, panel, last, steps, table, column + (<usize> panels << 5), accumulate, spare);
    }
    if (finish) finishRows(product, rows, n, columns, table);
  }
}

/** The same, of parts of K alone. */
function stripOfParts(
  product: Product, m0: i32, m1: i32, n: i32, columns: i32, k: i32, steps: i32, b: usize, accumulate: bool,
  finish: bool,
): void {
  const table = threadScratch(), panel = table + PANEL, parts = table + PARTS;
  for (let m = m0; m < m1;) {
    const rows = rowsOfPanel(product, m, m1);
    let count = call_indirect<i32>(product.packParts, product, m, rows, k, steps, panel, parts);
    call_indirect<void>(product.findRows, product, m, rows, table);
    if (count === 0) { // one part of nothing, which sets C to zero
      store<u64>(parts, 0);
      count = 1;
    }
    const end = parts + (<usize> count << 3);
    for (let column = 0; column < columns; column += 8) {
      const from = b + (<usize> column * <usize> steps << 2);
      tileOfParts(rows, columns - column, panel, from, parts, end, <usize> (n + column) << 2, accumulate);
    }
    if (finish) finishRows(product, rows, n, columns, table);
    m += rows;
  }
}

/** One tile, part by part. */
function tileOfParts(
  rows: i32, columns: i32, a: usize, b: usize, parts: usize, end: usize, column: usize, accumulate: bool,
): void {
  const table = threadScratch(), tile = tileOf(rows);
  for (; parts < end; parts += 8) {
    const from = b + (<usize> load<i32>(parts) << 5), steps = load<i32>(parts, 4);
    if (columns >= 8) call_indirect<void>(tile, a, from, <usize> 32, <usize> 0, steps, table, column, accumulate, 1);
    else narrowTile(rows, columns, a, from, steps, table, column, accumulate, table + SPARE);
    a += <usize> steps * 24;
    accumulate = true;
  }
}

function finishRows(product: Product, rows: i32, n: i32, columns: i32, table: usize): void {
  const offset = <usize> n << 2;
  const bias = product.bias === 0 ? 0 : product.bias + offset;
  for (let r: usize = 0; r < <usize> rows; r++) {
    const row = <usize> load<u32>(table + (r << 2)) + offset;
    finishRow(row, columns, bias, product.activation, product.alpha, product.slopes + offset);
  }
}
