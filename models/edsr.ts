/**
 * EDSR: residual blocks without batch norm. Lim et al. (2017), https://arxiv.org/abs/1707.02921
 *
 * Trainable parameters of EDSR_BASELINE: ×2 1,369,859; ×3 1,554,499; ×4 1,517,571.
 * Of EDSR_COMPACT: ×2 161,580; ×3 165,915; ×4 171,984.
 *
 * Departs from the paper: pictures are in [-1, 1], so that no mean of a training set is taken off, and
 * each block begins as little more than the identity. The compact one is ours: it stays at the small size up to one shuffle, as ESPCN does, and learns what
 * bicubic enlargement lacks, as VDSR does (Kim et al., 2016, https://arxiv.org/abs/1511.04587, §3.1).
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { BicubicUpscale } from "../src/nn/bicubic_upscale.ts";
import {
  convolutions,
  factorsOf,
  pictures,
  type Scale,
  shuffle,
  small,
  sum,
  through,
} from "./super_resolution_layers.ts";

/** What makes one EDSR differ from another. */
export interface EdsrConfig {
  readonly scale: Scale;
  /** Residual blocks B. */
  readonly blocks: number;
  /** Feature maps F. */
  readonly channels: number;
  /** `paper`: a convolution before each shuffle and one after; `direct`: one shuffle to colours. */
  readonly upsampler: "paper" | "direct";
  /** Whether the network's output is added to the bicubic enlargement. */
  readonly bicubicSkip: boolean;
}

/** The paper's baseline (§4.2, table 1). */
export const EDSR_BASELINE: Omit<EdsrConfig, "scale"> = {
  blocks: 16,
  channels: 64,
  upsampler: "paper",
  bicubicSkip: false,
};

/** For a processor: 32 feature maps, at the small size throughout. */
export const EDSR_COMPACT: Omit<EdsrConfig, "scale"> = {
  blocks: 8,
  channels: 32,
  upsampler: "direct",
  bicubicSkip: true,
};

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildEdsr(config: EdsrConfig, rng: Rng): tf.LayersModel {
  const { scale, blocks, channels: F, upsampler, bicubicSkip } = config;
  const convolution = convolutions(rng);
  const low = pictures("low");
  const head = through(low, convolution("head", F, 3)); // [B, H, W, F]
  let x = head;
  for (let i = 1; i <= blocks; i++) {
    const change = through(
      x,
      convolution(`block${i}_conv1`, F, 3, { activation: "relu" }),
      convolution(`block${i}_conv2`, F, 3, { kernelInitializer: small(rng) }),
    );
    x = sum(`block${i}`, x, change); // [B, H, W, F]
  }
  x = sum("body", head, through(x, convolution("body_conv", F, 3))); // [B, H, W, F]
  if (upsampler === "paper") {
    for (const [i, factor] of factorsOf(scale).entries()) {
      const name = `up${i + 1}`;
      x = through(x, convolution(name, factor ** 2 * F, 3), shuffle(`${name}_shuffle`, factor));
    } // [B, 2H, 2W, F], [B, 4H, 4W, F]
    x = through(x, convolution("tail", 3, 3)); // [B, s·H, s·W, 3]
  } else {
    const tail = convolution("tail", 3 * scale ** 2, 3, { kernelInitializer: small(rng) });
    x = through(x, tail, shuffle("tail_shuffle", scale)); // [B, s·H, s·W, 3]
  }
  const high = bicubicSkip
    ? sum("high", new BicubicUpscale({ name: "bicubic", scale }).apply(low) as tf.SymbolicTensor, x)
    : x; // [B, s·H, s·W, 3]
  return tf.model({ name: "edsr", inputs: low, outputs: high });
}
