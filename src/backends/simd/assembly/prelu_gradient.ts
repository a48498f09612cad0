/**
 * Gradients of y = x > 0 ? x : alpha·x. dalpha is a sum over whatever alpha is repeated along: tasks sum up
 * blocks whose size depends on the shape alone, and one thread adds these up in order.
 */
import { loadUpTo4, storeUpTo4 } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
import { CHUNK } from "./unary";

/** Columns of a block. */
const COLUMNS: i32 = 1024;

@unmanaged
class PreluArgs {
  x: usize;
  alpha: usize;
  dy: usize;
  dx: usize;
  sums: usize;
  rows: i32;
  columns: i32;
  blocks: i32;
  rowsPerTask: i32;
}

/** Rows summed up by one task, where alpha is a vector along `columns`. */
function rowsPerTask(rows: i32, columns: i32): i32 {
  const blocks = (columns + COLUMNS - 1) / COLUMNS;
  const tasks = <i32>((<i64>rows * columns + CHUNK - 1) / CHUNK);
  const groups = max(1, min(rows, tasks / blocks));
  return (rows + groups - 1) / groups;
}

/** Floats of scratch memory that `preluGradientColumns` takes. */
export function preluGradientScratch(rows: i32, columns: i32): i32 {
  const perTask = rowsPerTask(rows, columns);
  return (rows + perTask - 1) / perTask * columns;
}

/** x, dy and dx are rows of columns, alpha and dalpha one such row. None is empty. */
export function preluGradientColumns(
  x: usize, alpha: usize, dy: usize, dx: usize, dalpha: usize, rows: i32, columns: i32, scratch: usize,
): void {
  const args = changetype<PreluArgs>(ARGUMENTS);
  args.x = x;
  args.alpha = alpha;
  args.dy = dy;
  args.dx = dx;
  args.sums = scratch;
  args.rows = rows;
  args.columns = columns;
  args.blocks = (columns + COLUMNS - 1) / COLUMNS;
  args.rowsPerTask = rowsPerTask(rows, columns);
  const groups = (rows + args.rowsPerTask - 1) / args.rowsPerTask;
  parallelFor(columnsTask.index, ARGUMENTS, groups * args.blocks);
  addUp(scratch, dalpha, groups, columns);
}

function columnsTask(address: usize, index: i32): void {
  const args = changetype<PreluArgs>(address);
  const group = index / args.blocks;
  const first = (index % args.blocks) * COLUMNS, last = min(first + COLUMNS, args.columns);
  const top = group * args.rowsPerTask, rows = min(args.rowsPerTask, args.rows - top);
  const skip = (<usize>(top * args.columns)) << 2;
  const stride = (<usize>args.columns) << 2;
  const x = args.x + skip, dy = args.dy + skip, dx = args.dx + skip;
  const sums = args.sums + ((<usize>(group * args.columns)) << 2);
  if (args.columns === 1) return oneColumn(x, args.alpha, dy, dx, sums, rows);
  let c = first;
  for (; c + 16 <= last; c += 16) {
    const at = (<usize>c) << 2;
    sixteenColumns(x + at, args.alpha + at, dy + at, dx + at, sums + at, rows, stride);
  }
  for (; c < last; c += 4) {
    const at = (<usize>c) << 2;
    const count = min(4, last - c);
    upTo4Columns(x + at, args.alpha + at, dy + at, dx + at, sums + at, rows, stride, count);
  }
}

/** One slope for all. */
function oneColumn(x: usize, alpha: usize, dy: usize, dx: usize, sums: usize, rows: i32): void {
  const a = v128.load32_splat(alpha), zero = f32x4.splat(0.0);
  let s0 = zero, s1 = zero;
  for (const end = x + ((<usize>(rows & ~7)) << 2); x < end; x += 32, dy += 32, dx += 32) {
    const x0 = v128.load(x), d0 = v128.load(dy), m0 = f32x4.gt(x0, zero);
    v128.store(dx, v128.bitselect(d0, f32x4.mul(d0, a), m0));
    s0 = f32x4.add(s0, v128.andnot(f32x4.mul(d0, x0), m0));
    const x1 = v128.load(x, 16), d1 = v128.load(dy, 16), m1 = f32x4.gt(x1, zero);
    v128.store(dx, v128.bitselect(d1, f32x4.mul(d1, a), m1), 16);
    s1 = f32x4.add(s1, v128.andnot(f32x4.mul(d1, x1), m1));
  }
  for (let left = rows & 7; left > 0; left -= 4, x += 16, dy += 16, dx += 16) {
    const count = min(4, left);
    const x0 = loadUpTo4(x, count), d0 = loadUpTo4(dy, count), m0 = f32x4.gt(x0, zero);
    storeUpTo4(dx, v128.bitselect(d0, f32x4.mul(d0, a), m0), count);
    s0 = f32x4.add(s0, v128.andnot(f32x4.mul(d0, x0), m0));
  }
  const sum = f32x4.add(s0, s1);
  store<f32>(
    sums,
    (f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)),
  );
}

