import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { assertSameBits } from "./against_reference.ts";
import {
  between,
  compareWithStock,
  type Input,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
  runKernel,
} from "./against_stock.ts";

let backend: SimdBackend = await openGuardedSimd();

type Type = Input["dtype"];

/** Rank 0 to 5; now and then with an axis of size 0, or large enough for several tasks. */
function drawShape(rng: Rng, i: number): number[] {
  if (i % 25 === 3) return [between(rng, 0, 3), 0, between(rng, 0, 3)];
  if (i % 50 === 7) return [between(rng, 2, 40), between(rng, 4000, 9000)];
  if (i % 50 === 11) return [between(rng, 3000, 6000), between(rng, 1, 45)];
  if (i % 50 === 15) return [between(rng, 1, 3), between(rng, 60, 90), between(rng, 900, 1500)];
  if (i % 50 === 19) return [between(rng, 1, 2) * 70_000 + between(rng, 0, 99)];
  const rank = between(rng, 0, 5);
  return Array.from({ length: rank }, () => oneOf(rng, [1, 2, 3, 4, 5, 7, rank < 4 ? 40 : 6]));
}

/** Integers of up to ±2³⁰, floats of N(0.5, 1) with a NaN or an infinity in every tenth case. */
function draw(rng: Rng, shape: readonly number[], dtype: Type, i: number): Input {
  const { values } = normal(rng, shape);
  if (dtype === "bool") {
    return {
      shape,
      dtype,
      values: Uint8Array.from(values, (x) => +(x > -1.5)),
    };
  }
  if (dtype === "int32") {
    const scale = i % 3 === 0 ? 2 ** 28 : 4;
    return { shape, dtype, values: Int32Array.from(values, (x) => x * scale) };
  }
  for (let k = 0; k < values.length; k++) values[k]! += 0.5;
  if (i % 10 === 5 && values.length > 0) {
    values[between(rng, 0, values.length - 1)] = oneOf(rng, [NaN, Infinity, -Infinity]);
  }
  return { shape, dtype, values };
}

/** All axes, one, or some, as numbers from either end. */
function drawAxes(rng: Rng, rank: number): number | number[] | null {
  if (rank === 0 || between(rng, 0, 4) === 0) return null;
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const signed = (axis: number) => between(rng, 0, 1) === 0 ? axis : axis - rank;
  if (between(rng, 0, 2) === 0) return signed(oneOf(rng, all));
  return all.filter(() => between(rng, 0, 1) === 0).map(signed);
}

const reduction = (types: readonly Type[], attribute: "axis" | "reductionIndices") =>
(
  rng: Rng,
  i: number,
): KernelCall => {
  const shape = drawShape(rng, i);
  const x = draw(rng, shape, types[i % types.length]!, i);
  const axes = drawAxes(rng, shape.length);
  return { inputs: { x }, attributes: { [attribute]: axes, keepDims: i % 2 === 0 } };
};

/** Values of a few steps, so that many are equal. */
function drawArg(rng: Rng, i: number): KernelCall {
  const shape = drawShape(rng, i);
  if (shape.length === 0) shape.push(3);
  const x = draw(rng, shape, i % 3 === 0 ? "int32" : "float32", i);
  if (i % 2 === 0) {
    for (let k = 0; k < x.values.length; k++) x.values[k] = Math.round(x.values[k]!);
  }
  return { inputs: { x }, attributes: { axis: between(rng, -shape.length, shape.length - 1) } };
}

const cases: readonly (readonly [string, (rng: Rng, i: number) => KernelCall])[] = [
  ["Sum", reduction(["float32", "int32", "float32", "bool"], "axis")],
  ["Mean", reduction(["float32", "float32", "int32"], "axis")],
  ["Prod", reduction(["float32", "float32", "bool"], "axis")],
  ["Max", reduction(["float32", "int32"], "reductionIndices")],
  ["Min", reduction(["float32", "int32"], "axis")],
  ["Any", reduction(["bool"], "axis")],
  ["All", reduction(["bool"], "axis")],
  ["ArgMax", drawArg],
  ["ArgMin", drawArg],
];

for (const [kernelName, drawCall] of cases) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, drawCall));
}

Deno.test("Sum of a million small numbers keeps its digits", async () => {
  const values = new Float32Array(1_000_003).fill(0.1);
  const x: Input = { shape: [values.length], dtype: "float32", values };
  const [sum] = await runKernel(SIMD, "Sum", { inputs: { x }, attributes: { axis: null } });
  assertAlmostEquals(sum!.values[0]! / (values.length * Math.fround(0.1)), 1, 1e-6);
});

Deno.test("a mean over axes of size 1 shares its input's memory", async () => {
  await tf.setBackend(SIMD);
  const x = tf.tensor([1, 2, 3], [1, 3]);
  const mean = x.mean(0);
  x.dispose();
  assertEquals([...await mean.data()], [1, 2, 3]);
  mean.dispose();
});

Deno.test("an axis that stands twice is reduced as the stock kernel does it", () =>
  compareWithStock(backend, "Sum", (rng) => {
    const x = normal(rng, [between(rng, 1, 5), between(rng, 1, 5), between(rng, 1, 5)]);
    return { inputs: { x }, attributes: { axis: [1, 1], keepDims: false } };
  }, 1e-6));

Deno.test("reductions without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const [kernelName, drawCall] of cases) {
    await compareWithStock(backend, kernelName, drawCall, 1e-4, 25);
  }
});

Deno.test("reductions return the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits(
    [7, 11, 15, 19].flatMap((i) =>
      cases.map(([kernelName, drawCall]) => [kernelName, drawCall(rng, i)] as const)
    ),
  );
});
