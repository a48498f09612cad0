/**
 * Mean and variance of every channel in one pass over memory.
 *
 * Rows are taken 64 at a time, as differences from the middle one of three of them, so that neither a mean
 * far from 0 nor a row far from the others costs digits; for the same reason means are kept as differences
 * from an `origin` among all values. The moments of such groups, then of the tasks' blocks, then of a
 * channel's copies are joined in a fixed order: Chan, Golub & LeVeque (1979), "Updating formulae and a
 * pairwise algorithm for computing sample variances".
 */
import { Columns, STRIP, TILE, widen } from "./columns";
import { madd } from "./fma";
import { parallelFor, threadScratch } from "./pool";

/** Rows that are summed up before their moments are joined to those above them. */
const GROUP: i32 = 64;
/** Rows that are read side by side. */
const CHUNK: i32 = 8;
/** Wide rows of scratch memory a block: means, and sums of squared differences from them. */
export const MOMENTS_MATRICES: i32 = 2;

@unmanaged
class MomentsArgs extends Columns {
  x: usize;
  /** A wide row. */
  origin: usize;
  partials: usize;
}

/**
 * Means and biased variances, one a channel. There is room for a wide row at `origin`, and for
 * `MOMENTS_MATRICES` at `partials`.
 */
export function moments(
  split: Columns,
  x: usize,
  origin: usize,
  partials: usize,
  mean: usize,
  variance: usize,
): void {
  const args = changetype<MomentsArgs>(changetype<usize>(split));
  const channels = args.channels, bytes = <usize>channels << 2;
  const count = args.rows * args.copies + args.left;
  memory.fill(mean, 0, bytes);
  memory.fill(variance, 0, bytes);
  if (count === 0) return;
  args.x = x;
  args.origin = origin;
  args.partials = partials;
  setMiddle(origin, x, x + <usize>(count / 2) * bytes, x + <usize>(count - 1) * bytes, channels);
  widen(origin, origin, channels, args.copies);
  parallelFor(momentsTask.index, changetype<usize>(args), args.tasks);
  if (args.rows > 0) {
    joinBlocks(args, partials);
    joinCopies(args, partials, mean, variance);
  }
  let before = count - args.left;
  for (let row = x + <usize>before * bytes; before < count; before++, row += bytes) {
    joinRow(mean, variance, row, origin, channels, before);
  }
  const share = <f32>(1.0 / <f64>count);
  for (const end = variance + bytes; variance < end; variance += 4, mean += 4, origin += 4) {
    store<f32>(mean, load<f32>(mean) + load<f32>(origin));
    store<f32>(variance, load<f32>(variance) * share);
  }
}

/** The middle one of three rows' values: no single row, however far from the others, is taken. */
function setMiddle(into: usize, x: usize, y: usize, z: usize, columns: i32): void {
  const end = into + (<usize>columns << 2), whole = into + (<usize>(columns & ~3) << 2);
  for (; into < whole; into += 16, x += 16, y += 16, z += 16) {
    const a = v128.load(x), b = v128.load(y), c = v128.load(z);
    v128.store(into, f32x4.max(f32x4.min(a, b), f32x4.min(f32x4.max(a, b), c)));
  }
  for (; into < end; into += 4, x += 4, y += 4, z += 4) {
    const a = load<f32>(x), b = load<f32>(y), c = load<f32>(z);
    store<f32>(into, max<f32>(min<f32>(a, b), min<f32>(max<f32>(a, b), c)));
  }
}

