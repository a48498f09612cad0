import { assertAlmostEquals } from "@std/assert";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { assertClose, centralDifferences, dot } from "../../nn/differences.ts";
import { references, type Values } from "../../nn/reference_kernels.ts";
import { assertSameBits, compareWithReference } from "./against_reference.ts";
import {
  between,
  type Input,
  type KernelCall,
  normal,
  openGuardedSimd,
  runKernel,
} from "./against_stock.ts";

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

function drawGru(rng: Rng, i: number): KernelCall {
  const [batch, steps, depth, units] = drawSizes(rng, i);
  const resetAfter = i % 4 > 1;
  const bias = resetAfter ? [2, 3 * units] : [3 * units];
  const inputs = {
    x: normal(rng, [batch, steps, depth]),
    ...weights(rng, depth, units, 3, bias),
  };
  return { inputs, attributes: { reverse: i % 2 === 1, resetAfter } };
}

const toValues = ({ shape, values }: Input): Values => ({ shape, data: Float64Array.from(values) });
const toInput = ({ shape, data }: Values): Input => ({
  shape,
  dtype: "float32",
  values: Float32Array.from(data),
});

type Forward = (inputs: Record<string, Values>, attributes: unknown) => Values[];

/** What the forward pass took and gave, and a gradient of h. */
function differentiated(
  rng: Rng,
  name: "AtelierLstm" | "AtelierGru",
  outputs: readonly string[],
  { inputs, attributes }: KernelCall,
): KernelCall {
  const forward = references[name] as Forward;
  const taken = Object.entries(inputs as Record<string, Input>);
  const given = forward(
    Object.fromEntries(taken.map(([key, input]) => [key, toValues(input)])),
    attributes,
  ).map((output, i) => [outputs[i]!, toInput(output)] as const);
  const dh = normal(rng, given[0]![1].shape);
  const kept = taken.filter(([key]) => key !== "bias");
  return { inputs: { ...Object.fromEntries([...kept, ...given]), dh }, attributes };
}

const drawLstmGradient = (rng: Rng, i: number) =>
  differentiated(rng, "AtelierLstm", ["h", "c", "gates"], drawLstm(rng, i));
const drawGruGradient = (rng: Rng, i: number) =>
  differentiated(rng, "AtelierGru", ["h", "gates"], drawGru(rng, i));

/** Checks what the gradient's kernel returns for each input of the forward pass. */
async function checkDifferences(
  name: "AtelierLstm" | "AtelierGru",
  rng: Rng,
  call: KernelCall,
  outputs: readonly string[],
): Promise<void> {
  const { inputs, attributes } = call;
  const gradientCall = differentiated(rng, name, outputs, call);
  const { dh } = gradientCall.inputs as Record<string, Input>;
  const gradients = await runKernel(SIMD, `${name}Gradient`, gradientCall);
  const given = Object.entries(inputs as Record<string, Input>);
  const values = Object.fromEntries(given.map(([key, input]) => [key, toValues(input)]));
  for (const [i, [key, { shape }]] of given.entries()) {
    const loss = (data: Float64Array) => {
      const [h] = (references[name] as Forward)({ ...values, [key]: { shape, data } }, attributes);
      return dot(dh!.values, h!.data);
    };
    const expected = centralDifferences(loss, values[key]!.data);
    assertClose(gradients[i]!.values, expected, 1e-5, `${name}: d${key}`);
  }
}

Deno.test("AtelierLstm is its reference", () =>
  compareWithReference(backend, "AtelierLstm", drawLstm, 2e-6));
Deno.test("AtelierLstmGradient is its reference", () =>
  compareWithReference(backend, "AtelierLstmGradient", drawLstmGradient, 5e-6));
Deno.test("AtelierGru is its reference", () =>
  compareWithReference(backend, "AtelierGru", drawGru, 2e-6));
Deno.test("AtelierGruGradient is its reference", () =>
  compareWithReference(backend, "AtelierGruGradient", drawGruGradient, 5e-6));

Deno.test("gradients of recurrent kernels are central differences of their references", async () => {
  const rng = new Rng(4, "differences");
  for (let i = 0; i < 4; i++) {
    await checkDifferences("AtelierLstm", rng, drawLstm(rng, 4 + i), ["h", "c", "gates"]);
    await checkDifferences("AtelierGru", rng, drawGru(rng, 4 + i), ["h", "gates"]);
  }
});

Deno.test("gates keep their digits near 0 and far out, and pass on NaN", async () => {
  const magnitudes = Array.from({ length: 400 }, (_, i) => 1e-8 * 1.06 ** i); // to 125
  const sums = [0, NaN, Infinity, -Infinity, ...magnitudes, ...magnitudes.map((x) => -x)];
  const vector = (shape: number[], value: number, size: number): Input => ({
    shape,
    dtype: "float32",
    values: new Float32Array(size).fill(value),
  });
  const inputs = {
    x: { ...vector([sums.length, 1, 1], 0, 0), values: Float32Array.from(sums) },
    kernel: vector([1, 4], 1, 4),
    recurrentKernel: vector([1, 4], 0, 4),
    bias: vector([4], 0, 4),
  };
  const call = { inputs, attributes: { reverse: false } };
  const gates = (await runKernel(SIMD, "AtelierLstm", call))[2]!.values;
  for (const [i, sum] of inputs.x.values.entries()) {
    const [sigmoid, tanh] = [1 / (1 + Math.exp(-Math.max(sum, -87))), Math.tanh(sum)];
    assertAlmostEquals(gates[4 * i]!, sigmoid, 1e-6 * sigmoid, `σ(${sum})`);
    assertAlmostEquals(gates[4 * i + 2]!, tanh, 1e-6 * Math.abs(tanh), `tanh ${sum}`);
  }
});

Deno.test("recurrent kernels without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  await compareWithReference(backend, "AtelierLstm", drawLstm, 2e-6, 41);
  await compareWithReference(backend, "AtelierLstmGradient", drawLstmGradient, 5e-6, 41);
  await compareWithReference(backend, "AtelierGru", drawGru, 2e-6, 41);
  await compareWithReference(backend, "AtelierGruGradient", drawGruGradient, 5e-6, 41);
});

Deno.test("recurrent kernels return the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits([0, 10].flatMap((i) => [
    ["AtelierLstm", drawLstm(rng, i)] as const,
    ["AtelierLstmGradient", drawLstmGradient(rng, i)] as const,
    ["AtelierGru", drawGru(rng, i)] as const,
    ["AtelierGruGradient", drawGruGradient(rng, i)] as const,
  ]));
});
