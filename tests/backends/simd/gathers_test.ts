import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import {
  between,
  CASES,
  compareWithStock,
  type Input,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
  type Output,
  relativeError,
  runKernel,
} from "./against_stock.ts";
import { anyShape, anyType, isLarge } from "./random_inputs.ts";

/** An int32 input from `low` to `high`. */
function integers(rng: Rng, shape: readonly number[], low: number, high: number): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Int32Array.from({ length: size }, () => between(rng, low, high));
  return { shape, dtype: "int32", values };
}

function drawGather(rng: Rng, i: number): KernelCall {
  const shape = anyShape(rng, i, between(rng, 1, 4)).map((side) => Math.max(side, 1));
  const batchDims = between(rng, 0, Math.min(2, shape.length - 1));
  const axis = between(rng, batchDims, shape.length - 1);
  const extra = Array.from({ length: between(rng, 0, 2) }, () => between(rng, 0, 5));
  const indicesShape = [...shape.slice(0, batchDims), ...extra];
  const indices = integers(rng, indicesShape, 0, shape[axis]! - 1);
  return { inputs: { x: anyType(rng, shape), indices }, attributes: { axis, batchDims } };
}

function drawSegments(rng: Rng, i: number): KernelCall {
  const numSegments = between(rng, 1, 9);
  const x = normal(rng, [between(rng, 1, 40), ...anyShape(rng, i % 19, between(rng, 0, 2))]);
  const segmentIds = integers(rng, [x.shape[0]!], -1, numSegments);
  return { inputs: { x, segmentIds }, attributes: { numSegments } };
}

function drawGatherNd(rng: Rng, i: number, fewestAxes = 0): KernelCall {
  const shape = anyShape(rng, i, between(rng, 1, 4)).map((side) => Math.max(side, 1));
  const rank = between(rng, 1, shape.length);
  const outer = Array.from({ length: between(rng, fewestAxes, 2) }, () => between(rng, 0, 6));
  const columns = shape.slice(0, rank).map((side) => integers(rng, outer, 0, side - 1).values);
  const values = Int32Array.from(
    { length: columns[0]!.length * rank },
    (_, k) => columns[k % rank]![Math.floor(k / rank)]!,
  );
  const indices: Input = { shape: [...outer, rank], dtype: "int32", values };
  return { inputs: { params: anyType(rng, shape), indices }, attributes: {} };
}

function drawScatterNd(rng: Rng, i: number): KernelCall {
  const { inputs } = drawGatherNd(rng, i, 1); // one axis alone would be a list of indices of one axis
  const { params, indices } = inputs as Record<string, Input>;
  const rank = indices!.shape.at(-1)!;
  const updates = normal(rng, [...indices!.shape.slice(0, -1), ...params!.shape.slice(rank)]);
  return { inputs: { indices: indices!, updates }, attributes: { shape: params!.shape } };
}

function drawOneHot(rng: Rng, i: number): KernelCall {
  const depth = between(rng, 1, isLarge(i) ? 3000 : 12);
  const shape = Array.from({ length: between(rng, 0, 3) }, () => between(rng, 0, 5));
  const attributes = {
    depth,
    dtype: oneOf(rng, ["float32", "int32", "bool"] as const),
    onValue: oneOf(rng, [1, 1, 2]),
    offValue: oneOf(rng, [0, 0, 3]),
  };
  return { inputs: { indices: integers(rng, shape, -1, depth) }, attributes };
}

for (const relaxed of [true, false]) {
  const cases = relaxed ? CASES : 30;
  const build = relaxed ? "" : ", plain build";
  Deno.test(`GatherV2 picks what the stock kernel picks${build}`, async () => {
    const backend = await openGuardedSimd({ relaxed });
    await compareWithStock(backend, "GatherV2", drawGather, 0, cases);
  });
  Deno.test(`GatherNd, ScatterNd and OneHot do as the stock kernels do${build}`, async () => {
    const backend = await openGuardedSimd({ relaxed });
    await compareWithStock(backend, "GatherNd", drawGatherNd, 0, cases);
    await compareWithStock(backend, "ScatterNd", drawScatterNd, 1e-6, cases);
    await compareWithStock(backend, "OneHot", drawOneHot, 0, cases);
  });
  Deno.test(`UnsortedSegmentSum adds as the stock kernel does${build}`, async () => {
    const backend = await openGuardedSimd({ relaxed });
    await compareWithStock(backend, "UnsortedSegmentSum", drawSegments, 1e-6, cases);
  });
}

