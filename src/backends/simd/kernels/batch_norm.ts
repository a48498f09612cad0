/** Batch normalization, forward and back, and by given statistics. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/batch_norm.ts and assembly/batch_norm_gradient.ts export. */
interface BatchNormExports {
  batchNormScratch(rows: number, channels: number): number;
  batchNorm: Normalize;
  batchNormInference: Normalize;
  batchNormGradientScratch(rows: number, channels: number): number;
  batchNormGradient(
    x: number,
    dy: number,
    mean: number,
    variance: number,
    gamma: number,
    dx: number,
    dgamma: number,
    dbeta: number,
    rows: number,
    channels: number,
    epsilon: number,
    scratch: number,
  ): void;
}

type Normalize = (
  x: number,
  gamma: number,
  beta: number,
  y: number,
  mean: number,
  variance: number,
  rows: number,
  channels: number,
  epsilon: number,
  scratch: number,
) => void;

interface Epsilon {
  readonly epsilon: number;
}

/** AtelierBatchNorm of src/nn: x [..., C], gamma and beta [C] to y, mean and biased variance. */
const batchNorm: SimdKernel<Record<"x" | "gamma" | "beta", tf.TensorInfo>, Epsilon> = (
  backend,
  { x, gamma, beta },
  { epsilon },
) => {
  const kernels = wasm<BatchNormExports>(backend);
  const channels = sizeOf(gamma.shape);
  const rows = channels === 0 ? 0 : sizeOf(x.shape) / channels;
  const outputs = [backend.output(x.shape), backend.output([channels]), backend.output([channels])];
  if (channels === 0) return outputs;
  const [y, mean, variance] = outputs.map((output) => backend.address(output)) as Addresses;
  const [xs, scale, offset] = [backend.address(x), backend.address(gamma), backend.address(beta)];
  backend.withScratch(kernels.batchNormScratch(rows, channels), (scratch) => {
    kernels.batchNorm(xs, scale, offset, y, mean, variance, rows, channels, epsilon, scratch);
  });
  return outputs;
};

type Addresses = [number, number, number];
type GradientInputs = Record<"x" | "dy" | "mean" | "variance" | "gamma", tf.TensorInfo>;

/** AtelierBatchNormGradient of src/nn, to dx, dgamma and dbeta. */
const batchNormGradient: SimdKernel<GradientInputs, Epsilon> = (backend, inputs, { epsilon }) => {
  const { x, dy, mean, variance, gamma } = inputs;
  const kernels = wasm<BatchNormExports>(backend);
  const channels = sizeOf(gamma.shape);
  const rows = channels === 0 ? 0 : sizeOf(x.shape) / channels;
  const outputs = [backend.output(x.shape), backend.output([channels]), backend.output([channels])];
  if (channels === 0) return outputs;
  const [dx, dgamma, dbeta] = outputs.map((output) => backend.address(output)) as Addresses;
  const [xs, dys, gammas] = [backend.address(x), backend.address(dy), backend.address(gamma)];
  const [means, variances] = [backend.address(mean), backend.address(variance)];
  backend.withScratch(kernels.batchNormGradientScratch(rows, channels), (scratch) => {
    kernels.batchNormGradient(
      ...[xs, dys, means, variances, gammas, dx, dgamma, dbeta] as const,
      ...[rows, channels, epsilon, scratch] as const,
    );
  });
  return outputs;
};

interface InferenceInputs extends Record<"x" | "mean" | "variance", tf.TensorInfo> {
  readonly scale?: tf.TensorInfo | null;
  readonly offset?: tf.TensorInfo | null;
}

/** By given statistics, where all vectors have one length; x repeats them, as the stock kernel does. */
const fusedBatchNorm: SimdKernel<InferenceInputs, { varianceEpsilon?: number | null }> = (
  backend,
  { x, mean, variance, scale, offset },
  { varianceEpsilon },
) => {
  const width = sizeOf(mean.shape);
  const rank = mean.shape.length;
  const size = sizeOf(x.shape);
  const given = [mean, variance];
  if (scale) given.push(scale);
  if (offset) given.push(offset);
  const covered = x.dtype === "float32" && width > 0 && size % width === 0 &&
    given.every((vector) =>
      vector.dtype === "float32" && vector.shape.length === rank && sizeOf(vector.shape) === width
    );
  if (!covered) return null;
  const kernels = wasm<BatchNormExports>(backend);
  const output = backend.output(x.shape);
  const [xs, y, rows] = [backend.address(x), backend.address(output), size / width];
  const [means, variances] = [backend.address(mean), backend.address(variance)];
  const gamma = scale ? backend.address(scale) : 0;
  const beta = offset ? backend.address(offset) : 0;
  const epsilon = varianceEpsilon ?? 0.001;
  backend.withScratch(kernels.batchNormScratch(rows, width), (scratch) => {
    kernels.batchNormInference(
      ...[xs, gamma, beta, y, means, variances, rows, width, epsilon, scratch] as const,
    );
  });
  return output;
};

/** The kernels of this file. */
export const batchNormKernels: KernelTable = {
  AtelierBatchNorm: batchNorm,
  AtelierBatchNormGradient: batchNormGradient,
  FusedBatchNorm: fusedBatchNorm,
};
