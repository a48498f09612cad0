/**
 * TensorFlow.js' convolution and dense layers on the ops of `fused.ts`: the same settings, weights and saved
 * forms, "Conv2D" and "Dense", so that either opens what the other has saved.
 */
import * as tf from "@tensorflow/tfjs";
import { type FusedActivation, fusedConv2d, fusedMatMul } from "./fused.ts";
import { stockLayer } from "./stock_layer.ts";

/** Settings of the layer: those of `tf.layers.conv2d`. */
export type Conv2dOptions = Parameters<typeof tf.layers.conv2d>[0];

/** Settings of the layer: those of `tf.layers.dense`. */
export type DenseOptions = Parameters<typeof tf.layers.dense>[0];

interface Activation {
  getClassName(): string;
  apply(x: tf.Tensor): tf.Tensor;
}

interface Conv2dFields {
  readonly kernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
  readonly activation: Activation;
  readonly strides: [number, number];
  readonly padding: string;
  readonly dataFormat: string;
  readonly dilationRate: number | number[];
}

interface DenseFields {
  readonly kernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
  readonly activation: Activation;
}

type Kwargs = Readonly<Record<string, unknown>>;

/** What the kernel is to apply; an activation that kernels lack follows by itself. */
function split(activation: Activation): [fused: FusedActivation, rest: Activation | null] {
  const name = activation.getClassName();
  return name === "linear" || name === "relu" || name === "elu"
    ? [name, null]
    : ["linear", activation];
}

const biasOf = ({ bias }: DenseFields) => bias ? bias.read() as tf.Tensor1D : null;

class Conv2d extends stockLayer<Conv2dFields, Conv2dOptions>("Conv2D") {
  static className = "Conv2D";

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const covered = x.rank === 4 && x.dtype === "float32" && this.dataFormat === "channelsLast" &&
      (this.padding === "same" || this.padding === "valid") &&
      [this.dilationRate].flat().every((rate) => rate === 1);
    if (!covered) return super.call(inputs, kwargs);
    const [activation, rest] = split(this.activation);
    const options = { strides: this.strides, pad: this.padding as "same" | "valid", activation };
    return tf.tidy(() => {
      const filter = this.kernel.read() as tf.Tensor4D;
      const y = fusedConv2d(x as tf.Tensor4D, filter, biasOf(this), options);
      return rest ? rest.apply(y) : y;
    });
  }
}

class Dense extends stockLayer<DenseFields, DenseOptions>("Dense") {
  static className = "Dense";

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (x.rank !== 2 || x.dtype !== "float32") return super.call(inputs, kwargs);
    const [activation, rest] = split(this.activation);
    return tf.tidy(() => {
      const kernel = this.kernel.read() as tf.Tensor2D;
      const y = fusedMatMul(x as tf.Tensor2D, kernel, biasOf(this), activation);
      return rest ? rest.apply(y) : y;
    });
  }
}

/** Maps images, [B, H, W, C], to [B, H′, W′, filters]. */
export const conv2d = (options: Conv2dOptions): tf.layers.Layer => new Conv2d(options);

/** Maps [B, D] to [B, units]; of inputs with more axes, the last. */
export const dense = (options: DenseOptions): tf.layers.Layer => new Dense(options);
