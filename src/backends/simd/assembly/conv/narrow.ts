/**
 * Convolution to at most four output columns (a picture's colours) from channels in fours: see dot.ts.
 *
 * Where all taps are inside the image, neighbours in a row are summed together; at its borders the
 * same place of several images, which all miss the same taps. So no zero is multiplied.
 */
import { parallelFor, threadScratch } from "../pool";
import { Product } from "../gemm/blocks";
import { activate, PRELU } from "../gemm/epilogue";
import { dotOf, dotPixels } from "./dot";
import { firstInside, hasRuns, lastInside, Walk } from "./walk";

/** Multiply-adds worth a task: some 20 µs. */
const TASK_WORK: f64 = 400_000;
const MOST_TASKS: i32 = 64;

// In a thread's scratch memory: sums of up to six pixels, more sums, bias and slopes, a panel of B.
const SUMS: usize = 0;
const MORE: usize = 128;
const BIAS: usize = 256;
const SLOPES: usize = 272;
const PANEL: usize = 1024;

/** Whether a product is for these kernels. */
export function isNarrow(product: Product, channels: i32): bool {
  return product.n <= 4 && (channels & 3) === 0 && product.k > 0;
}

/** Bytes of B in the order of dot.ts. */
export function narrowWorkspace(product: Product): usize {
  return <usize> product.k * <usize> product.n << 2;
}

/** B, for each four steps of K four values of each column. */
function packNarrowB(product: Product, to: usize): void {
  const panel = threadScratch() + PANEL, n = <usize> product.n;
  for (let k = 0; k < product.k; k += 256) {
    const steps = min(256, product.k - k);
    call_indirect<void>(product.packB, product, k, steps, 0, product.n, panel);
    for (let i: usize = 0; i < <usize> steps; i++) {
      const place = to + ((i >> 2) * n << 4) + ((i & 3) << 2);
      for (let column: usize = 0; column < n; column++) {
        store<f32>(place + (column << 4), load<f32>(panel + (i << 5) + (column << 2)));
      }
    }
    to += <usize> steps * n << 2;
  }
}

/** Tasks over rows of the grid, and over images where rows are few. */
function tasksOf(product: Product, walk: Walk): i32 {
  const work = <f64> product.m * <f64> product.k * <f64> max(3, product.n);
  return max(1, min(rowTasks(walk) * walk.images, <i32> min<f64>(<f64> MOST_TASKS, work / TASK_WORK)));
}

// @ts-ignore: decorator
@inline
function rowTasks(walk: Walk): i32 {
  return min(walk.gridHeight, MOST_TASKS);
}

/** Computes a product whose walk says where outputs go too, with `narrowWorkspace` bytes. Owner thread only. */
export function runNarrow(product: Product, workspace: usize): void {
  const walk = changetype<Walk>(product.source);
  packNarrowB(product, workspace);
  product.packedB = workspace;
  product.tasksM = tasksOf(product, walk);
  product.tasksN = min(product.tasksM, rowTasks(walk));
  parallelFor(narrowTask.index, changetype<usize>(product), product.tasksM / product.tasksN * product.tasksN);
}

function narrowTask(args: usize, index: i32): void {
  const product = changetype<Product>(args), walk = changetype<Walk>(product.source);
  const rowParts = product.tasksN, imageParts = product.tasksM / rowParts;
  const part = index % rowParts, images = index / rowParts;
  const first = walk.images * images / imageParts, last = walk.images * (images + 1) / imageParts;
  const p1 = walk.gridHeight * (part + 1) / rowParts;
  loadColumns(product);
  for (let p = walk.gridHeight * part / rowParts; p < p1; p++) narrowRow(product, walk, first, last, p);
}

/** Copies bias and slopes to vectors of which lanes beyond the last column are zero. */
function loadColumns(product: Product): void {
  const scratch = threadScratch();
  memory.fill(scratch + BIAS, 0, 32);
  for (let column: usize = 0, end = <usize> product.n << 2; column < end; column += 4) {
    if (product.bias !== 0) store<f32>(scratch + BIAS + column, load<f32>(product.bias + column));
    if (product.activation === PRELU) store<f32>(scratch + SLOPES + column, load<f32>(product.slopes + column));
  }
}

/** Row `p` of the grid, of images `first` to `last`. */
function narrowRow(product: Product, walk: Walk, first: i32, last: i32, p: i32): void {
  const pixels = dotPixels(product.n), span = (walk.tapsW - 1) * walk.spreadW;
  let low = firstInside(walk.firstW, walk.stepW);
  let high = min(walk.gridWidth, lastInside(walk.firstW + span, walk.stepW, walk.width));
  if (high - low < pixels || !hasRuns(walk)) low = high = 0;
  if (high > low) {
    for (let image = first; image < last; image++) narrowInside(product, walk, image, p, low, high);
  }
  for (let q = 0; q < walk.gridWidth; q++) {
    if (q === low) q = max(low, high);
    if (q < walk.gridWidth) narrowPlace(product, walk, first, last, p, q);
  }
}