/** A cache line of each row. */
function sixteenColumns(
  x: usize, alpha: usize, dy: usize, dx: usize, sums: usize, rows: i32, stride: usize,
): void {
  const a0 = v128.load(alpha), a1 = v128.load(alpha, 16), a2 = v128.load(alpha, 32), a3 = v128.load(alpha, 48);
  const zero = f32x4.splat(0.0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  for (let r = 0; r < rows; r++, x += stride, dy += stride, dx += stride) {
    const x0 = v128.load(x), d0 = v128.load(dy), m0 = f32x4.gt(x0, zero);
    v128.store(dx, v128.bitselect(d0, f32x4.mul(d0, a0), m0));
    s0 = f32x4.add(s0, v128.andnot(f32x4.mul(d0, x0), m0));
    const x1 = v128.load(x, 16), d1 = v128.load(dy, 16), m1 = f32x4.gt(x1, zero);
    v128.store(dx, v128.bitselect(d1, f32x4.mul(d1, a1), m1), 16);
    s1 = f32x4.add(s1, v128.andnot(f32x4.mul(d1, x1), m1));
    const x2 = v128.load(x, 32), d2 = v128.load(dy, 32), m2 = f32x4.gt(x2, zero);
    v128.store(dx, v128.bitselect(d2, f32x4.mul(d2, a2), m2), 32);
    s2 = f32x4.add(s2, v128.andnot(f32x4.mul(d2, x2), m2));
    const x3 = v128.load(x, 48), d3 = v128.load(dy, 48), m3 = f32x4.gt(x3, zero);
    v128.store(dx, v128.bitselect(d3, f32x4.mul(d3, a3), m3), 48);
    s3 = f32x4.add(s3, v128.andnot(f32x4.mul(d3, x3), m3));
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
}

function upTo4Columns(
  x: usize, alpha: usize, dy: usize, dx: usize, sums: usize, rows: i32, stride: usize, count: i32,
): void {
  const a = loadUpTo4(alpha, count), zero = f32x4.splat(0.0);
  let sum = zero;
  for (let r = 0; r < rows; r++, x += stride, dy += stride, dx += stride) {
    const value = loadUpTo4(x, count), slope = loadUpTo4(dy, count), mask = f32x4.gt(value, zero);
    storeUpTo4(dx, v128.bitselect(slope, f32x4.mul(slope, a), mask), count);
    sum = f32x4.add(sum, v128.andnot(f32x4.mul(slope, value), mask));
  }
  storeUpTo4(sums, sum, count);
}

/** Sums over groups, in their order. */
function addUp(sums: usize, target: usize, groups: i32, columns: i32): void {
  const stride = (<usize>columns) << 2;
  for (let c = 0; c < columns; c += 4) {
    const at = (<usize>c) << 2, count = min(4, columns - c);
    let sum = loadUpTo4(sums + at, count);
    for (let g = 1; g < groups; g++) sum = f32x4.add(sum, loadUpTo4(sums + g * stride + at, count));
    storeUpTo4(target + at, sum, count);
  }
}

/**
 * Where alpha is repeated along any axes: four loops, outermost first, and elements by which alpha advances
 * in each. One by one: no layer of ours does so.
 */
export function preluGradientLoops(
  x: usize, alpha: usize, dy: usize, dx: usize, dalpha: usize, alphas: i32,
  n0: i32, n1: i32, n2: i32, n3: i32, s0: i32, s1: i32, s2: i32, s3: i32,
): void {
  memory.fill(dalpha, 0, (<usize>alphas) << 2);
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        const at = (<usize>(i0 * s0 + i1 * s1 + i2 * s2)) << 2;
        preluGradientRow(x, alpha + at, dy, dx, dalpha + at, n3, (<usize>s3) << 2);
        const row = (<usize>n3) << 2;
        x += row;
        dy += row;
        dx += row;
      }
    }
  }
}

function preluGradientRow(
  x: usize, alpha: usize, dy: usize, dx: usize, dalpha: usize, n: i32, stride: usize,
): void {
  let sum: f64 = 0;
  for (const end = x + ((<usize>n) << 2); x < end; x += 4, dy += 4, dx += 4, alpha += stride, dalpha += stride) {
    const value = load<f32>(x), slope = load<f32>(dy);
    const negative = !(value > 0);
    store<f32>(dx, negative ? slope * load<f32>(alpha) : slope);
    if (!negative) continue;
    if (stride === 0) sum += slope * value;
    else store<f32>(dalpha, load<f32>(dalpha) + slope * value);
  }
  if (stride === 0) store<f32>(dalpha, load<f32>(dalpha) + <f32>sum);
}
