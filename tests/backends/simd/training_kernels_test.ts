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
import { anyShape } from "./random_inputs.ts";

let backend: SimdBackend = await openGuardedSimd();

/** Every 50th is split into tasks. */
const drawShape = (rng: Rng, i: number) =>
  anyShape(rng, i % 50 === 49 ? 39 : i % 40 === 39 ? 0 : i, between(rng, 0, 4));

const squares = (rng: Rng, shape: readonly number[]): Input => ({
  ...normal(rng, shape),
  values: normal(rng, shape).values.map((x) => x * x),
});

/** Up to four parameters; squared moments, of which `squared` tells the place, are not negative. */
const parameters = (size: number, squared: number) => (rng: Rng, i: number): Input[] =>
  Array.from({ length: between(rng, 1, 4) }, (_, k) => {
    const shape = drawShape(rng, k === 0 ? i : 1);
    return Array.from(
      { length: size },
      (_, place) => place === squared ? squares(rng, shape) : normal(rng, shape),
    );
  }).flat();

type Draw = (rng: Rng, i: number) => KernelCall;

const adam: Draw = (rng, i) => ({
  inputs: parameters(4, 2)(rng, i),
  attributes: { rate: 0.01, epsilon: 1e-6, oneMinusBeta1: 0.5, oneMinusBeta2: 0.001 },
});
const sgd: Draw = (rng, i) => ({
  inputs: parameters(3, -1)(rng, i),
  attributes: { learningRate: 0.1, momentum: 0.9, nesterov: i % 2 === 0 },
});
const rmsProp: Draw = (rng, i) => ({
  inputs: parameters(4, 1)(rng, i),
  attributes: { learningRate: 0.1, decay: 0.9, momentum: 0.5, epsilon: 1e-3 },
});
const lerp: Draw = (rng, i) => ({
  inputs: parameters(2, -1)(rng, i),
  attributes: { weight: 0.001 },
});

const ACTIVATIONS = [
  ...["relu", "relu6", "leakyrelu", "elu", "tanh", "sigmoid", "softplus"] as const,
];

function activationGradient(rng: Rng, i: number): KernelCall {
  const shape = drawShape(rng, i);
  const value = normal(rng, shape);
  for (let k = 0; k < value.values.length; k += 5) value.values[k] = oneOf(rng, [0, 6, 7, -3]);
  const activation = ACTIVATIONS[i % ACTIVATIONS.length]!;
  return { inputs: { value, dy: normal(rng, shape) }, attributes: { activation, alpha: 0.2 } };
}

/** Slopes for each element, each channel, all, or of any side; every 50th x is split into tasks. */
function preluGradient(rng: Rng, i: number): KernelCall {
  const shape = i % 50 === 49
    ? [between(rng, 2, 3), between(rng, 100, 140), between(rng, 200, 250)]
    : drawShape(rng, i % 50);
  const alpha = oneOf<readonly number[]>(rng, [
    shape,
    shape.slice(1),
    shape.slice(-1),
    shape.map(() => 1),
    [],
    shape.map((side, axis) => axis === shape.length - 1 ? side : 1),
    shape.map((side) => between(rng, 0, 1) === 0 ? 1 : side),
  ]);
  const inputs = { x: normal(rng, shape), alpha: normal(rng, alpha), dy: normal(rng, shape) };
  return { inputs, attributes: {} };
}

Deno.test("AtelierPreluGradient is its reference", () =>
  compareWithReference(backend, "AtelierPreluGradient", preluGradient, 1e-4, 400));
Deno.test("AtelierAdam is its reference", () =>
  compareWithReference(backend, "AtelierAdam", adam, 1e-4));
Deno.test("AtelierSgd is its reference", () =>
  compareWithReference(backend, "AtelierSgd", sgd, 1e-4));
Deno.test("AtelierRmsProp is its reference", () =>
  compareWithReference(backend, "AtelierRmsProp", rmsProp, 1e-4));
Deno.test("AtelierLerp is its reference", () =>
  compareWithReference(backend, "AtelierLerp", lerp, 1e-6));
Deno.test("AtelierActivationGradient is its reference", () =>
  compareWithReference(backend, "AtelierActivationGradient", activationGradient, 1e-6, 400));

/** Stock kernels of the activations, and whether their gradients start from their outputs. */
const FORWARD = {
  relu: ["Relu", false],
  relu6: ["Relu6", false],
  leakyrelu: ["LeakyRelu", false],
  elu: ["Elu", true],
  tanh: ["Tanh", true],
  sigmoid: ["Sigmoid", true],
  softplus: ["Softplus", false],
} as const satisfies Record<typeof ACTIVATIONS[number], unknown>;

/** Off the kinks at 0 and 6. */
const grid = Float32Array.from({ length: 59 }, (_, i) => (i - 20) * 0.21 + 0.07);
const vector = (values: Float32Array): Input => ({
  shape: [values.length],
  dtype: "float32",
  values,
});

/** Runs a kernel of one output. */
async function valuesOf(kernelName: string, call: KernelCall): Promise<ArrayLike<number>> {
  return (await runKernel(SIMD, kernelName, call))[0]!.values;
}

for (const activation of ACTIVATIONS) {
  Deno.test(`AtelierActivationGradient of ${activation} is what central differences give`, async () => {
    const [kernelName, fromOutput] = FORWARD[activation];
    const attributes = { activation, alpha: 0.2 };
    const forward = (step: number) =>
      valuesOf(kernelName, { inputs: { x: vector(grid.map((x) => x + step)) }, attributes });
    const step = 1 / 128;
    const [above, at, below] = [await forward(step), await forward(0), await forward(-step)];
    const value = fromOutput ? vector(Float32Array.from(at)) : vector(grid);
    const dy = vector(grid.map(() => 1));
    const gradient = await valuesOf("AtelierActivationGradient", {
      inputs: { value, dy },
      attributes,
    });
    for (let i = 0; i < grid.length; i++) {
      assertAlmostEquals(gradient[i]!, (above[i]! - below[i]!) / (2 * step), 2e-4);
    }
  });
}

Deno.test("EluGrad is the stock kernel", () =>
  compareWithStock(backend, "EluGrad", (rng, i) => {
    const shape = drawShape(rng, i);
    return { inputs: { y: normal(rng, shape), dy: normal(rng, shape) }, attributes: {} };
  }, 1e-6));

Deno.test("training kernels are their references without fused multiply-adds, too", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  await compareWithReference(backend, "AtelierAdam", adam, 1e-4, 20);
  await compareWithReference(backend, "AtelierActivationGradient", activationGradient, 1e-6, 50);
});

Deno.test("updates give the same bits on one, two and three threads", async () => {
  const rng = new Rng(3, "threads");
  const list = (size: number) => Array.from({ length: size }, () => squares(rng, [71, 999]));
  const { attributes } = adam(rng, 1);
  const [x, dy, alpha] = [normal(rng, [99, 999]), normal(rng, [99, 999]), normal(rng, [999])];
  await assertSameBits([
    ["AtelierAdam", { inputs: list(8), attributes }],
    ["AtelierPreluGradient", { inputs: { x, dy, alpha }, attributes: {} }],
  ]);
});
