/**
 * SRCNN: three convolutions on the bicubic enlargement. Dong et al. (2014),
 * https://arxiv.org/abs/1501.00092
 *
 * Trainable parameters of SRCNN on colour (9-1-5, §4.3.3): 20,099, at every scale.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { BicubicUpscale } from "../src/nn/bicubic_upscale.ts";
import { convolutions, pictures, type Scale, through } from "./super_resolution_layers.ts";

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildSrcnn({ scale }: { readonly scale: Scale }, rng: Rng): tf.LayersModel {
  const convolution = convolutions(rng);
  const low = pictures("low");
  const high = through(
    low,
    new BicubicUpscale({ name: "bicubic", scale }), // [B, s·H, s·W, 3]
    convolution("patches", 64, 9, { activation: "relu" }), // [B, s·H, s·W, 64]
    convolution("mapping", 32, 1, { activation: "relu" }), // [B, s·H, s·W, 32]
    convolution("reconstruction", 3, 5), // [B, s·H, s·W, 3]
  );
  return tf.model({ name: "srcnn", inputs: low, outputs: high });
}
