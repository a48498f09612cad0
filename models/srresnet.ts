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
import {
  convolutions,
  factorsOf,
  pictures,
  prelu,
  type Scale,
  shuffle,
  sum,
  through,
} from "./super_resolution_layers.ts";

/** What makes one SRResNet differ from another. */
export interface SrresnetConfig {
  readonly scale: Scale;
  /** Residual blocks B. */
  readonly blocks: number;
  /** Feature maps F. */
  readonly channels: number;
}

/** The paper's network (§3.2). */
export const SRRESNET: SrresnetConfig = { scale: 4, blocks: 16, channels: 64 };

const norm = (name: string) => batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 });

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildSrresnet(config: SrresnetConfig, rng: Rng): tf.LayersModel {
  const { scale, blocks, channels: F } = config;
  const convolution = convolutions(rng);
  const low = pictures("low");
  const head = through(low, convolution("head", F, 9), prelu("head_prelu", "shared")); // [B, H, W, F]
  let x = head;
  for (let i = 1; i <= blocks; i++) {
    const change = through(
      x,
      ...[convolution(`block${i}_conv1`, F, 3), norm(`block${i}_norm1`)],
      prelu(`block${i}_prelu`, "shared"),
      ...[convolution(`block${i}_conv2`, F, 3), norm(`block${i}_norm2`)],
    );
    x = sum(`block${i}`, x, change); // [B, H, W, F]
  }
  x = sum("body", head, through(x, convolution("body_conv", F, 3), norm("body_norm")));
  for (const [i, factor] of factorsOf(scale).entries()) {
    const name = `up${i + 1}`;
    x = through(
      x,
      convolution(name, factor ** 2 * F, 3),
      shuffle(`${name}_shuffle`, factor),
      prelu(`${name}_prelu`, "shared"),
    ); // [B, 2H, 2W, F], [B, 4H, 4W, F]
  }
  const high = through(x, convolution("tail", 3, 9)); // [B, s·H, s·W, 3]
  return tf.model({ name: "srresnet", inputs: low, outputs: high });
}