/** Moments of one tile of one block. */
function momentsTask(address: usize, task: i32): void {
  const args = changetype<MomentsArgs>(address);
  const stride = args.stride, columns = args.columns(task), row = args.firstRow(task);
  const column = <usize>args.firstColumn(task) << 2;
  const mean = args.partials + <usize>(task / args.tiles) * 2 * stride + column, square = mean + stride;
  const x = args.x + <usize>row * stride + column;
  const middle = threadScratch(), sums = middle + (TILE << 2), squares = sums + (TILE << 2);
  const rows = args.endRow(task) - row;
  for (let first = 0; first < rows; first += GROUP) {
    const group = min(GROUP, rows - first);
    const start = x + <usize>first * stride;
    const half = start + <usize>(group / 2) * stride, last = start + <usize>(group - 1) * stride;
    setMiddle(middle, start, half, last, columns);
    sumDifferences(start, middle, stride, columns, group, sums, squares);
    joinGroup(middle, args.origin + column, sums, squares, columns, group, mean, square, first);
  }
}

/** Σ(x − middle) and Σ(x − middle)² over rows. */
function sumDifferences(
  x: usize,
  middle: usize,
  stride: usize,
  columns: i32,
  rows: i32,
  sums: usize,
  squares: usize,
): void {
  const bytes = <usize>columns << 2;
  memory.fill(sums, 0, bytes);
  memory.fill(squares, 0, bytes);
  for (let row = 0; row < rows; row += CHUNK) {
    const at = x + <usize>row * stride;
    addDifferences(middle, at, stride, bytes, min(CHUNK, rows - row), sums, squares);
  }
}

