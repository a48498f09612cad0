import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { Rng } from "../../../src/core/rng.ts";
import { references, type Values } from "../../nn/reference_kernels.ts";
import { assertSameBits, compareWithReference } from "./against_reference.ts";
import { between, type Input, type KernelCall, normal, openGuardedSimd } from "./against_stock.ts";

let backend: SimdBackend = await openGuardedSimd();

/** [B, T, D, U]: sizes 1 and odd ones often; now and then several tasks, many steps, or no rows or steps. */
function drawSizes(rng: Rng, i: number): [number, number, number, number] {
  if (i % 40 === 20) return [between(rng, 0, 3) * 3, 0, 2, 3];
  if (i % 40 === 21) return [0, 2, 3, 4];
  if (i % 40 === 0) return [between(rng, 17, 40), between(rng, 1, 5), between(rng, 1, 9), 10];
  if (i % 40 === 10) return [between(rng, 1, 5), between(rng, 15, 60), between(rng, 1, 4), 5];
  const side = (most: number) => between(rng, 0, 3) === 0 ? 1 : between(rng, 1, most);
  return [side(10), side(6), side(18), side(18)];
}

const scaled = (input: Input, scale: number): Input => ({
  ...input,
  values: input.values.map((value) => value * scale),
});

function weights(rng: Rng, depth: number, units: number, gates: number, bias: number[]) {
  const scale = 1 / Math.sqrt(units + depth);
  return {
    kernel: scaled(normal(rng, [depth, gates * units]), scale),
    recurrentKernel: scaled(normal(rng, [units, gates * units]), scale),
    bias: normal(rng, bias),
  };
}

function drawLstm(rng: Rng, i: number): KernelCall {
  const [batch, steps, depth, units] = drawSizes(rng, i);
  const inputs = {
    x: normal(rng, [batch, steps, depth]),
    ...weights(rng, depth, units, 4, [4 * units]),
  };
  return { inputs, attributes: { reverse: i % 2 === 1 } };
}

const toValues = ({ shape, values }: Input): Values => ({ shape, data: Float64Array.from(values) });
const toInput = ({ shape, data }: Values): Input => ({
  shape,
  dtype: "float32",
  values: Float32Array.from(data),
});

/** What the forward pass took and gave, and a gradient of h. */
function drawLstmGradient(rng: Rng, i: number): KernelCall {
  const { inputs, attributes } = drawLstm(rng, i);
  const { x, kernel, recurrentKernel, bias } = inputs as Record<string, Input>;
  const given = {
    x: toValues(x!),
    kernel: toValues(kernel!),
    recurrentKernel: toValues(recurrentKernel!),
    bias: toValues(bias!),
  };
  const outputs = references.AtelierLstm!(given, attributes as { reverse: boolean }) as Values[];
  const [h, c, gates] = outputs.map(toInput) as [Input, Input, Input];
  const dh = normal(rng, h.shape);
  return {
    inputs: { x: x!, kernel: kernel!, recurrentKernel: recurrentKernel!, h, c, gates, dh },
    attributes,
  };
}

Deno.test("AtelierLstm is its reference", () =>
  compareWithReference(backend, "AtelierLstm", drawLstm, 2e-6));
Deno.test("AtelierLstmGradient is its reference", () =>
  compareWithReference(backend, "AtelierLstmGradient", drawLstmGradient, 5e-6));

Deno.test("recurrent kernels without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  await compareWithReference(backend, "AtelierLstm", drawLstm, 2e-6, 41);
  await compareWithReference(backend, "AtelierLstmGradient", drawLstmGradient, 5e-6, 41);
});

Deno.test("recurrent kernels return the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits([0, 10].flatMap((i) => [
    ["AtelierLstm", drawLstm(rng, i)] as const,
    ["AtelierLstmGradient", drawLstmGradient(rng, i)] as const,
  ]));
});
