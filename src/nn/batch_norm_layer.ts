/**
 * TensorFlow.js' batch-normalization layer on `batchNorm`: the same settings, weights and saved form,
 * "BatchNormalization", so that either opens what the other has saved.
 */
import * as tf from "@tensorflow/tfjs";
import { type BatchMoments, batchNorm } from "./batch_norm.ts";
import { lerp } from "./lerp.ts";
import { stockLayer } from "./stock_layer.ts";

/** Settings of the layer: those of `tf.layers.batchNormalization`. */
export type BatchNormalizationOptions = NonNullable<
  Parameters<typeof tf.layers.batchNormalization>[0]
>;

/**
 * How `model.apply(x, kwargs)` tells layers what a pass is for. With `moveStatistics: false` a training
 * pass leaves the moving statistics of layers of ours as they are.
 */
export interface PassOptions {
  readonly training?: boolean;
  readonly moveStatistics?: boolean;
}

interface Fields {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  /** Absent where the layer does not scale. */
  readonly gamma?: tf.LayerVariable;
  /** Absent where the layer does not center. */
  readonly beta?: tf.LayerVariable;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
}

const Stock = stockLayer<Fields, BatchNormalizationOptions>("BatchNormalization");

/** Normalizes by the batch in training, by moving statistics otherwise. Any shape to the same shape. */
export class BatchNormalization extends Stock {
  static className = "BatchNormalization";

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: PassOptions): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const axis = this.axis < 0 ? this.axis + x.rank : this.axis;
    const covered = axis === x.rank - 1 && x.rank <= 4 && x.dtype === "float32";
    if (!kwargs.training || !covered) return super.call(inputs, { ...kwargs });
    return tf.tidy(() => {
      const width: [number] = [x.shape[axis]!];
      const gamma = (this.gamma?.read() ?? tf.ones(width)) as tf.Tensor1D;
      const beta = (this.beta?.read() ?? tf.zeros(width)) as tf.Tensor1D;
      const follow = (moments: BatchMoments) => this.#follow(moments);
      const moved = kwargs.moveStatistics ?? true;
      return batchNorm(x, gamma, beta, this.epsilon, moved ? follow : undefined);
    });
  }

  /** moving ← moving·momentum + batch·(1 − momentum). */
  #follow({ mean, variance }: BatchMoments): void {
    const variables = [this.movingMean, this.movingVariance];
    const [old, now] = [variables.map((variable) => variable.read()), [mean, variance]];
    const moved = lerp(old.map((from, i) => [from, now[i]!]), 1 - this.momentum);
    for (const [i, variable] of variables.entries()) variable.write(moved[i]!);
  }
}

/** The layer of these settings. */
export const batchNormalization = (options: BatchNormalizationOptions): BatchNormalization =>
  new BatchNormalization(options);

/** Moving statistics that `moveStatistics: false` does not reach: those of stock layers. */
export function stockStatistics(model: tf.LayersModel): tf.Variable[] {
  const ours = new Set<tf.LayerVariable>();
  for (const layer of layersOf(model)) {
    if (layer instanceof BatchNormalization) { for (const w of layer.weights) ours.add(w); }
  }
  return model.nonTrainableWeights.filter((w) => !ours.has(w)).map((w) => w.read() as tf.Variable);
}

/** Its layers, with those of models among them. */
function* layersOf(model: tf.LayersModel): Generator<tf.layers.Layer> {
  for (const layer of model.layers) {
    if (layer instanceof tf.LayersModel) yield* layersOf(layer);
    else yield layer;
  }
}
