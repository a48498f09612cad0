/**
 * Gradient of batch normalization through the moments as well. With x̂ = (x − mean)/σ over n rows:
 * dbeta = Σ dy, dgamma = Σ dy·x̂, dx = gamma/σ·(dy − dbeta/n − x̂·dgamma/n). One pass for the two sums,
 * one for dx.
 */
import { addRow, Columns, columnsScratch, splitColumns, STRIP, widen } from "./columns";
import { madd } from "./fma";
import { parallelFor } from "./pool";

/** Rows that are read side by side. */
const CHUNK: i32 = 8;

@unmanaged
class GradientArgs extends Columns {
  x: usize;
  dy: usize;
  dx: usize;
  /** Four wide rows: mean, and the factors of dy, of x − mean, and what is added. */
  vectors: usize;
  /** For each block a wide row of Σ dy, then one of Σ dy·(x − mean). */
  partials: usize;
}

/** Bytes of scratch memory. */
export function batchNormGradientScratch(rows: i32, channels: i32): usize {
  return columnsScratch(rows, channels, 4, 2);
}

/** `mean` and `variance` are those of x over its rows. */
export function batchNormGradient(
  x: usize,
  dy: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  scratch: usize,
): void {
  const args = changetype<GradientArgs>(changetype<usize>(splitColumns(rows, channels)));
  const stride = args.stride;
  args.x = x;
  args.dy = dy;
  args.dx = dx;
  args.vectors = scratch;
  args.partials = scratch + 4 * stride;
  widen(mean, scratch, channels, args.copies);
  parallelFor(sumsTask.index, changetype<usize>(args), args.tasks);
  joinSums(args, dbeta, dgamma);
  setFactors(scratch, stride, variance, gamma, dgamma, dbeta, rows, channels, epsilon);
  for (let vector = 1; vector < 4; vector++) {
    const row = scratch + <usize>vector * stride;
    widen(row, row, channels, args.copies);
  }
  parallelFor(dxTask.index, changetype<usize>(args), args.tasks);
  const done = <usize>args.rows * stride;
  dxRow(x + done, dy + done, dx + done, scratch, stride, args.left * channels);
}

/** Sums of one tile of one block. */
function sumsTask(address: usize, task: i32): void {
  const args = changetype<GradientArgs>(address);
  const stride = args.stride, columns = args.columns(task), end = args.endRow(task);
  const column = <usize>args.firstColumn(task) << 2, mean = args.vectors + column;
  const sums = args.partials + <usize>(task / args.tiles) * 2 * stride + column;
  memory.fill(sums, 0, <usize>columns << 2);
  memory.fill(sums + stride, 0, <usize>columns << 2);
  for (let row = args.firstRow(task); row < end; row += CHUNK) {
    const at = <usize>row * stride + column;
    addProducts(args.x + at, args.dy + at, mean, stride, columns, min(CHUNK, end - row), sums);
  }
}

/** Adds rows of dy to `sums`, and of dy·(x − mean) to the wide row behind. */
function addProducts(
  x: usize,
  dy: usize,
  mean: usize,
  stride: usize,
  columns: i32,
  rows: i32,
  sums: usize,
): void {
  const gap = dy - x;
  for (const end = sums + (<usize>columns << 2); sums < end; sums += STRIP << 2) {
    const m0 = v128.load(mean), m1 = v128.load(mean, 16);
    const m2 = v128.load(mean, 32), m3 = v128.load(mean, 48);
    const zero = f32x4.splat(0.0);
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, p0 = zero, p1 = zero, p2 = zero, p3 = zero;
    let row = x;
    for (let i = 0; i < rows; i++, row += stride) {
      const d0 = v128.load(row + gap), d1 = v128.load(row + gap, 16);
      s0 = f32x4.add(s0, d0);
      p0 = madd(d0, f32x4.sub(v128.load(row), m0), p0);
      s1 = f32x4.add(s1, d1);
      p1 = madd(d1, f32x4.sub(v128.load(row, 16), m1), p1);
      const d2 = v128.load(row + gap, 32), d3 = v128.load(row + gap, 48);
      s2 = f32x4.add(s2, d2);
      p2 = madd(d2, f32x4.sub(v128.load(row, 32), m2), p2);
      s3 = f32x4.add(s3, d3);
      p3 = madd(d3, f32x4.sub(v128.load(row, 48), m3), p3);
    }
    const products = sums + stride;
    v128.store(sums, f32x4.add(v128.load(sums), s0));
    v128.store(sums, f32x4.add(v128.load(sums, 16), s1), 16);
    v128.store(sums, f32x4.add(v128.load(sums, 32), s2), 32);
    v128.store(sums, f32x4.add(v128.load(sums, 48), s3), 48);
    v128.store(products, f32x4.add(v128.load(products), p0));
    v128.store(products, f32x4.add(v128.load(products, 16), p1), 16);
    v128.store(products, f32x4.add(v128.load(products, 32), p2), 32);
    v128.store(products, f32x4.add(v128.load(products, 48), p3), 48);
    mean += STRIP << 2;
    x += STRIP << 2;
  }
}

