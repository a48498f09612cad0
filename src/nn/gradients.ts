/**
 * Leaner gradients in the place of stock ones, for whatever is built of TensorFlow.js' ops and layers: one
 * kernel an activation where the backend has ours, and on every backend no pass over memory that the
 * formula does not need.
 */
import * as tf from "@tensorflow/tfjs";
import type { ActivationAttributes } from "./kernel_names.ts";
import { hasKernel, runKernel } from "./kernels.ts";
import { onceATape } from "./tape.ts";

/** Stock kernels and what ours calls their gradients. */
const activations: Readonly<Record<string, ActivationAttributes["activation"]>> = {
  Relu: "relu",
  Relu6: "relu6",
  LeakyRelu: "leakyrelu",
  Elu: "elu",
  Tanh: "tanh",
  Sigmoid: "sigmoid",
  Softplus: "softplus",
};

/** How to compute the gradient of each input. */
type GradientMap = Readonly<Record<string, () => tf.Tensor>>;

/** The gradient of an op with one output. */
type Gradient = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attributes: tf.NamedAttrMap,
) => GradientMap;

let installed = false;

/** From now on the gradients of this thread are ours. Later calls do nothing. */
export function installGradients(): void {
  if (installed) return;
  installed = true;
  for (const [kernelName, activation] of Object.entries(activations)) {
    replaceGradient(kernelName, (stock) => (dy, saved, attributes) => {
      const value = saved[0]!;
      if (!covered("AtelierActivationGradient", dy, value)) return stock(dy, saved, attributes);
      const alpha = Number(attributes?.["alpha"] ?? 0);
      const inputs = { value, dy };
      const wanted = { activation, alpha };
      return { x: () => runKernel("AtelierActivationGradient", inputs, wanted)[0]! };
    });
  }
  replaceGradient("Prelu", (stock) => (dy, saved, attributes) => {
    const [x, alpha] = saved as [tf.Tensor, tf.Tensor];
    const alike = tf.util.arraysEqual(x.shape, dy.shape);
    if (!alike || !covered("AtelierPreluGradient", dy, x, alpha)) {
      return stock(dy, saved, attributes);
    }
    const [dx, dalpha] = runKernel("AtelierPreluGradient", { x, alpha, dy }, {});
    return { x: () => dx!, alpha: () => dalpha! };
  });
  replaceGradient("FusedBatchNorm", () => batchNormGradient);
  replaceGradient("Mean", () => meanGradient);
}

/** Registers `make(stock)` as a kernel's gradient, which is handed the tensors that the stock one is. */
function replaceGradient(kernelName: string, make: (stock: Gradient) => Gradient): void {
  const stock = tf.getGradient(kernelName);
  const gradFunc = make(stock.gradFunc as Gradient) as tf.GradFunc;
  tf.registerGradient({ ...stock, gradFunc });
}

/**
 * Whether the backend's kernel can compute this gradient. It has none itself, so where someone is about
 * to differentiate what it would return, stock ops do its work.
 */
const covered = (
  kernel: "AtelierActivationGradient" | "AtelierPreluGradient",
  ...inputs: tf.Tensor[]
): boolean =>
  hasKernel(kernel) && !tf.engine().isTapeOn() &&
  inputs.every(({ dtype }) => dtype === "float32");

/** Σ over n elements /n: each gets dy/n. The stock gradient divides after the repetition. */
function meanGradient(
  dy: tf.Tensor,
  [x]: tf.Tensor[],
  { axis }: tf.NamedAttrMap,
): GradientMap {
  const { shape, size } = x!;
  const axes = tf.util.parseAxisParam(axis as number | number[], shape);
  const kept = shape.map((side, i) => axes.includes(i) ? 1 : side);
  const each = () => dy.div(size / tf.util.sizeFromShape(kept)).reshape(kept);
  return { x: () => each().mul(tf.ones(shape)) };
}

/**
 * Of scale·(x − mean)·r + offset with r = (variance + ε)^−½: what mean, variance, scale and offset get are
 * multiples, per channel, of the same two sums over the batch.
 */
function batchNormGradient(
  dy: tf.Tensor,
  saved: tf.Tensor[],
  { varianceEpsilon }: tf.NamedAttrMap,
): GradientMap {
  const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const axes = tf.broadcast_util.getReductionAxes(mean.shape, x.shape);
  const reduced = (t: tf.Tensor) => axes.length ? t.sum(axes).reshape(mean.shape) : t.clone();
  const once = (make: () => tf.Tensor) => onceATape(saved, make);
  const r = once(() => variance.add(varianceEpsilon as number).rsqrt());
  const slope = once(() => r().mul(scale));
  const sum = once(() => reduced(dy));
  const product = once(() => reduced(dy.mul(x.sub(mean))));
  return {
    x: () => dy.mul(slope()),
    mean: () => sum().mul(slope()).neg(),
    variance: () => product().mul(slope()).mul(r().square()).mul(-0.5),
    scale: () => product().mul(r()),
    offset: () => sum().clone(),
  };
}
