/**
 * The lab's own feature extractor: a small convolutional network whose features describe both what a
 * picture shows and how well it is drawn.
 *
 * Seven 3×3 convolutions after a 4×4 one. The features are the means over space of four depths, so
 * that fine texture counts as much as large shapes, beside a dense summary of the deepest map, which
 * keeps where things are. As saved, a last layer turns and scales these into the directions in which
 * pictures differ most, of variance about 1 each, so that no one outweighs the others in a distance.
 *
 * Parameters, as saved: 350,224.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../../core/rng.ts";
import { batchNormalization } from "../../nn/batch_norm_layer.ts";
import { conv2d, dense } from "../../nn/fused_layers.ts";

/** Side of the pictures that the network takes, in pixels. */
export const LAB_SIZE = 64;

/** A convolution, with a ReLU after it. */
export interface LabConvolution {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  /** Whether the mean over space of what it gives is among the features. */
  readonly pooled: boolean;
}

const convolution = (
  name: string,
  filters: number,
  strides: number,
  pooled: boolean,
  kernelSize = 3,
): LabConvolution => ({ name, filters, kernelSize, strides, pooled });

/** The convolutions in order; what each gives. */
export const LAB_CONVOLUTIONS: readonly LabConvolution[] = [
  convolution("conv1", 32, 2, false, 6), // [B, 32, 32, 32]
  convolution("conv2", 32, 1, true), // [B, 32, 32, 32]
  convolution("conv3", 48, 2, false), // [B, 16, 16, 48]
  convolution("conv4", 48, 1, true), // [B, 16, 16, 48]
  convolution("conv5", 72, 2, false), // [B, 8, 8, 72]
  convolution("conv6", 72, 1, true), // [B, 8, 8, 72]
  convolution("conv7", 80, 2, false), // [B, 4, 4, 80]
  convolution("conv8", 80, 1, true), // [B, 4, 4, 80]
];

/** Length of the summary of the deepest map. */
const SUMMARY = 64;
/** Channels that the deepest map is brought down to before it is laid out flat. */
const SQUEEZED = 16;

/** Length of what is pooled and summed up. */
export const LAB_RAW_DIM = SUMMARY +
  LAB_CONVOLUTIONS.reduce((sum, { filters, pooled }) => sum + (pooled ? filters : 0), 0);
/** Length of the features. */
export const LAB_DIM = 128;

/** The name of the batch normalization after a convolution, while it is there. */
export const normOf = (name: string): string => `${name}_norm`;

/** What batch normalization adds to variances. */
export const LAB_EPSILON = 1e-3;

/**
 * Maps pictures in [-1, 1], [B, 64, 64, 3], to features, [B, LAB_DIM]: the network as saved. For training,
 * `normed`, each convolution and what they give are batch-normalized instead: [B, LAB_RAW_DIM].
 */
export function buildLabNetwork(rng: Rng, { normed }: { normed: boolean }): tf.LayersModel {
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(x) as tf.SymbolicTensor;
  const heNormal = () => tf.initializers.heNormal({ seed: rng.nextSeed() });
  const relu = normed ? {} : { activation: "relu" } as const;
  const image = tf.input({ name: "image", shape: [LAB_SIZE, LAB_SIZE, 3] });
  const pooled: tf.SymbolicTensor[] = [];
  let x = image;
  const convolve = ({ name, filters, kernelSize, strides }: Omit<LabConvolution, "pooled">) => {
    const options = {
      name,
      filters,
      kernelSize,
      strides,
      padding: "same",
      useBias: !normed,
    } as const;
    x = apply(conv2d({ ...options, kernelInitializer: heNormal(), ...relu }), x);
    if (!normed) return;
    x = apply(batchNormalization({ name: normOf(name), momentum: 0.95, epsilon: LAB_EPSILON }), x);
    x = apply(tf.layers.reLU({ name: `${name}_relu` }), x);
  };
  for (const each of LAB_CONVOLUTIONS) {
    convolve(each);
    if (!each.pooled) continue;
    pooled.push(apply(tf.layers.globalAveragePooling2d({ name: `${each.name}_mean` }), x));
  }
  convolve({ name: "squeeze", filters: SQUEEZED, kernelSize: 1, strides: 1 }); // [B, 4, 4, 16]
  x = apply(tf.layers.flatten({ name: "flatten" }), x); // [B, 256]
  x = apply(dense({ name: "summary", units: SUMMARY, kernelInitializer: heNormal() }), x);
  x = apply(tf.layers.concatenate({ name: "raw" }), [...pooled, x]); // [B, LAB_RAW_DIM]
  x = apply(
    normed
      ? batchNormalization({
        name: "raw_norm",
        momentum: 0.99,
        epsilon: LAB_EPSILON,
        scale: false,
        center: false,
      })
      : dense({ name: "features", units: LAB_DIM, kernelInitializer: heNormal() }),
    x,
  );
  return tf.model({ name: "lab_extractor", inputs: image, outputs: x });
}
