/**
 * A moving average of a generator's weights: the network one samples from, as it oscillates less than
 * the one being trained (Yazıcı et al., 2019, https://arxiv.org/abs/1806.04498).
 */
import * as tf from "@tensorflow/tfjs";
import { lerp } from "../nn/lerp.ts";
import { type NamedVariable, statistics, trainable } from "../nn/weights.ts";

/** Keeps `average`, a second network of the same architecture, at the moving average of `source`. */
export class MovingAverage {
  readonly #pairs: readonly { readonly source: tf.Variable; readonly average: tf.Variable }[];
  readonly #average: tf.LayersModel;
  readonly #decay: number;

  /**
   * Borrows both networks and sets `average` to `source`. `decay` is the weight of the past, in
   * [0, 1). Throws a RangeError where the architectures differ.
   */
  constructor(source: tf.LayersModel, average: tf.LayersModel, decay: number) {
    const [from, to] = [trainable(source), trainable(average)];
    const shown = (weight?: NamedVariable) => `${weight?.name} [${weight?.variable.shape}]`;
    const odd = from.findIndex((weight, i) => shown(weight) !== shown(to[i]));
    if (odd >= 0 || to.length !== from.length) {
      const at = odd < 0 ? from.length : odd;
      throw new RangeError(
        `Cannot average "${source.name}" into "${average.name}": ` +
          `expected ${shown(from[at])}, got ${shown(to[at])}`,
      );
    }
    this.#pairs = from.map(({ variable }, i) => ({ source: variable, average: to[i]!.variable }));
    this.#average = average;
    this.#decay = decay;
    for (const { source, average } of this.#pairs) average.assign(source);
  }

  /**
   * Follows the source after its update number `step`. The average starts short and lengthens, so
   * that the first, untrained weights are soon forgotten: decay is at most (1 + t)/(10 + t), as in
   * TensorFlow's ExponentialMovingAverage.
   */
  update(step: number): void {
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
    tf.tidy(() => {
      const moved = lerp(this.#pairs.map(({ source, average }) => [average, source]), 1 - decay);
      for (const [i, { average }] of this.#pairs.entries()) average.assign(moved[i]!);
    });
  }

  /**
   * Sets batch norm's statistics to those that the average itself has on `inputs`, [B, …]: "standing
   * statistics" (Brock et al., 2019, https://arxiv.org/abs/1809.11096). Averages of the source's
   * would be another network's: after 30 steps on faces they gave flat grey where these give images.
   * A pure function of weights and inputs, so that when one calls it changes nothing.
   */
  calibrate(inputs: tf.Tensor): void {
    if (statistics(this.#average).length > 0) calibrate(this.#average, inputs);
  }
}

function calibrate(model: tf.LayersModel, inputs: tf.Tensor): void {
  tf.tidy(() => {
    for (const { variable } of statistics(model)) variable.assign(tf.zerosLike(variable));
    model.apply(inputs, { training: true });
    // Batch norm moves s to momentum·s + (1 − momentum)·batch: from 0, to a known part of the batch's.
    for (const layer of model.layers) {
      const { momentum } = layer.getConfig();
      for (const weight of layer.nonTrainableWeights) {
        weight.write(weight.read().div(1 - (momentum as number)));
      }
    }
  });
}
