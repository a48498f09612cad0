/**
 * Convolution and matrix product with bias and activation, as one kernel in training too. TensorFlow.js
 * fuses an activation in inference alone, and the gradient of what it does fuse computes what every input
 * gets, asked or not: for a GAN's generator, all filter gradients of the discriminator.
 */
import * as tf from "@tensorflow/tfjs";
import { onceATape } from "./tape.ts";

/** Activations that every backend's kernels fuse and whose slope can be told from their output. */
export type FusedActivation = "linear" | "relu" | "elu";

/** Settings of a convolution. */
export interface FusedConv2dOptions {
  readonly strides: [number, number] | number;
  readonly pad: "same" | "valid";
  readonly activation: FusedActivation;
}

/**
 * activation(x ∗ filter + bias): x, [B, H, W, C], by a filter of [h, w, C, D] and a bias of [D]. Borrows
 * everything; the caller owns the result.
 */
export function fusedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D | null,
  { strides, pad, activation }: FusedConv2dOptions,
): tf.Tensor4D {
  const inputs: tf.NamedTensorMap = bias ? { x, filter, bias } : { x, filter };
  const attributes = { strides, pad, dataFormat: "NHWC", dilations: [1, 1], activation };
  return tf.engine().runKernel("FusedConv2D", inputs, attributes);
}

/**
 * activation(a·b + bias): a, [B, D], by b, [D, U], and a bias of [U]. Borrows everything; the caller
 * owns the result.
 */
export function fusedMatMul(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  activation: FusedActivation,
): tf.Tensor2D {
  const inputs: tf.NamedTensorMap = bias ? { a, b, bias } : { a, b };
  const attributes = { transposeA: false, transposeB: false, activation };
  return tf.engine().runKernel("_FusedMatMul", inputs, attributes);
}

const stockKernels = { relu: "Relu", elu: "Elu" } as const;

/** The gradient before the activation, of that after it and of what the activation returned. */
function beforeActivation(
  dy: tf.Tensor,
  saved: tf.Tensor[],
  activation: unknown,
): () => tf.Tensor {
  if (activation === "linear") return () => dy;
  const kernel = stockKernels[activation as keyof typeof stockKernels];
  const y = saved.at(-1)!; // of relu it is positive where the input is, all that its gradient looks at
  const gradient = () => tf.getGradient(kernel).gradFunc(dy, [y], {})["x"]!();
  return onceATape(saved, gradient);
}

/** Sum over all axes but the last. */
const columnSums = (dy: tf.Tensor) => dy.sum(Array.from({ length: dy.rank - 1 }, (_, i) => i));

// The stock ops record a gradient of their own and never ask for one of these kernels'.
tf.registerGradient({
  kernelName: "FusedConv2D",
  inputsToSave: ["x", "filter"],
  outputsToSave: [true],
  gradFunc(output, saved, { strides, pad, dataFormat, activation }) {
    const [x, filter] = saved as [tf.Tensor, tf.Tensor];
    const dy = beforeActivation(output as tf.Tensor, saved, activation);
    const attributes = { strides, pad, dataFormat } as tf.NamedAttrMap;
    const run = (kernel: string, inputs: tf.NamedTensorMap, shape: tf.NamedAttrMap) =>
      tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...attributes, ...shape });
    return {
      x: () => run("Conv2DBackpropInput", { dy: dy(), filter }, { inputShape: x.shape }),
      filter: () => run("Conv2DBackpropFilter", { x, dy: dy() }, { filterShape: filter.shape }),
      bias: () => columnSums(dy()),
    };
  },
});

tf.registerGradient({
  kernelName: "_FusedMatMul",
  inputsToSave: ["a", "b"],
  outputsToSave: [true],
  gradFunc(output, saved, { activation }) {
    const [a, b] = saved as [tf.Tensor2D, tf.Tensor2D];
    const dy = beforeActivation(output as tf.Tensor, saved, activation);
    return {
      a: () => tf.matMul(dy(), b, false, true),
      b: () => tf.matMul(a, dy(), true, false),
      bias: () => columnSums(dy()),
    };
  },
});
