/**
 * ESPCN: three convolutions at the small size, then a pixel shuffle. Shi et al. (2016),
 * https://arxiv.org/abs/1609.05158, §3.1 and §4.2
 *
 * Trainable parameters on colour: ×2 26,796; ×3 31,131; ×4 37,200.
 * Departs from the paper: colours instead of luma alone.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { convolutions, pictures, type Scale, shuffle, through } from "./super_resolution_layers.ts";

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildEspcn({ scale }: { readonly scale: Scale }, rng: Rng): tf.LayersModel {
  const convolution = convolutions(rng);
  const low = pictures("low");
  const high = through(
    low,
    convolution("features", 64, 5, { activation: "tanh" }), // [B, H, W, 64]
    convolution("mapping", 32, 3, { activation: "tanh" }), // [B, H, W, 32]
    convolution("tail", 3 * scale ** 2, 3), // [B, H, W, 3s²]
    shuffle("tail_shuffle", scale), // [B, s·H, s·W, 3]
  );
  return tf.model({ name: "espcn", inputs: low, outputs: high });
}