/** Σ dy and Σ dy·(x − mean) of each channel: of blocks, then copies, then the rows left. */
function joinSums(args: GradientArgs, sums: usize, products: usize): void {
  const channels = args.channels, stride = args.stride, bytes = <usize>channels << 2;
  const partials = args.partials;
  memory.fill(sums, 0, bytes);
  memory.fill(products, 0, bytes);
  for (let block = 1; block < args.blocks; block++) {
    addRow(partials, partials + <usize>block * 2 * stride, 2 * args.width);
  }
  for (let copy = 0; args.rows > 0 && copy < args.copies; copy++) {
    addRow(sums, partials + <usize>copy * bytes, channels);
    addRow(products, partials + stride + <usize>copy * bytes, channels);
  }
  const mean = args.vectors;
  let at = <usize>args.rows * stride;
  for (let row = 0; row < args.left; row++, at += bytes) {
    addRow(sums, args.dy + at, channels);
    addCentred(products, args.dy + at, args.x + at, mean, channels);
  }
}

/** products += dy·(x − mean). */
function addCentred(products: usize, dy: usize, x: usize, mean: usize, width: i32): void {
  const end = products + (<usize>width << 2), whole = products + (<usize>(width & ~3) << 2);
  for (; products < whole; products += 16, dy += 16, x += 16, mean += 16) {
    const centred = f32x4.sub(v128.load(x), v128.load(mean));
    v128.store(products, madd(v128.load(dy), centred, v128.load(products)));
  }
  for (; products < end; products += 4, dy += 4, x += 4, mean += 4) {
    const product = load<f32>(dy) * (load<f32>(x) - load<f32>(mean));
    store<f32>(products, load<f32>(products) + product);
  }
}

/** Makes dgamma of Σ dy·(x − mean), and dx's factors: dx = dy·a + ((x − mean)·b + c). */
function setFactors(
  vectors: usize,
  stride: usize,
  variance: usize,
  gamma: usize,
  dgamma: usize,
  dbeta: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
): void {
  const share = <f32>(1.0 / <f64>rows);
  let vector = vectors + stride;
  for (let i: usize = 0, bytes = <usize>channels << 2; i < bytes; i += 4, vector += 4) {
    const inverse = <f32>1 / sqrt<f32>(load<f32>(variance + i) + epsilon);
    const own = load<f32>(dgamma + i) * inverse, scale = load<f32>(gamma + i) * inverse;
    store<f32>(dgamma + i, own);
    store<f32>(vector, scale);
    store<f32>(vector + stride, -scale * inverse * own * share);
    store<f32>(vector + 2 * stride, -scale * load<f32>(dbeta + i) * share);
  }
}

/** One tile of one block. */
function dxTask(address: usize, task: i32): void {
  const args = changetype<GradientArgs>(address);
  const stride = args.stride, column = <usize>args.firstColumn(task) << 2, columns = args.columns(task);
  let at = <usize>args.firstRow(task) * stride + column;
  const end = <usize>args.endRow(task) * stride + column;
  for (; at < end; at += stride) {
    dxRow(args.x + at, args.dy + at, args.dx + at, args.vectors + column, stride, columns);
  }
}

function dxRow(x: usize, dy: usize, dx: usize, mean: usize, stride: usize, columns: i32): void {
  const scale = stride, slope = stride << 1, offset = slope + stride;
  const end = x + (<usize>columns << 2), whole = x + (<usize>(columns & -STRIP) << 2);
  for (; x < whole; x += 64, dy += 64, dx += 64, mean += 64) {
    const a = mean + scale, b = mean + slope, c = mean + offset;
    const x0 = f32x4.sub(v128.load(x), v128.load(mean));
    const x1 = f32x4.sub(v128.load(x, 16), v128.load(mean, 16));
    const x2 = f32x4.sub(v128.load(x, 32), v128.load(mean, 32));
    const x3 = f32x4.sub(v128.load(x, 48), v128.load(mean, 48));
    const r0 = madd(x0, v128.load(b), v128.load(c));
    const r1 = madd(x1, v128.load(b, 16), v128.load(c, 16));
    const r2 = madd(x2, v128.load(b, 32), v128.load(c, 32));
    const r3 = madd(x3, v128.load(b, 48), v128.load(c, 48));
    v128.store(dx, madd(v128.load(dy), v128.load(a), r0));
    v128.store(dx, madd(v128.load(dy, 16), v128.load(a, 16), r1), 16);
    v128.store(dx, madd(v128.load(dy, 32), v128.load(a, 32), r2), 32);
    v128.store(dx, madd(v128.load(dy, 48), v128.load(a, 48), r3), 48);
  }
  for (; x < end; x += 4, dy += 4, dx += 4, mean += 4) {
    const rest = (load<f32>(x) - load<f32>(mean)) * load<f32>(mean + slope) + load<f32>(mean + offset);
    store<f32>(dx, load<f32>(dy) * load<f32>(mean + scale) + rest);
  }
}