/** Places `low` to `high` of a row of the grid, all of whose columns are inside and whose taps read runs. */
function narrowInside(product: Product, walk: Walk, image: i32, p: i32, low: i32, high: i32): void {
  const pixels = dotPixels(product.n), n = product.n, dot = dotOf(n), sums = threadScratch() + SUMS;
  const y = p * walk.stepH + walk.firstH, i0 = firstInside(y, walk.spreadH);
  const rows = max(0, min(walk.tapsH, lastInside(y, walk.spreadH, walk.height)) - i0);
  const step = <usize> walk.stepW * walk.pixelBytes, rowBytes = <usize> walk.spreadH * walk.rowBytes;
  const vectors = walk.tapsW * (walk.channels >> 2), rowOfB = <usize> (vectors * n) << 4;
  const b = product.packedB + <usize> i0 * rowOfB;
  const row = walk.source + <usize> image * walk.imageBytes + <usize> (y + i0 * walk.spreadH) * walk.rowBytes;
  for (let q = low; q < high; q += pixels) {
    const start = min(q, high - pixels);
    const from = row + <usize> (start * walk.stepW + walk.firstW) * walk.pixelBytes;
    call_indirect<void>(dot, from, step, rows, rowBytes, vectors, b, rowOfB, sums);
    finishPixels(product, walk, image, p, q, min(pixels, high - q), q - start, walk.targetPixelBytes);
  }
}

/** One place of the grid, of images `first` to `last`. */
function narrowPlace(product: Product, walk: Walk, first: i32, last: i32, p: i32, q: i32): void {
  const pixels = dotPixels(product.n);
  const enough = last - first >= pixels;
  for (let image = first; image < last; image += enough ? pixels : 1) {
    const begin = enough ? min(image, last - pixels) : image;
    // Too few images: the same one several times.
    sumTaps(product, walk, begin, p, q, enough ? walk.imageBytes : 0);
    const count = enough ? min(pixels, last - image) : 1;
    finishPixels(product, walk, image, p, q, count, image - begin, walk.targetImageBytes);
  }
}

/** Sums at (p, q) of an image, and at as many places `step` bytes further on in the source, whose taps inside are the same. */
function sumTaps(product: Product, walk: Walk, image: i32, p: i32, q: i32, step: usize): void {
  const sums = threadScratch() + SUMS, n = product.n;
  const y = p * walk.stepH + walk.firstH, x = q * walk.stepW + walk.firstW;
  const i0 = firstInside(y, walk.spreadH), j0 = firstInside(x, walk.spreadW);
  const rows = min(walk.tapsH, lastInside(y, walk.spreadH, walk.height)) - i0;
  const columns = min(walk.tapsW, lastInside(x, walk.spreadW, walk.width)) - j0;
  if (rows <= 0 || columns <= 0) {
    memory.fill(sums, 0, 96);
    return;
  }
  const from = walk.source + <usize> image * walk.imageBytes + <usize> (y + i0 * walk.spreadH) * walk.rowBytes +
    <usize> (x + j0 * walk.spreadW) * walk.pixelBytes;
  const tapOfB = <usize> (walk.channels * n) << 2, rowOfB = <usize> walk.tapsW * tapOfB;
  const b = product.packedB + <usize> i0 * rowOfB + <usize> j0 * tapOfB;
  const vectors = walk.channels >> 2, rowBytes = <usize> walk.spreadH * walk.rowBytes, dot = dotOf(n);
  if (hasRuns(walk)) {
    call_indirect<void>(dot, from, step, rows, rowBytes, columns * vectors, b, rowOfB, sums);
    return;
  }
  const tapBytes = <usize> walk.spreadW * walk.pixelBytes, more = threadScratch() + MORE;
  call_indirect<void>(dot, from, step, columns, tapBytes, vectors, b, tapOfB, sums);
  for (let i: usize = 1; i < <usize> rows; i++) {
    call_indirect<void>(dot, from + i * rowBytes, step, columns, tapBytes, vectors, b + i * rowOfB, tapOfB, more);
    for (let v: usize = 0; v < 96; v += 16) {
      v128.store(sums + v, f32x4.add(v128.load(sums + v), v128.load(more + v)));
    }
  }
}

/** Finishes and stores `count` sums from number `skip` on, as (p, q) and what lies `step` bytes on in the target. */
function finishPixels(
  product: Product, walk: Walk, image: i32, p: i32, q: i32, count: i32, skip: i32, step: usize,
): void {
  const scratch = threadScratch(), n = product.n, kind = product.activation;
  const bias = v128.load(scratch + BIAS);
  const slopes = kind === PRELU ? v128.load(scratch + SLOPES) : f32x4.splat(product.alpha);
  let to = product.c + <usize> image * walk.targetImageBytes + <usize> p * walk.targetRowBytes +
    <usize> q * walk.targetPixelBytes;
  let from = scratch + SUMS + (<usize> skip << 4);
  for (; count > 0; count--) {
    const y = activate(kind, f32x4.add(v128.load(from), bias), slopes);
    v128.store32_lane(to, y, 0);
    if (n > 1) v128.store32_lane(to, y, 1, 4);
    if (n > 2) v128.store32_lane(to, y, 2, 8);
    if (n > 3) v128.store32_lane(to, y, 3, 12);
    from += 16;
    to += step;
  }
}
