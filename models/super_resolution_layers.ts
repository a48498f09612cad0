/** What super-resolution networks share. */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { conv2d, type Conv2dOptions } from "../src/nn/fused_layers.ts";
import { PixelShuffle } from "../src/nn/pixel_shuffle.ts";

/** By how much both sides of a picture grow. */
export type Scale = 2 | 3 | 4;

/** Applies layers one after the other. */
export const through = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
  layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, x);

/** The sum of two outputs, by a layer of that name. */
export const sum = (name: string, a: tf.SymbolicTensor, b: tf.SymbolicTensor): tf.SymbolicTensor =>
  tf.layers.add({ name }).apply([a, b]) as tf.SymbolicTensor;

/** A network's input: pictures of any size, [B, H, W, 3]. */
export const pictures = (name: string): tf.SymbolicTensor =>
  tf.input({ name, shape: [null, null, 3] });

/** Makes convolutions that keep the size, weights drawn as He et al. (2015), equation 10, has them. */
export function convolutions(
  rng: Rng,
): (
  name: string,
  filters: number,
  kernelSize: number,
  rest?: Partial<Conv2dOptions>,
) => tf.layers.Layer {
  return (name, filters, kernelSize, rest = {}) =>
    conv2d({
      name,
      filters,
      kernelSize,
      padding: "same",
      kernelInitializer: tf.initializers.heNormal({ seed: rng.nextSeed() }),
      ...rest,
    });
}

/** Weights a tenth as large as He et al.'s: for branches that are added to what is there already. */
export const small = (rng: Rng): ReturnType<typeof tf.initializers.varianceScaling> =>
  tf.initializers.varianceScaling({
    scale: 2 * 0.1 ** 2,
    mode: "fanIn",
    distribution: "truncatedNormal",
    seed: rng.nextSeed(),
  });

/** PReLU from slope 0.25 (He et al., 2015, §2.1): a slope a channel, or one for all. */
export const prelu = (name: string, slopes: "channel" | "shared"): tf.layers.Layer =>
  tf.layers.prelu({
    name,
    alphaInitializer: tf.initializers.constant({ value: 0.25 }),
    sharedAxes: slopes === "shared" ? [1, 2, 3] : [1, 2],
  });

/** Shuffles s² · C channels to pictures s times as large. */
export const shuffle = (name: string, scale: number): tf.layers.Layer =>
  new PixelShuffle({ name, scale });

/** The factors of the shuffles that make a scale: ×4 is done by twos. */
export const factorsOf = (scale: Scale): readonly number[] => scale === 4 ? [2, 2] : [scale];
