import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
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
  await assertSameBits([["AtelierAdam", { inputs: list(8), attributes }]]);
});