function addDifferences(
  middle: usize,
  x: usize,
  stride: usize,
  bytes: usize,
  rows: i32,
  sums: usize,
  squares: usize,
): void {
  for (const end = sums + bytes; sums < end; sums += STRIP << 2) {
    const k0 = v128.load(middle), k1 = v128.load(middle, 16);
    const k2 = v128.load(middle, 32), k3 = v128.load(middle, 48);
    let s0 = v128.load(sums), s1 = v128.load(sums, 16);
    let s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
    let q0 = v128.load(squares), q1 = v128.load(squares, 16);
    let q2 = v128.load(squares, 32), q3 = v128.load(squares, 48);
    let row = x;
    for (let i = 0; i < rows; i++, row += stride) {
      const x0 = f32x4.sub(v128.load(row), k0), x1 = f32x4.sub(v128.load(row, 16), k1);
      s0 = f32x4.add(s0, x0);
      q0 = madd(x0, x0, q0);
      s1 = f32x4.add(s1, x1);
      q1 = madd(x1, x1, q1);
      const x2 = f32x4.sub(v128.load(row, 32), k2), x3 = f32x4.sub(v128.load(row, 48), k3);
      s2 = f32x4.add(s2, x2);
      q2 = madd(x2, x2, q2);
      s3 = f32x4.add(s3, x3);
      q3 = madd(x3, x3, q3);
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
    v128.store(squares, q0);
    v128.store(squares, q1, 16);
    v128.store(squares, q2, 32);
    v128.store(squares, q3, 48);
    middle += STRIP << 2;
    squares += STRIP << 2;
    x += STRIP << 2;
  }
}

/**
 * Joins the moments of a group of `rows`, given by its sums of differences from `middle`, to those of the
 * `before` rows above it. `columns` is a multiple of 4.
 */
function joinGroup(
  middle: usize,
  origin: usize,
  sums: usize,
  squares: usize,
  columns: i32,
  rows: i32,
  mean: usize,
  square: usize,
  before: i32,
): void {
  const zero = f32x4.splat(0.0);
  const share = f32x4.splat(<f32>(1.0 / <f64>rows));
  const weight = f32x4.splat(<f32>(<f64>rows / <f64>(before + rows)));
  const both = f32x4.splat(<f32>(<f64>before * <f64>rows / <f64>(before + rows)));
  for (const end = mean + (<usize>columns << 2); mean < end; mean += 16, square += 16) {
    const offset = f32x4.mul(v128.load(sums), share);
    const own = f32x4.sub(v128.load(squares), f32x4.mul(offset, v128.load(sums)));
    const groupMean = f32x4.add(f32x4.sub(v128.load(middle), v128.load(origin)), offset);
    let newMean = groupMean, newSquare = f32x4.max(own, zero);
    if (before > 0) {
      const old = v128.load(mean), delta = f32x4.sub(groupMean, old);
      newMean = madd(delta, weight, old);
      newSquare = madd(f32x4.mul(delta, delta), both, f32x4.add(newSquare, v128.load(square)));
    }
    v128.store(mean, newMean);
    v128.store(square, newSquare);
    middle += 16;
    origin += 16;
    sums += 16;
    squares += 16;
  }
}

/** Joins the moments of `rows` rows at `otherMean`, `otherSquare` to those of `before`. */
function join(
  mean: usize,
  square: usize,
  before: i32,
  otherMean: usize,
  otherSquare: usize,
  rows: i32,
  width: i32,
): void {
  const weight = <f32>(<f64>rows / <f64>(before + rows));
  const both = <f32>(<f64>before * <f64>rows / <f64>(before + rows));
  const weights = f32x4.splat(weight), boths = f32x4.splat(both);
  const end = mean + (<usize>width << 2), whole = mean + (<usize>(width & ~3) << 2);
  for (; mean < whole; mean += 16, square += 16, otherMean += 16, otherSquare += 16) {
    const old = v128.load(mean), delta = f32x4.sub(v128.load(otherMean), old);
    const sum = f32x4.add(v128.load(square), v128.load(otherSquare));
    v128.store(mean, madd(delta, weights, old));
    v128.store(square, madd(f32x4.mul(delta, delta), boths, sum));
  }
  for (; mean < end; mean += 4, square += 4, otherMean += 4, otherSquare += 4) {
    const old = load<f32>(mean), delta = load<f32>(otherMean) - old;
    store<f32>(mean, old + delta * weight);
    store<f32>(square, load<f32>(square) + load<f32>(otherSquare) + delta * delta * both);
  }
}

/** Leaves the moments of all blocks in the first one's partial results. */
function joinBlocks(split: Columns, partials: usize): void {
  const stride = split.stride;
  let before = split.rowsOf(0), other = partials;
  for (let block = 1; block < split.blocks; block++) {
    const rows = split.rowsOf(block);
    other += 2 * stride;
    join(partials, partials + stride, before, other, other + stride, rows, split.width);
    before += rows;
  }
}

/** Joins the copies of each channel. */
function joinCopies(split: Columns, partials: usize, mean: usize, square: usize): void {
  const bytes = <usize>split.channels << 2, stride = split.stride;
  memory.copy(mean, partials, bytes);
  memory.copy(square, partials + stride, bytes);
  for (let copy = 1; copy < split.copies; copy++) {
    partials += bytes;
    join(mean, square, copy * split.rows, partials, partials + stride, split.rows, split.channels);
  }
}

/** Joins one row to the moments of `before`. */
function joinRow(mean: usize, square: usize, x: usize, origin: usize, width: i32, before: i32): void {
  const weight = <f32>(1.0 / <f64>(before + 1)), both = <f32>(<f64>before / <f64>(before + 1));
  const weights = f32x4.splat(weight), boths = f32x4.splat(both);
  const end = mean + (<usize>width << 2), whole = mean + (<usize>(width & ~3) << 2);
  for (; mean < whole; mean += 16, square += 16, x += 16, origin += 16) {
    const old = v128.load(mean);
    const delta = f32x4.sub(f32x4.sub(v128.load(x), v128.load(origin)), old);
    v128.store(mean, madd(delta, weights, old));
    v128.store(square, madd(f32x4.mul(delta, delta), boths, v128.load(square)));
  }
  for (; mean < end; mean += 4, square += 4, x += 4, origin += 4) {
    const old = load<f32>(mean), delta = load<f32>(x) - load<f32>(origin) - old;
    store<f32>(mean, old + delta * weight);
    store<f32>(square, load<f32>(square) + delta * delta * both);
  }
}
