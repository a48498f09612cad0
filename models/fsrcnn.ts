/**
 * FSRCNN: shrink, map, expand, and enlarge by a transposed convolution. Dong et al. (2016),
 * https://arxiv.org/abs/1608.00367, FSRCNN(d, s, m)
 *
 * Trainable parameters of FSRCNN on colour: 24,683, at every scale.
 * Departs from the paper: colours instead of luma alone.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { convolutions, pictures, prelu, type Scale, through } from "./super_resolution_layers.ts";

/** What makes one FSRCNN differ from another. */
export interface FsrcnnConfig {
  readonly scale: Scale;
  /** Feature maps d of the first and the last layer. */
  readonly features: number;
  /** Feature maps s in between. */
  readonly shrunk: number;
  /** Mapping layers m. */
  readonly mappings: number;
}

/** The paper's FSRCNN (§3.4). */
export const FSRCNN: Omit<FsrcnnConfig, "scale"> = { features: 56, shrunk: 12, mappings: 4 };

/** Maps pictures, [B, H, W, 3], to larger ones, [B, s·H, s·W, 3], in the same range; any H and W. */
export function buildFsrcnn(config: FsrcnnConfig, rng: Rng): tf.LayersModel {
  const { scale, features: D, shrunk: S, mappings } = config;
  const convolution = convolutions(rng);
  const active = (name: string, filters: number, kernelSize: number) => [
    convolution(name, filters, kernelSize),
    prelu(`${name}_prelu`, "channel"),
  ];
  const low = pictures("low");
  const high = through(
    low,
    ...active("features", D, 5), // [B, H, W, D]
    ...active("shrink", S, 1), // [B, H, W, S]
    ...Array.from({ length: mappings }, (_, i) => active(`map${i + 1}`, S, 3)).flat(),
    ...active("expand", D, 1), // [B, H, W, D]
    tf.layers.conv2dTranspose({
      name: "enlarge",
      filters: 3,
      kernelSize: 9,
      strides: scale,
      padding: "same",
      kernelInitializer: tf.initializers.randomNormal({ stddev: 0.001, seed: rng.nextSeed() }), // §4.1
    }), // [B, s·H, s·W, 3]
  );
  return tf.model({ name: "fsrcnn", inputs: low, outputs: high });
}
