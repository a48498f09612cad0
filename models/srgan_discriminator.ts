/**
 * SRGAN's discriminator. Ledig et al. (2017), https://arxiv.org/abs/1609.04802, figure 4, below.
 *
 * Trainable parameters of SRGAN_DISCRIMINATOR, on patches of 96×96: 23,565,505.
 * Departs from the paper: it returns logits, without the sigmoid.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { batchNormalization } from "../src/nn/batch_norm_layer.ts";
import { dense } from "../src/nn/fused_layers.ts";
import { convolutions } from "./super_resolution_layers.ts";

/** What makes one discriminator differ from another. */
export interface SrganDiscriminatorConfig {
  /** Side of the patches, in pixels; a multiple of 16. */
  readonly size: number;
  /** Feature maps F of the first layers; the deepest have 8F. */
  readonly channels: number;
  /** Width of the dense layer before the logit. */
  readonly units: number;
}

/** The paper's network, on the patches it was trained on (§3.2). */
export const SRGAN_DISCRIMINATOR: SrganDiscriminatorConfig = {
  size: 96,
  channels: 64,
  units: 1024,
};

/** Strides and multiples of F, layer by layer. */
const LAYERS = [[1, 1], [2, 1], [1, 2], [2, 2], [1, 4], [2, 4], [1, 8], [2, 8]] as const;

/** Maps pictures, [B, size, size, 3], to logits, [B, 1]: log-odds that they are real. */
export function buildSrganDiscriminator(
  config: SrganDiscriminatorConfig,
  rng: Rng,
): tf.LayersModel {
  const { size, channels: F, units } = config;
  if (size % 16 !== 0) {
    throw new RangeError(
      `Cannot build SRGAN's discriminator for patches of ${size}: expected a multiple of 16 pixels`,
    );
  }
  const convolution = convolutions(rng);
  const leaky = (name: string) => tf.layers.leakyReLU({ name, alpha: 0.2 });
  const initial = () => tf.initializers.heNormal({ seed: rng.nextSeed() });
  const layers: tf.layers.Layer[] = [
    tf.layers.inputLayer({ name: "picture", inputShape: [size, size, 3] }),
  ];
  for (const [i, [strides, multiple]] of LAYERS.entries()) {
    const name = `conv${i + 1}`;
    layers.push(convolution(name, multiple * F, 3, { strides })); // [B, …, F], to [B, size/16, size/16, 8F]
    if (i > 0) {
      layers.push(batchNormalization({ name: `${name}_norm`, momentum: 0.9, epsilon: 1e-5 }));
    }
    layers.push(leaky(`${name}_relu`));
  }
  layers.push(
    tf.layers.flatten({ name: "flatten" }), // [B, (size/16)²·8F]
    dense({ name: "dense", units, kernelInitializer: initial() }), // [B, units]
    leaky("dense_relu"),
    dense({ name: "logit", units: 1, kernelInitializer: initial() }), // [B, 1]
  );
  return tf.sequential({ name: "srgan_discriminator", layers });
}
