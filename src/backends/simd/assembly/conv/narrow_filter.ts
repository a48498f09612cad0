/**
 * Filter gradients of at most four outputs, from channels in fours: see outer.ts. Each task takes some
 * rows of the grid and keeps sums of its own, which are added up in order.
 */
import { parallelFor } from "../pool";
import { Product } from "../gemm/blocks";
import { outerOf, outerVectors } from "./outer";
import { firstInside, hasRuns, lastInside, Walk } from "./walk";

/** Multiply-adds worth a task: some 40 µs. */
const TASK_WORK: f64 = 1_000_000;
const MOST_TASKS: i32 = 16;

function tasksOf(product: Product, walk: Walk): i32 {
  const work = <f64> product.m * <f64> product.k * <f64> max(3, product.n);
  const tasks = <i32> min<f64>(<f64> MOST_TASKS, work / TASK_WORK);
  return max(1, min(walk.images * walk.gridHeight, tasks));
}

/** Bytes of all tasks' sums: for each four values of a tap a vector of each output. */
export function narrowFilterWorkspace(product: Product, walk: Walk): usize {
  return <usize> tasksOf(product, walk) * <usize> product.m * <usize> product.n << 2;
}

/** Computes a filter's gradient with that workspace. Owner thread only. */
export function runNarrowFilter(product: Product, workspace: usize): void {
  const args = changetype<usize>(product);
  product.partials = workspace;
  product.tasksK = tasksOf(product, changetype<Walk>(product.source));
  parallelFor(sumTask.index, args, product.tasksK);
  parallelFor(addTask.index, args, addTasks(product));
}

function sumTask(args: usize, index: i32): void {
  const product = changetype<Product>(args), walk = changetype<Walk>(product.source);
  const bytes = <usize> product.m * <usize> product.n << 2;
  const sums = product.partials + <usize> index * bytes;
  memory.fill(sums, 0, bytes);
  const rows = walk.images * walk.gridHeight, last = rows * (index + 1) / product.tasksK;
  const tapRow = bytes / <usize> walk.tapsH;
  for (let row = rows * index / product.tasksK; row < last; row++) {
    const image = row / walk.gridHeight, p = row - image * walk.gridHeight;
    const y = p * walk.stepH + walk.firstH;
    const dy = product.b + <usize> (row * walk.gridWidth) * product.strideB;
    const end = min(walk.tapsH, lastInside(y, walk.spreadH, walk.height));
    for (let i = firstInside(y, walk.spreadH); i < end; i++) {
      const source = walk.source + <usize> image * walk.imageBytes + <usize> (y + i * walk.spreadH) * walk.rowBytes;
      sumRow(product, walk, source, dy, sums + <usize> i * tapRow);
    }
  }
}

/** One row of taps over one row of the grid. */
function sumRow(product: Product, walk: Walk, source: usize, dy: usize, sums: usize): void {
  const perTap = walk.channels >> 2, wide = outerVectors(product.n), all = walk.tapsW * perTap;
  for (let v = 0; v < all;) {
    const left = (hasRuns(walk) ? all : (v / perTap + 1) * perTap) - v;
    const vectors = left >= wide ? wide : 1;
    sumVectors(product, walk, source, dy, v, vectors, sums + (<usize> (v * product.n) << 4));
    v += vectors;
  }
}

/** Vectors `v` to `v + vectors` of a row of taps: where all are inside the image together, elsewhere one by one. */
function sumVectors(product: Product, walk: Walk, source: usize, dy: usize, v: i32, vectors: i32, sums: usize): void {
  const perTap = walk.channels >> 2, j0 = v / perTap, j1 = (v + vectors - 1) / perTap;
  const low = firstPlace(walk, j0), high = max(low, lastPlace(walk, j1));
  const kernel = outerOf(product.n, vectors > 1);
  sumPlaces(product, walk, kernel, source, dy, v, low, high, sums);
  if (j0 === j1) return;
  const single = outerOf(product.n, false);
  for (let i = 0; i < vectors; i++) {
    const j = (v + i) / perTap, to = sums + (<usize> (i * product.n) << 4);
    sumPlaces(product, walk, single, source, dy, v + i, firstPlace(walk, j), min(low, lastPlace(walk, j)), to);
    sumPlaces(product, walk, single, source, dy, v + i, max(high, firstPlace(walk, j)), lastPlace(walk, j), to);
  }
}

/** First place of a grid row that reads inside the image at tap column `j`. */
function firstPlace(walk: Walk, j: i32): i32 {
  return firstInside(walk.firstW + j * walk.spreadW, walk.stepW);
}

/** The place behind the last one. */
function lastPlace(walk: Walk, j: i32): i32 {
  return min(walk.gridWidth, lastInside(walk.firstW + j * walk.spreadW, walk.stepW, walk.width));
}

function sumPlaces(
  product: Product, walk: Walk, kernel: u32, source: usize, dy: usize, v: i32, q: i32, end: i32, sums: usize,
): void {
  if (end <= q) return;
  const perTap = walk.channels >> 2, j = v / perTap;
  const x = q * walk.stepW + walk.firstW + j * walk.spreadW;
  const from = source + <usize> x * walk.pixelBytes + (<usize> (v - j * perTap) << 4);
  const step = <usize> walk.stepW * walk.pixelBytes;
  call_indirect<void>(kernel, from, step, dy + <usize> q * product.strideB, product.strideB, end - q, sums);
}

function addTasks(product: Product): i32 {
  return min(16, max(1, product.m * product.n * product.tasksK / 65_536));
}

/** Adds up what the tasks summed, for some vectors, and puts it in the filter's order. */
function addTask(args: usize, index: i32): void {
  const product = changetype<Product>(args), tasks = addTasks(product), n = product.n;
  const bytes = <usize> product.m * <usize> n << 2, vectors = product.m >> 2;
  const last = <i32> (<i64> vectors * (index + 1) / tasks);
  for (let v = <i32> (<i64> vectors * index / tasks); v < last; v++) {
    for (let column = 0; column < n; column++) {
      let from = product.partials + (<usize> (v * n + column) << 4), sum = v128.load(from);
      for (let part = 1; part < product.tasksK; part++) {
        from += bytes;
        sum = f32x4.add(sum, v128.load(from));
      }
      const to = product.c + <usize> (v << 2) * product.strideC + (<usize> column << 2);
      v128.store32_lane(to, sum, 0);
      v128.store32_lane(to + product.strideC, sum, 1);
      v128.store32_lane(to + 2 * product.strideC, sum, 2);
      v128.store32_lane(to + 3 * product.strideC, sum, 3);
    }
  }
}
