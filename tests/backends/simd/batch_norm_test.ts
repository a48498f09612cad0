import { assertAlmostEquals } from "@std/assert";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { assertSameBits, compareWithReference } from "./against_reference.ts";
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

/** Rank 2 to 4, channels from 1 up; every 20th large enough for several tasks. */
function drawShape(rng: Rng, i: number): number[] {
  if (i % 20 === 0) return [between(rng, 5, 9), between(rng, 40, 90), oneOf(rng, [64, 96, 147])];
  if (i % 20 === 10) return [between(rng, 3000, 9000), between(rng, 1, 7)];
  if (i % 20 === 15) return [between(rng, 2, 60), between(rng, 1000, 2500)];
  const channels = between(rng, 0, 1) === 0 ? between(rng, 1, 20) : between(rng, 1, 200);
  const axes = Array.from({ length: between(rng, 1, 3) }, () => between(rng, 1, 6));
  return [1 + axes[0]!, ...axes.slice(1), channels];
}

const positive = (rng: Rng, shape: readonly number[]): Input => ({
  ...normal(rng, shape),
  values: normal(rng, shape).values.map((x) => 0.1 + x * x),
});

/** With means of up to ±30 standard deviations. */
function drawForward(rng: Rng, i: number): KernelCall {
  const shape = drawShape(rng, i);
  const channels = shape.at(-1)!;
  const means = normal(rng, [channels]).values.map((mean) => mean * 10);
  const x = normal(rng, shape);
  for (let k = 0; k < x.values.length; k++) x.values[k]! += means[k % channels]!;
  const [gamma, beta] = [normal(rng, [channels]), normal(rng, [channels])];
  return { inputs: { x, gamma, beta }, attributes: { epsilon: 1e-3 } };
}

/** Statistics of x, as the forward pass returns them, enter the gradient. */
function drawGradient(rng: Rng, i: number): KernelCall {
  const shape = drawShape(rng, i);
  const width = [shape.at(-1)!];
  const inputs = {
    x: normal(rng, shape),
    dy: normal(rng, shape),
    mean: normal(rng, width),
    variance: positive(rng, width),
    gamma: normal(rng, width),
  };
  return { inputs, attributes: { epsilon: 1e-3 } };
}

function drawInference(rng: Rng, i: number): KernelCall {
  const shape = i % 20 === 7 ? [0, 3] : drawShape(rng, i);
  const width = [i % 9 === 5 ? 1 : shape.at(-1)!];
  const inputs: Record<string, Input> = {
    x: normal(rng, shape),
    mean: normal(rng, width),
    variance: positive(rng, width),
  };
  if (i % 3 !== 0) inputs.scale = normal(rng, width);
  if (i % 4 !== 0) inputs.offset = normal(rng, width);
  return { inputs, attributes: i % 5 === 0 ? {} : { varianceEpsilon: 1e-3 } };
}

Deno.test("AtelierBatchNorm is its reference", () =>
  compareWithReference(backend, "AtelierBatchNorm", drawForward));
Deno.test("AtelierBatchNormGradient is its reference", () =>
  compareWithReference(backend, "AtelierBatchNormGradient", drawGradient));
Deno.test("FusedBatchNorm is the stock kernel", () =>
  compareWithStock(backend, "FusedBatchNorm", drawInference));

Deno.test("AtelierBatchNorm keeps its digits where means are far from 0 and one row is farther", async () => {
  const [rows, channels] = [20_000, 3];
  const rng = new Rng(2, "drift");
  const noise = rng.fillNormal(new Float32Array(rows * channels));
  const x = noise.map((value, i) => Math.fround(1000 + (i < channels ? 500 : 0) + value));
  const truth = Float64Array.from(x);
  const ones: Input = { shape: [channels], dtype: "float32", values: new Float32Array(3).fill(1) };
  const inputs = { x: { ...ones, shape: [rows, channels], values: x }, gamma: ones, beta: ones };
  const outputs = await runKernel(SIMD, "AtelierBatchNorm", { inputs, attributes: { epsilon: 0 } });
  for (let c = 0; c < channels; c++) {
    const column = truth.filter((_, i) => i % channels === c);
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    assertAlmostEquals(outputs[1]!.values[c]!, mean, 1e-4);
    assertAlmostEquals(outputs[2]!.values[c]! / variance, 1, 2e-6);
  }
});

Deno.test("batch normalization without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  await compareWithReference(backend, "AtelierBatchNorm", drawForward, 1e-4, 40);
  await compareWithReference(backend, "AtelierBatchNormGradient", drawGradient, 1e-4, 40);
  await compareWithStock(backend, "FusedBatchNorm", drawInference, 1e-4, 40);
});

Deno.test("batch normalization returns the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits([0, 10, 15].flatMap((i) => [
    ["AtelierBatchNorm", drawForward(rng, i)] as const,
    ["AtelierBatchNormGradient", drawGradient(rng, i)] as const,
    ["FusedBatchNorm", drawInference(rng, i)] as const,
  ]));
});
