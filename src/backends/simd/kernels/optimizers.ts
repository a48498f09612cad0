/** Updates of all parameters by one call. Results are new tensors: clones share the old ones' memory. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/optimizers.ts exports. Addresses of inputs and outputs, elements, settings. */
// deno-fmt-ignore
interface OptimizerExports {
  adam(
    x: number, m: number, v: number, g: number, newX: number, newM: number, newV: number, n: number,
    rate: number, epsilon: number, oneMinusBeta1: number, oneMinusBeta2: number,
  ): void;
  sgd(
    x: number, v: number, g: number, newX: number, newV: number, n: number,
    learningRate: number, momentum: number, nesterov: boolean,
  ): void;
  rmsProp(
    x: number, s: number, v: number, g: number, newX: number, newS: number, newV: number, n: number,
    learningRate: number, oneMinusDecay: number, momentum: number, epsilon: number,
  ): void;
  lerp(a: number, b: number, y: number, n: number, weight: number): void;
}

/** Inputs of each parameter, one behind the other, as src/nn/kernel_names.ts lists them. */
type Inputs = readonly tf.TensorInfo[];

/** A tensor like `x`, put behind `outputs`; its address. */
function add(backend: SimdBackend, outputs: tf.TensorInfo[], x: tf.TensorInfo): number {
  const output = backend.output(x.shape);
  outputs.push(output);
  return backend.address(output);
}

const adam: SimdKernel<
  Inputs,
  { rate: number; epsilon: number; oneMinusBeta1: number; oneMinusBeta2: number }
> = (backend, inputs, { rate, epsilon, oneMinusBeta1, oneMinusBeta2 }) => {
  const kernels = wasm<OptimizerExports>(backend);
  const outputs: tf.TensorInfo[] = [];
  for (let i = 0; i < inputs.length; i += 4) {
    const x = inputs[i]!;
    const xs = backend.address(x);
    const m = backend.address(inputs[i + 1]!);
    const v = backend.address(inputs[i + 2]!);
    const g = backend.address(inputs[i + 3]!);
    const newX = add(backend, outputs, x);
    const newM = add(backend, outputs, x);
    const newV = add(backend, outputs, x);
    const n = sizeOf(x.shape);
    // deno-fmt-ignore
    kernels.adam(xs, m, v, g, newX, newM, newV, n, rate, epsilon, oneMinusBeta1, oneMinusBeta2);
  }
  return outputs;
};

const sgd: SimdKernel<
  Inputs,
  { learningRate: number; momentum: number; nesterov: boolean }
> = (backend, inputs, { learningRate, momentum, nesterov }) => {
  const kernels = wasm<OptimizerExports>(backend);
  const outputs: tf.TensorInfo[] = [];
  for (let i = 0; i < inputs.length; i += 3) {
    const x = inputs[i]!;
    const xs = backend.address(x);
    const v = backend.address(inputs[i + 1]!);
    const g = backend.address(inputs[i + 2]!);
    const newX = add(backend, outputs, x);
    const newV = add(backend, outputs, x);
    kernels.sgd(xs, v, g, newX, newV, sizeOf(x.shape), learningRate, momentum, nesterov);
  }
  return outputs;
};

const rmsProp: SimdKernel<
  Inputs,
  { learningRate: number; decay: number; momentum: number; epsilon: number }
> = (backend, inputs, { learningRate, decay, momentum, epsilon }) => {
  const kernels = wasm<OptimizerExports>(backend);
  const outputs: tf.TensorInfo[] = [];
  for (let i = 0; i < inputs.length; i += 4) {
    const x = inputs[i]!;
    const xs = backend.address(x);
    const s = backend.address(inputs[i + 1]!);
    const v = backend.address(inputs[i + 2]!);
    const g = backend.address(inputs[i + 3]!);
    const newX = add(backend, outputs, x);
    const newS = add(backend, outputs, x);
    const newV = add(backend, outputs, x);
    const n = sizeOf(x.shape);
    // deno-fmt-ignore
    kernels.rmsProp(xs, s, v, g, newX, newS, newV, n, learningRate, 1 - decay, momentum, epsilon);
  }
  return outputs;
};

const lerp: SimdKernel<Inputs, { weight: number }> = (backend, inputs, { weight }) => {
  const kernels = wasm<OptimizerExports>(backend);
  const outputs: tf.TensorInfo[] = [];
  for (let i = 0; i < inputs.length; i += 2) {
    const a = inputs[i]!;
    const from = backend.address(a);
    const to = backend.address(inputs[i + 1]!);
    kernels.lerp(from, to, add(backend, outputs, a), sizeOf(a.shape), weight);
  }
  return outputs;
};

/** Ours of src/nn. */
export const optimizerKernels: KernelTable = {
  AtelierAdam: adam,
  AtelierLerp: lerp,
  AtelierRmsProp: rmsProp,
  AtelierSgd: sgd,
};
