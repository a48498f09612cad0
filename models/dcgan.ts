/**
 * DCGAN for 32, 64 or 128 pixels. Radford et al. (2015), https://arxiv.org/abs/1511.06434
 *
 * Trainable parameters of DCGAN_64: generator 3,576,704; discriminator 2,765,568.
 *
 * The paper's network is for 64 pixels; 32 has one block less and 128 one more, with half and twice
 * the channels at the 4×4 end. "Project and reshape" (Figure 1) and the flattened output (§3) are
 * dense layers without bias: the same function and parameters as the 4×4 "valid" convolutions of
 * PyTorch's example, and a matrix product on every backend.
 *
 * Departs from the paper: the discriminator returns logits, without the sigmoid. Where the paper is
 * silent, PyTorch's example decides: no biases, batch-norm scales from N(1, 0.02), momentum 0.9.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { batchNormalization } from "../src/nn/batch_norm_layer.ts";
import { conv2d, dense } from "../src/nn/fused_layers.ts";

/** What makes one DCGAN differ from another. */
export interface DcganConfig {
  /** Side of the images, in pixels. */
  readonly size: 32 | 64 | 128;
  /** Channels of the layer nearest the image; they double with every halving of its side. */
  readonly filters: number;
  /** Length Z of the latent. */
  readonly latentDim: number;
  readonly channels: 1 | 3;
}

/** The paper's network. */
export const DCGAN_64: DcganConfig = { size: 64, filters: 64, latentDim: 100, channels: 3 };

/** Weights from N(0, 0.02) (§3). */
const weights = (rng: Rng) =>
  tf.initializers.randomNormal({ mean: 0, stddev: 0.02, seed: rng.nextSeed() });

/** Channels of the blocks from the 4×4 end to the one nearest the image: 8F, 4F, 2F, F at 64 px. */
function widths({ size, filters }: DcganConfig): number[] {
  const blocks = Math.log2(size) - 2;
  return Array.from({ length: blocks }, (_, i) => filters * 2 ** (blocks - 1 - i));
}

function batchNorm(name: string, rng: Rng): tf.layers.Layer {
  const gammaInitializer = tf.initializers.randomNormal({
    mean: 1,
    stddev: 0.02,
    seed: rng.nextSeed(),
  });
  return batchNormalization({ name, momentum: 0.9, epsilon: 1e-5, gammaInitializer });
}

/**
 * A convolution that halves the side, or one, `transposed`, that doubles it. "same" pads a kernel of 4
 * at stride 2 by one pixel on each side, as PyTorch's `padding=1` does.
 */
function strided(name: string, filters: number, rng: Rng, transposed: boolean): tf.layers.Layer {
  const build = transposed ? tf.layers.conv2dTranspose : conv2d;
  return build({
    name,
    filters,
    kernelSize: 4,
    strides: 2,
    padding: "same",
    useBias: false,
    kernelInitializer: weights(rng),
  });
}

/** Maps z, [B, Z] of N(0, 1), to images in [-1, 1], [B, size, size, C]. */
export function buildGenerator(config: DcganConfig, rng: Rng): tf.LayersModel {
  const { latentDim: Z, channels: C } = config;
  const [first, ...rest] = widths(config) as [number, ...number[]];
  const layers = [
    dense({
      name: "project",
      inputShape: [Z],
      units: 4 * 4 * first,
      useBias: false,
      kernelInitializer: weights(rng),
    }), // [B, 16·8F]
    tf.layers.reshape({ name: "project_reshape", targetShape: [4, 4, first] }), // [B, 4, 4, 8F]
    batchNorm("project_norm", rng),
    tf.layers.reLU({ name: "project_relu" }),
  ];
  for (const [i, width] of rest.entries()) {
    layers.push(
      strided(`up${i + 1}`, width, rng, true), // [B, 8, 8, 4F], [B, 16, 16, 2F], [B, 32, 32, F]
      batchNorm(`up${i + 1}_norm`, rng),
      tf.layers.reLU({ name: `up${i + 1}_relu` }),
    );
  }
  layers.push(
    strided("image", C, rng, true), // [B, 64, 64, C]
    tf.layers.activation({ name: "image_tanh", activation: "tanh" }),
  );
  return tf.sequential({ name: "generator", layers });
}

/** Maps images in [-1, 1], [B, size, size, C], to logits, [B, 1]: log-odds that they are real. */
export function buildDiscriminator(config: DcganConfig, rng: Rng): tf.LayersModel {
  const { size, channels: C } = config;
  const layers: tf.layers.Layer[] = [
    tf.layers.inputLayer({ name: "image", inputShape: [size, size, C] }),
  ];
  for (const [i, width] of widths(config).reverse().entries()) {
    const name = `down${i + 1}`;
    layers.push(strided(name, width, rng, false)); // [B, 32, 32, F], … , [B, 4, 4, 8F]
    if (i > 0) layers.push(batchNorm(`${name}_norm`, rng)); // not next to the image (§3)
    layers.push(tf.layers.leakyReLU({ name: `${name}_relu`, alpha: 0.2 }));
  }
  layers.push(
    tf.layers.flatten({ name: "flatten" }), // [B, 16·8F]
    dense({ name: "logit", units: 1, useBias: false, kernelInitializer: weights(rng) }),
  ); // [B, 1]
  return tf.sequential({ name: "discriminator", layers });
}
