import { assertAlmostEquals, assertRejects } from "@std/assert";
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

/** Rows of 1 to 40 numbers; every 20th case has many rows, or long ones. */
function drawShape(rng: Rng, i: number, rank: number): number[] {
  if (i % 20 === 7) return [...Array<number>(rank - 2).fill(1), between(rng, 900, 1500), 10];
  if (i % 20 === 13) return [...Array<number>(rank - 2).fill(1), between(rng, 1, 5), 7001];
  return Array.from({ length: rank }, (_, axis) => between(rng, 1, axis === rank - 1 ? 40 : 5));
}

/** Logits of up to ±100 and more; with `odd`, now and then NaN or infinite. */
function drawLogits(rng: Rng, i: number, shape: readonly number[], odd = true): Input {
  const { values } = normal(rng, shape);
  const scale = oneOf(rng, [1, 30]);
  for (let k = 0; k < values.length; k++) {
    values[k]! *= scale;
    const change = odd && i % 9 === 4 && between(rng, 0, 9) === 0;
    if (change) values[k] = oneOf(rng, [NaN, Infinity, -Infinity]);
  }
  return { shape, dtype: "float32", values };
}

function drawSoftmax(rng: Rng, i: number): KernelCall {
  const shape = i % 50 === 49 ? [3, 0] : drawShape(rng, i, between(rng, i % 20 === 0 ? 1 : 2, 4));
  const dim = between(rng, 0, 1) === 0 ? -1 : shape.length - 1;
  return { inputs: { logits: drawLogits(rng, i, shape) }, attributes: { dim } };
}

/** Labels are one class, or probabilities. */
function drawCrossEntropy(rng: Rng, i: number): KernelCall {
  const shape = drawShape(rng, i, 2);
  const [rows, length] = shape as [number, number];
  const values = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * length, (row + 1) * length);
    if (i % 2 === 0) own[between(rng, 0, length - 1)] = 1;
    else own.fill(1 / length);
  }
  const labels: Input = { shape, dtype: "float32", values };
  return { inputs: { logits: drawLogits(rng, i, shape, false), labels }, attributes: {} };
}

Deno.test("Softmax is the stock kernel", () => compareWithStock(backend, "Softmax", drawSoftmax));

Deno.test("Softmax along another axis than the last fails as the stock kernel does", async () => {
  const call = { inputs: { logits: normal(new Rng(1), [2, 3]) }, attributes: { dim: 0 } };
  await assertRejects(() => runKernel(SIMD, "Softmax", call), Error, "non-last dimension");
});

Deno.test("AtelierSoftmaxCrossEntropy is its reference", () =>
  compareWithReference(backend, "AtelierSoftmaxCrossEntropy", drawCrossEntropy));

Deno.test("the gradient of cross-entropy by central differences is softmax − labels", async () => {
  const rng = new Rng(5, "differences");
  const logits = normal(rng, [1, 6]);
  const labels: Input = { ...logits, values: Float32Array.of(0.1, 0, 0.4, 0.2, 0.3, 0) };
  const run = (values: Float32Array) =>
    runKernel(SIMD, "AtelierSoftmaxCrossEntropy", {
      inputs: { logits: { ...logits, values }, labels },
      attributes: {},
    });
  const [, softmax] = await run(logits.values as Float32Array);
  for (let k = 0; k < 6; k++) {
    const losses = await Promise.all([0.05, -0.05].map((step) => {
      const values = logits.values.slice() as Float32Array;
      values[k]! += step;
      return run(values);
    }));
    const slope = (losses[0]![0]!.values[0]! - losses[1]![0]!.values[0]!) / 0.1;
    assertAlmostEquals(softmax!.values[k]! - labels.values[k]!, slope, 1e-3);
  }
});

Deno.test("softmax without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  await compareWithStock(backend, "Softmax", drawSoftmax, 1e-4, 40);
  await compareWithReference(backend, "AtelierSoftmaxCrossEntropy", drawCrossEntropy, 1e-4, 40);
});

Deno.test("softmax returns the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits([7, 13].flatMap((i) => [
    ["Softmax", drawSoftmax(rng, i)] as const,
    ["AtelierSoftmaxCrossEntropy", drawCrossEntropy(rng, i)] as const,
  ]));
});
