/**
 * Directions by principal components of early activations. Härkönen et al. (2020), "GANSpace:
 * Discovering Interpretable GAN Controls", §3, https://arxiv.org/abs/2004.02546
 *
 * For a GAN without a mapping network (the paper's BigGAN): activations of an early layer over many z,
 * their principal components, and for each the z-direction that goes with it, by least squares.
 */
import * as tf from "@tensorflow/tfjs";
import { Rng } from "../../core/rng.ts";
import { dot, type LatentBatch, latentsIn, type Vector } from "../latents.ts";
import { principalComponents } from "./principal_components.ts";
import { type Direction, unit } from "./direction.ts";
import { SIGMA_RANGE } from "./sefa.ts";

/** What to look for, and in what. */
export interface GanspaceOptions {
  /** Name of the layer whose activations are taken; null for `earlyLayer`. */
  readonly layer: string | null;
  readonly samples: number;
  /** How many directions. */
  readonly count: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Told how many samples have been drawn. */
  readonly onProgress?: (done: number) => void;
}

/** Samples drawn at once. */
const AT_ONCE = 128;

/**
 * The layer that GANSpace looks at unless told: the second block's activation, or the only one's. The
 * first block's are of no more than z through one matrix, which SeFa takes apart without samples.
 * Throws a RangeError for a network without activations.
 */
export function earlyLayer(model: tf.LayersModel): string {
  const kinds = ["ReLU", "LeakyReLU", "PReLU", "ELU", "Activation"];
  const activations = model.layers.filter((layer) => kinds.includes(layer.getClassName()));
  const early = activations.slice(0, -1).slice(0, 2).at(-1) ?? activations[0];
  if (early !== undefined) return early.name;
  throw new RangeError(
    `Cannot find early activations: expected a layer of ${kinds.join(", ")}, got ${
      model.layers.map(({ name }) => name).join(", ")
    }`,
  );
}

/** The network up to a layer, whose output is made one row a sample. Owns nothing of its own. */
function upTo(model: tf.LayersModel, name: string): (z: tf.Tensor2D) => tf.Tensor2D {
  const layer = model.layers.find((layer) => layer.name === name);
  if (layer === undefined) {
    throw new RangeError(
      `Cannot take activations of layer "${name}": expected one of ${
        model.layers.map(({ name }) => name).join(", ")
      }`,
    );
  }
  const early = tf.model({ inputs: model.inputs, outputs: layer.output as tf.SymbolicTensor });
  return (z) => {
    const activations = early.predict(z, { batchSize: z.shape[0] }) as tf.Tensor;
    return activations.reshape([z.shape[0], -1]);
  };
}

/**
 * Directions of z along the principal components of activations, `ganspace-1` first. Borrows the
 * activations, [n, D] each, of the latents in their order. Evidence: the component's `share` of all
 * variance, and the `correlation`, in size, of z along the direction with the activations along the
 * component: where it is low, no straight way in z leads there.
 */
export async function directionsOfActivations(
  activations: readonly tf.Tensor2D[],
  latents: LatentBatch,
  count: number,
): Promise<Direction[]> {
  const { variances, totalVariance, coordinates } = await principalComponents(activations, count);
  const zs = latentsIn(latents);
  return Array.from(variances, (variance, k): Direction => {
    const along = Float64Array.from(zs, (_, i) => coordinates[i * variances.length + k]!);
    // Coordinates of different components are uncorrelated, so least squares takes them one by one:
    // u = Σ x z / Σ x².
    const sums = new Float64Array(zs[0]!.length);
    zs.forEach((z, i) => z.forEach((value, j) => sums[j]! += along[i]! * value));
    const vector = upright(unit(sums));
    const correlation = Math.abs(
      correlationOf(along, Float64Array.from(zs, (z) => dot(z, vector))),
    );
    return {
      name: `ganspace-${k + 1}`,
      kind: "ganspace",
      vector,
      evidence: { share: variance / totalVariance, correlation },
      range: SIGMA_RANGE,
    };
  });
}

function upright(vector: Vector): Vector {
  const extreme = vector.reduce((most, x) => Math.abs(x) > Math.abs(most) ? x : most, 0);
  return extreme < 0 ? vector.map((x) => -x) : vector;
}

/** Pearson's, in double precision. */
function correlationOf(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

/**
 * Finds directions of a generator, [B, Z] to images, which is borrowed. Keeps `samples` rows of
 * activations on the device meanwhile. An abort throws the signal's reason.
 */
export async function ganspaceDirections(
  model: tf.LayersModel,
  options: GanspaceOptions,
): Promise<Direction[]> {
  const { samples, count, signal } = options;
  const Z = model.inputs[0]!.shape[1]!;
  if (samples <= Math.max(count, Z)) {
    throw new RangeError(
      `Cannot find ${count} directions of ${Z} numbers in ${samples} samples: expected more samples ` +
        `than ${Math.max(count, Z)}`,
    );
  }
  const activationsOf = upTo(model, options.layer ?? earlyLayer(model));
  const values = new Rng(options.seed, "ganspace").fillNormal(new Float32Array(samples * Z));
  const activations: tf.Tensor2D[] = [];
  try {
    for (let from = 0; from < samples; from += AT_ONCE) {
      signal?.throwIfAborted();
      const rows = Math.min(AT_ONCE, samples - from);
      const z = values.subarray(from * Z, (from + rows) * Z);
      activations.push(tf.tidy(() => activationsOf(tf.tensor2d(z, [rows, Z]))));
      await settled(activations.at(-1)!);
      options.onProgress?.(from + rows);
    }
    return await directionsOfActivations(activations, { values, count: samples }, count);
  } finally {
    tf.dispose(activations);
  }
}

/** Waits until the device has computed a tensor: without, Ctrl-C would find all work queued already. */
async function settled(tensor: tf.Tensor2D): Promise<void> {
  const one = tensor.slice([0, 0], [1, 1]);
  try {
    await one.data();
  } finally {
    one.dispose();
  }
}