Deno.test("GatherNd and ScatterNd refuse an index outside, as the stock kernels do", async () => {
  await openGuardedSimd();
  tf.tidy(() => {
    const indices = tf.tensor2d([[0, 1], [3, 0]], [2, 2], "int32");
    assertThrows(() => tf.gatherND(tf.zeros([3, 2]), indices), Error, "Invalid indices: 3,0");
    assertThrows(() => tf.scatterND(indices, tf.ones([2]), [3, 2]), Error, "Invalid indices: 3,0");
  });
});

Deno.test("GatherV2 refuses an index outside, as the stock kernel does", async () => {
  await openGuardedSimd();
  tf.tidy(() => {
    const x = tf.zeros([3, 2]);
    for (const index of [-1, 3]) {
      const indices = tf.tensor1d([0, 1, 2, 0, 1, index], "int32");
      assertThrows(() => x.gather(indices), Error, `the index value ${index} is not in [0, 2]`);
    }
  });
});

/** Sums in float64. Rows of ids that name no segment are left out. */
function segmentSums({ inputs, attributes }: KernelCall): Output {
  const { x, segmentIds } = inputs as Record<string, Input>;
  const numSegments = attributes.numSegments as number;
  const width = x!.shape[1]!;
  const values = new Float64Array(numSegments * width);
  for (const [row, id] of segmentIds!.values.entries()) {
    if (id < 0 || id >= numSegments) continue;
    for (let i = 0; i < width; i++) values[id * width + i]! += x!.values[row * width + i]!;
  }
  return { shape: [numSegments, width], dtype: "float32", values };
}

/** Of `count` words half are padding, 0, and a few are outside the vocabulary. */
function words(rng: Rng, count: number, vocabulary: number): Input {
  const input = integers(rng, [count], -1, vocabulary);
  return { ...input, values: input.values.map((word) => rng.uniform() < 0.5 ? 0 : word) };
}

/** Of embeddings: rows, width, segments; wide and narrow ones, on either side of where tasks split. */
const EMBEDDINGS = [
  [16_000, 5, 2000],
  [6400, 128, 1000],
  [300, 600, 40],
  [9000, 31, 4000],
  [40_000, 1, 7],
  [1200, 33, 500],
] as const;

Deno.test("UnsortedSegmentSum adds large embeddings, to the same bits on 1, 2 and 3 threads", async () => {
  const rng = new Rng(1, "embeddings");
  const calls = EMBEDDINGS.map(([rows, width, numSegments]): KernelCall => ({
    inputs: {
      x: normal(rng, [rows, width]),
      segmentIds: words(rng, rows, numSegments),
    },
    attributes: { numSegments },
  }));
  let first: Output[] | undefined;
  for (const threads of [1, 2, 3]) {
    const { threads: { heap } } = await registerSimd({
      ...{ threads, guarded: true, startWorker: startUnreferencedWorker },
    });
    const sums: Output[] = [];
    for (const call of calls) sums.push(...await runKernel(SIMD, "UnsortedSegmentSum", call));
    heap.checkGuards();
    for (const [i, sum] of sums.entries()) {
      const error = relativeError(sum, segmentSums(calls[i]!));
      assert(error < 1e-5, `${EMBEDDINGS[i]}: error ${error}`);
    }
    assertEquals(sums, first ??= sums);
  }
});

Deno.test("UnsortedSegmentSum keeps a NaN in its segment", async () => {
  await openGuardedSimd();
  const sums = tf.tidy(() =>
    tf.unsortedSegmentSum(tf.tensor1d([1, NaN, 3]), tf.tensor1d([0, 1, 0], "int32"), 3)
  );
  assertEquals([...await sums.data()], [4, NaN, 0]);
  sums.dispose();
});

Deno.test("the gradient of an embedding is the sum over its rows", async () => {
  const rng = new Rng(1, "gradient");
  const words = integers(rng, [4, 6], 0, 9);
  await openGuardedSimd();
  const gradient = tf.tidy(() => {
    const ids = tf.tensor2d(words.values as Int32Array, [4, 6], "int32");
    return tf.grad((table: tf.Tensor) => tf.gather(table, ids).sum())(tf.zeros([10, 3]));
  });
  const counts = Array.from({ length: 10 }, (_, id) => words.values.filter((w) => w === id).length);
  assertEquals([...await gradient.data()], counts.flatMap((count) => [count, count, count]));
  gradient.dispose();
});
