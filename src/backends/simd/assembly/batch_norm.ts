/** Batch normalization, Ioffe & Szegedy (2015), §3, of x [rows, channels], and by given statistics. */
import { Columns, columnsScratch, splitColumns, STRIP, widen } from "./columns";
import { madd } from "./fma";
import { moments, MOMENTS_MATRICES } from "./moments";
import { parallelFor } from "./pool";

@unmanaged
class NormalizeArgs extends Columns {
  x: usize;
  y: usize;
  /** Three wide rows: mean, scale, offset. */
  vectors: usize;
}

/** Bytes of scratch memory. */
export function batchNormScratch(rows: i32, channels: i32): usize {
  return columnsScratch(rows, channels, 3, MOMENTS_MATRICES);
}

/** y = gamma·(x − mean)/√(variance + epsilon) + beta, and the moments: biased, over the rows. */
export function batchNorm(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  scratch: usize,
): void {
  const split = splitColumns(rows, channels);
  moments(split, x, scratch, scratch + 3 * split.stride, mean, variance);
  normalize(split, x, y, mean, variance, gamma, beta, epsilon, scratch);
}

/** The same by given statistics. `gamma` and `beta` may be 0, for none. Scratch as `batchNormScratch`. */
export function batchNormInference(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  scratch: usize,
): void {
  normalize(splitColumns(rows, channels), x, y, mean, variance, gamma, beta, epsilon, scratch);
}

function normalize(
  split: Columns,
  x: usize,
  y: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  vectors: usize,
): void {
  const args = changetype<NormalizeArgs>(changetype<usize>(split));
  const channels = args.channels, copies = args.copies, stride = args.stride;
  args.x = x;
  args.y = y;
  args.vectors = vectors;
  const scale = vectors + stride, offset = scale + stride;
  for (let i: usize = 0, bytes = <usize>channels << 2; i < bytes; i += 4) {
    const inverse = <f32>1 / sqrt<f32>(load<f32>(variance + i) + epsilon);
    store<f32>(scale + i, gamma === 0 ? inverse : load<f32>(gamma + i) * inverse);
    store<f32>(offset + i, beta === 0 ? 0 : load<f32>(beta + i));
  }
  widen(mean, vectors, channels, copies);
  widen(scale, scale, channels, copies);
  widen(offset, offset, channels, copies);
  parallelFor(normalizeTask.index, changetype<usize>(args), args.tasks);
  const done = <usize>args.rows * stride;
  normalizeRow(x + done, y + done, vectors, stride, args.left * channels);
}

/** One tile of one block. */
function normalizeTask(address: usize, task: i32): void {
  const args = changetype<NormalizeArgs>(address);
  const stride = args.stride, column = <usize>args.firstColumn(task) << 2, columns = args.columns(task);
  let at = <usize>args.firstRow(task) * stride + column;
  const end = <usize>args.endRow(task) * stride + column;
  for (; at < end; at += stride) {
    normalizeRow(args.x + at, args.y + at, args.vectors + column, stride, columns);
  }
}

function normalizeRow(x: usize, y: usize, mean: usize, stride: usize, columns: i32): void {
  const scale = stride, offset = stride << 1;
  const end = x + (<usize>columns << 2), whole = x + (<usize>(columns & -STRIP) << 2);
  for (; x < whole; x += 64, y += 64, mean += 64) {
    const x0 = f32x4.sub(v128.load(x), v128.load(mean));
    const x1 = f32x4.sub(v128.load(x, 16), v128.load(mean, 16));
    const x2 = f32x4.sub(v128.load(x, 32), v128.load(mean, 32));
    const x3 = f32x4.sub(v128.load(x, 48), v128.load(mean, 48));
    const a = mean + scale, b = mean + offset;
    v128.store(y, madd(x0, v128.load(a), v128.load(b)));
    v128.store(y, madd(x1, v128.load(a, 16), v128.load(b, 16)), 16);
    v128.store(y, madd(x2, v128.load(a, 32), v128.load(b, 32)), 32);
    v128.store(y, madd(x3, v128.load(a, 48), v128.load(b, 48)), 48);
  }
  for (; x < end; x += 4, y += 4, mean += 4) {
    const centred = load<f32>(x) - load<f32>(mean);
    store<f32>(y, centred * load<f32>(mean + scale) + load<f32>(mean + offset));
  }
}
