import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import {
  between,
  compareWithStock,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
  relativeError,
  runKernel,
} from "./against_stock.ts";
import { assertSameBits } from "./against_reference.ts";

let backend = await openGuardedSimd();

/** Every 25th product is large enough to be split over threads, by rows, columns or steps. */
function drawSizes(rng: Rng, i: number): [m: number, n: number, k: number] {
  const small = () => oneOf(rng, [1, 1, 2, 3, between(rng, 1, 40)]);
  const large = [[400, 70, 90], [30, 900, 60], [60, 50, 2100], [300, 17, 1000]][i / 25 % 4];
  const sizes = i % 25 === 0
    ? large!.map((size) => size + between(rng, 0, 9))
    : [0, 0, 0].map(small);
  if (i % 33 === 32) sizes[between(rng, 0, 2)] = 0;
  return sizes as [number, number, number];
}

function operands(rng: Rng, i: number, outerA: number[], outerB: number[]): KernelCall {
  const [m, n, k] = drawSizes(rng, i);
  const [transposeA, transposeB] = [rng.uniform(0, 1) < 0.4, rng.uniform(0, 1) < 0.4];
  const a = normal(rng, [...outerA, ...(transposeA ? [k, m] : [m, k])]);
  const b = normal(rng, [...outerB, ...(transposeB ? [n, k] : [k, n])]);
  return { inputs: { a, b }, attributes: { transposeA, transposeB } };
}

const BATCHES: readonly (readonly [number[], number[]])[] = [
  ...[[[], []], [[], []], [[1], [1]], [[3], [3]], [[4], [1]], [[4], []], [[1], [5]], [[2, 3], [
    2,
    3,
  ]]],
  ...[[[1, 2], [1, 1]], [[0], [0]]],
] as [number[], number[]][];

const batched = (rng: Rng, i: number) =>
  operands(
    rng,
    i,
    ...(i % 25 === 0 ? [[], []] as const : oneOf(rng, BATCHES)) as [number[], number[]],
  );

const fused = (rng: Rng, i: number): KernelCall => {
  const { inputs, attributes } = operands(rng, i, [], []);
  const { a, b } = inputs as Record<"a" | "b", ReturnType<typeof normal>>;
  const columns = b.shape[attributes["transposeB"] ? 0 : 1]!;
  const row = () => normal(rng, oneOf(rng, [[columns], [columns], [1], [1, columns]]));
  const activation = oneOf(rng, [
    ...["linear", "relu", "relu6", "leakyrelu", "prelu", "elu", "sigmoid"],
  ]);
  const bias = rng.uniform(0, 1) < 0.8 ? { bias: row() } : {};
  const prelu = activation === "prelu" ? { preluActivationWeights: row() } : {};
  return {
    inputs: { a, b, ...bias, ...prelu },
    attributes: { ...attributes, activation, leakyreluAlpha: 0.3 },
  };
};

const DRAWS = { BatchMatMul: batched, _FusedMatMul: fused };

for (const [name, draw] of Object.entries(DRAWS)) {
  Deno.test(`${name} computes what the stock kernel does`, async () => {
    await compareWithStock(backend, name, draw);
  });
}

Deno.test("BatchMatMul broadcasts batches of several axes", async () => {
  const rng = new Rng(2, "broadcast");
  const attributes = { transposeA: false, transposeB: true };
  const [a, b] = [normal(rng, [2, 1, 3, 4]), normal(rng, [3, 5, 4])];
  const inputs = { a, b };
  const [got] = await runKernel(SIMD, "BatchMatMul", { inputs, attributes });
  assertEquals(got!.shape, [2, 3, 3, 5]);
  for (let i = 0; i < 6; i++) {
    const part = (input: typeof a, index: number, shape: number[]) => {
      const size = shape[0]! * shape[1]!;
      return { ...input, shape, values: input.values.slice(index * size, (index + 1) * size) };
    };
    const single = { a: part(a, Math.floor(i / 3), [3, 4]), b: part(b, i % 3, [5, 4]) };
    const [expected] = await runKernel(REFERENCE, "BatchMatMul", { inputs: single, attributes });
    const values = Array.from(got!.values).slice(i * 15, (i + 1) * 15);
    assert(relativeError({ ...expected!, values }, expected!) < 1e-6);
  }
});

Deno.test("products of integers are left to the stock kernel", async () => {
  await tf.setBackend(SIMD);
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
  const y = tf.matMul(a, a);
  assertEquals([y.dtype, [...await y.data()]], ["int32", [7, 10, 15, 22]]);
  tf.dispose([a, y]);
});

Deno.test("the build without relaxed SIMD computes the same", async () => {
  backend.dispose();
  backend = await openGuardedSimd({ relaxed: false });
  for (const [name, draw] of Object.entries(DRAWS)) {
    await compareWithStock(backend, name, draw, 1e-4, 60);
  }
});

Deno.test("products give the same bits on one, two and three threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits(
    Object.entries(DRAWS).flatMap(([name, draw]) =>
      [0, 25, 50, 75, 101].map((i) => [name, draw(rng, i)] as const)
    ),
  );
});
