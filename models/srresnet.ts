/**
 * SRResNet: super-resolution by a deep residual network. Ledig et al. (2017),
 * https://arxiv.org/abs/1609.04802, figure 4, above.
 *
 * Trainable parameters of SRRESNET, ×4: 1,549,462.
 *
 * Where the paper is silent PyTorch decides: each PReLU has one slope for all channels, from 0.25;
 * batch-norm momentum 0.9, ε 1e-5. Its ×3, which the paper lacks, is one shuffle by 3.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { batchNormalization } from "../src/nn/batch_norm_layer.ts";
import { conv2d } from "../src/nn/fused_layers.ts";
import { PixelShuffle } from "../src/nn/pixel_shuffle.ts";

/** What makes one SRResNet differ from another. */
export interface SrresnetConfig {
  /** By how much both sides of a picture grow. */
  readonly scale: 2 | 3 | 4;
  /** Residual blocks B. */
  readonly blocks: number;
  /** Feature maps F. */
  readonly channels: number;
}

/** The paper's network (§3.2). */
export const SRRESNET: SrresnetConfig = { scale: 4, blocks: 16, channels: 64 };

/** Applies layers one after the other. */
const through = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
  layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, x);

const norm = (name: string) => batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 });

const prelu = (name: string) =>
  tf.layers.prelu({
    name,
    alphaInitializer: tf.initializers.constant({ value: 0.25 }),
    sharedAxes: [1, 2, 3],
  });

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildSrresnet(config: SrresnetConfig, rng: Rng): tf.LayersModel {
  const { scale, blocks, channels: F } = config;
  const convolution = (name: string, filters: number, kernelSize: number) =>
    conv2d({
      name,
      filters,
      kernelSize,
      padding: "same",
      kernelInitializer: tf.initializers.heNormal({ seed: rng.nextSeed() }),
    });
  const add = (name: string, a: tf.SymbolicTensor, b: tf.SymbolicTensor) =>
    tf.layers.add({ name }).apply([a, b]) as tf.SymbolicTensor;

  const low = tf.input({ name: "low", shape: [null, null, 3] });
  const head = through(low, convolution("head", F, 9), prelu("head_prelu")); // [B, H, W, F]
  let x = head;
  for (let i = 1; i <= blocks; i++) {
    const change = through(
      x,
      ...[convolution(`block${i}_conv1`, F, 3), norm(`block${i}_norm1`)],
      prelu(`block${i}_prelu`),
      ...[convolution(`block${i}_conv2`, F, 3), norm(`block${i}_norm2`)],
    );
    x = add(`block${i}`, x, change); // [B, H, W, F]
  }
  x = add("body", head, through(x, convolution("body_conv", F, 3), norm("body_norm")));
  for (const [i, factor] of (scale === 4 ? [2, 2] : [scale]).entries()) {
    const name = `up${i + 1}`;
    x = through(
      x,
      convolution(name, factor ** 2 * F, 3),
      new PixelShuffle({ name: `${name}_shuffle`, scale: factor }),
      prelu(`${name}_prelu`),
    ); // [B, 2H, 2W, F], [B, 4H, 4W, F]
  }
  const high = through(x, convolution("tail", 3, 9)); // [B, s·H, s·W, 3]
  return tf.model({ name: "srresnet", inputs: low, outputs: high });
}
