/**
 * Our training kernels in plain loops and float64, on a copy of the cpu backend named `REFERENCE_KERNELS`:
 * what ops that ask for them are tested with, and what faster ones are compared to.
 */
import * as tf from "@tensorflow/tfjs";
import type { KernelAttributes, KernelName } from "../../src/nn/kernel_names.ts";
import { recurrentReferences } from "./reference_recurrent.ts";

/** A backend with every stock kernel of cpu and ours, as slow as they are plain. */
export const REFERENCE_KERNELS = "reference-kernels";

/** An input or output of a kernel. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Inputs = Readonly<Record<string, Values>>;
type Reference<Name extends KernelName> = (
  inputs: Inputs,
  attributes: KernelAttributes[Name],
) => Values[] | Values;

const like = ({ shape }: Values, data: ArrayLike<number>): Values => ({
  shape,
  data: Float64Array.from(data),
});

const map = (first: Values, value: (i: number) => number): Values =>
  like(first, first.data.map((_, i) => value(i)));

/** Inputs that come as an array, `size` to a parameter. */
function groups(inputs: Inputs, size: number): Values[][] {
  const list = Object.keys(inputs).map((key) => inputs[key]!);
  return Array.from({ length: list.length / size }, (_, i) => list.slice(i * size, (i + 1) * size));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const slopes: Record<
  KernelAttributes["AtelierActivationGradient"]["activation"],
  (value: number, alpha: number) => number
> = {
  relu: (x) => x > 0 ? 1 : 0,
  relu6: (x) => x > 0 && x <= 6 ? 1 : 0,
  leakyrelu: (x, alpha) => x > 0 ? 1 : alpha,
  elu: (y) => y >= 0 ? 1 : y + 1,
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
  softplus: sigmoid,
};

/** Sums over all axes but the last. */
function columnSums(
  { data }: Values,
  width: number,
  value = (i: number) => data[i]!,
): Float64Array {
  const sums = new Float64Array(width);
  for (let i = 0; i < data.length; i++) sums[i % width]! += value(i);
  return sums;
}

/** Where alpha's element lies for element `i` of x; alpha's axes are x's last, or 1. */
function alphaIndex(i: number, x: Values, alpha: Values): number {
  let [at, stride] = [0, 1];
  for (let axis = 1; axis <= x.shape.length; axis++) {
    const side = x.shape[x.shape.length - axis]!;
    const own = alpha.shape[alpha.shape.length - axis] ?? 1;
    if (own > 1) at += (i % side) * stride;
    stride *= own;
    i = Math.floor(i / side);
  }
  return at;
}

export const references: Partial<{ [Name in KernelName]: Reference<Name> }> = {
  AtelierAdam: (inputs, { rate, epsilon, oneMinusBeta1, oneMinusBeta2 }) =>
    groups(inputs, 4).flatMap(([x, m, v, g]) => {
      const first = map(m!, (i) => m!.data[i]! + (g!.data[i]! - m!.data[i]!) * oneMinusBeta1);
      const second = map(v!, (i) => v!.data[i]! + (g!.data[i]! ** 2 - v!.data[i]!) * oneMinusBeta2);
      const moved = (i: number) =>
        x!.data[i]! - rate * first.data[i]! / (Math.sqrt(second.data[i]!) + epsilon);
      return [map(x!, moved), first, second];
    }),
  AtelierSgd: (inputs, { learningRate, momentum, nesterov }) =>
    groups(inputs, 3).flatMap(([x, v, g]) => {
      const velocity = map(v!, (i) => momentum * v!.data[i]! + g!.data[i]!);
      const by = (i: number) =>
        nesterov ? g!.data[i]! + momentum * velocity.data[i]! : velocity.data[i]!;
      return [map(x!, (i) => x!.data[i]! - learningRate * by(i)), velocity];
    }),
  AtelierRmsProp: (inputs, { learningRate, decay, momentum, epsilon }) =>
    groups(inputs, 4).flatMap(([x, s, v, g]) => {
      const square = map(s!, (i) => s!.data[i]! + (g!.data[i]! ** 2 - s!.data[i]!) * (1 - decay));
      const scaled = (i: number) => g!.data[i]! / (Math.sqrt(square.data[i]!) + epsilon);
      const velocity = map(v!, (i) => momentum * v!.data[i]! + scaled(i));
      return [map(x!, (i) => x!.data[i]! - learningRate * velocity.data[i]!), square, velocity];
    }),
  AtelierLerp: (inputs, { weight }) =>
    groups(inputs, 2).map(([a, b]) =>
      map(a!, (i) => a!.data[i]! + (b!.data[i]! - a!.data[i]!) * weight)
    ),
  AtelierBatchNorm({ x, gamma, beta }, { epsilon }) {
    const width = gamma!.data.length;
    const rows = x!.data.length / width;
    const mean = columnSums(x!, width).map((sum) => sum / rows);
    const variance = columnSums(x!, width, (i) => (x!.data[i]! - mean[i % width]!) ** 2)
      .map((sum) => sum / rows);
    const y = map(x!, (i) => {
      const c = i % width;
      const normal = (x!.data[i]! - mean[c]!) / Math.sqrt(variance[c]! + epsilon);
      return normal * gamma!.data[c]! + beta!.data[c]!;
    });
    return [y, like(gamma!, mean), like(gamma!, variance)];
  },
  AtelierBatchNormGradient({ x, dy, mean, variance, gamma }, { epsilon }) {
    const width = gamma!.data.length;
    const rows = x!.data.length / width;
    const inverse = variance!.data.map((value) => 1 / Math.sqrt(value + epsilon));
    const normal = (i: number) => (x!.data[i]! - mean!.data[i % width]!) * inverse[i % width]!;
    const dbeta = columnSums(dy!, width);
    const dgamma = columnSums(dy!, width, (i) => dy!.data[i]! * normal(i));
    const dx = map(x!, (i) => {
      const c = i % width;
      const centred = dy!.data[i]! - dbeta[c]! / rows - normal(i) * dgamma[c]! / rows;
      return gamma!.data[c]! * inverse[c]! * centred;
    });
    return [dx, like(gamma!, dgamma), like(gamma!, dbeta)];
  },
  AtelierActivationGradient: ({ value, dy }, { activation, alpha }) =>
    map(dy!, (i) => dy!.data[i]! * slopes[activation](value!.data[i]!, alpha)),
  AtelierPreluGradient({ x, alpha, dy }) {
    const dalpha = new Float64Array(alpha!.data.length);
    const dx = map(x!, (i) => {
      const at = alphaIndex(i, x!, alpha!);
      if (x!.data[i]! > 0) return dy!.data[i]!;
      dalpha[at]! += dy!.data[i]! * x!.data[i]!;
      return dy!.data[i]! * alpha!.data[at]!;
    });
    return [dx, like(alpha!, dalpha)];
  },
  AtelierSoftmaxCrossEntropy({ logits, labels }) {
    const [batch, classes] = logits!.shape as [number, number];
    const loss = new Float64Array(batch);
    const softmax = new Float64Array(logits!.data.length);
    for (let b = 0; b < batch; b++) {
      const row = logits!.data.subarray(b * classes, (b + 1) * classes);
      const largest = Math.max(...row);
      const log = largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
      for (const [i, x] of row.entries()) {
        softmax[b * classes + i] = Math.exp(x - log);
        loss[b]! -= labels!.data[b * classes + i]! * (x - log);
      }
    }
    return [{ shape: [batch], data: loss }, like(logits!, softmax)];
  },
  AtelierDepthToSpace: ({ x }, { blockSize }) => blocks(x!, blockSize, "to space"),
  AtelierSpaceToDepth: ({ x }, { blockSize }) => blocks(x!, blockSize, "to depth"),
  ...recurrentReferences,
};

/** Blocks of s × s pixels to channels, or back: channel (i·s + j)·C + c is channel c of pixel i, j. */
function blocks({ shape, data }: Values, s: number, way: "to space" | "to depth"): Values {
  const [batch, ...sides] = shape as [number, number, number, number];
  const [height, width, channels] = way === "to depth"
    ? sides
    : [sides[0] * s, sides[1] * s, sides[2] / s ** 2];
  const moved = new Float64Array(data.length);
  for (let pixel = 0; pixel < batch * height * width; pixel++) {
    const [b, row, column] = [
      Math.floor(pixel / (height * width)),
      Math.floor(pixel / width) % height,
      pixel % width,
    ];
    const block = (b * (height / s) + Math.floor(row / s)) * (width / s) + Math.floor(column / s);
    for (let c = 0; c < channels; c++) {
      const deep = (block * s * s + (row % s) * s + column % s) * channels + c;
      const flat = pixel * channels + c;
      if (way === "to depth") moved[deep] = data[flat]!;
      else moved[flat] = data[deep]!;
    }
  }
  const deepShape = [batch, height / s, width / s, channels * s ** 2];
  return { shape: way === "to depth" ? deepShape : [batch, height, width, channels], data: moved };
}

/** How often each of them has run, by its name. */
export const calls = new Map<string, number>();

/** What is needed of the cpu backend, whose class the package's types do not export. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: ArrayLike<number> } };
  makeTensorInfo(shape: readonly number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

function kernelFunc(name: KernelName, reference: Reference<KernelName>): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const cpu = backend as unknown as CpuBackend;
    const named: Inputs = Object.fromEntries(
      Object.entries(inputs).map(([key, input]) => [
        key,
        { shape: input!.shape, data: Float64Array.from(cpu.data.get(input!.dataId).values) },
      ]),
    );
    const results = reference(named, attrs as never);
    const made = [results].flat().map(({ shape, data }) =>
      cpu.makeTensorInfo(shape, "float32", Float32Array.from(data))
    );
    return Array.isArray(results) ? made : made[0]!;
  };
}

/** Registers `REFERENCE_KERNELS`; later calls do nothing. */
export function registerReferenceKernels(): void {
  if (tf.findBackendFactory(REFERENCE_KERNELS)) return;
  tf.registerBackend(REFERENCE_KERNELS, () => tf.findBackendFactory("cpu")());
  tf.copyRegisteredKernels("cpu", REFERENCE_KERNELS);
  for (const [name, reference] of Object.entries(references)) {
    if (tf.getKernel(name, REFERENCE_KERNELS)) tf.unregisterKernel(name, REFERENCE_KERNELS);
    tf.registerKernel({
      kernelName: name,
      backendName: REFERENCE_KERNELS,
      kernelFunc: kernelFunc(name as KernelName, reference as Reference<KernelName>),
    });
  }
}
