/**
 * One update of each network of a GAN. Goodfellow et al. (2014), algorithm 1.
 *
 * `training: true` moves a network's batch-norm statistics each time that it is applied. Each step
 * here lets those of the network it updates move, and the other network's stay.
 */
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../nn/optimizer.ts";
import { type PassOptions, stockStatistics } from "../nn/batch_norm_layer.ts";
import { discriminatorLoss, generatorLoss } from "./losses.ts";
import { minimize } from "./minimize.ts";

/**
 * Applies a network as training does, its batch norm on the batch's own statistics, which move its moving
 * ones. Borrows the input; the caller owns the output.
 */
export const applied = <T extends tf.Tensor>(model: tf.LayersModel, input: tf.Tensor): T =>
  model.apply(input, { training: true }) as T;

/** Likewise, but the network's moving statistics stay what they are. */
export function appliedUnmoved<T extends tf.Tensor>(model: tf.LayersModel, input: tf.Tensor): T {
  // Stock layers move theirs whatever they are told: these are put back.
  const held = stockStatistics(model).map((variable) => ({ variable, before: variable.clone() }));
  try {
    const pass: PassOptions = { training: true, moveStatistics: false };
    return model.apply(input, { ...pass }) as T;
  } finally {
    for (const { variable, before } of held) {
      variable.assign(before); // shares the clone's memory: nothing is computed or copied
      before.dispose();
    }
  }
}

/** Mean probability that the images are real, σ of their logits; disposes those. */
export function meanProbability(logits: tf.Tensor2D): tf.Scalar {
  const mean = tf.tidy(() => tf.sigmoid(logits).mean<tf.Scalar>());
  logits.dispose();
  return mean;
}

/**
 * Images of latents, [B, Z], or of small pictures: [B, H, W, C], as the discriminator is to see them.
 * Moves nothing. Borrows the latents; the caller owns the images.
 */
export function fakeImages(generator: tf.LayersModel, latents: tf.Tensor): tf.Tensor4D {
  return tf.tidy(() => appliedUnmoved<tf.Tensor4D>(generator, latents));
}

/** Scalars that the caller owns. */
export interface DiscriminatorReport {
  readonly loss: tf.Scalar;
  /** D(x): the mean probability given to real images. */
  readonly onReal: tf.Scalar;
  /** D(G(z)): the mean probability given to fake images. */
  readonly onFake: tf.Scalar;
}

/**
 * One discriminator update. Moves the discriminator's variables only. Real and fake images go through
 * as separate batches, each normalized by its own statistics, as in PyTorch's example. Borrows
 * `real` and `fake`, [B, H, W, C]; the probabilities returned are those before the update.
 */
export function discriminatorStep(
  discriminator: tf.LayersModel,
  optimizer: Optimizer,
  real: tf.Tensor4D,
  fake: tf.Tensor4D,
  { labelSmoothing = 0 }: { readonly labelSmoothing?: number } = {},
): DiscriminatorReport {
  const { loss, realLogits, fakeLogits } = minimize(optimizer, () => {
    const realLogits = applied<tf.Tensor2D>(discriminator, real);
    const fakeLogits = applied<tf.Tensor2D>(discriminator, fake);
    const loss = discriminatorLoss(realLogits, fakeLogits, labelSmoothing);
    return { loss, realLogits, fakeLogits };
  });
  return { loss, onReal: meanProbability(realLogits), onFake: meanProbability(fakeLogits) };
}

/** Scalars that the caller owns. */
export interface GeneratorReport {
  readonly loss: tf.Scalar;
  /** D(G(z)) of this step's own latents, after the discriminator's update. */
  readonly onFake: tf.Scalar;
}

/**
 * One generator update by the non-saturating loss. Moves the generator's variables only. Borrows
 * `latents`, [B, Z].
 */
export function generatorStep(
  generator: tf.LayersModel,
  discriminator: tf.LayersModel,
  optimizer: Optimizer,
  latents: tf.Tensor2D,
): GeneratorReport {
  const { loss, logits } = minimize(optimizer, () => {
    const fake = applied<tf.Tensor4D>(generator, latents);
    const logits = appliedUnmoved<tf.Tensor2D>(discriminator, fake);
    return { loss: generatorLoss(logits), logits };
  });
  return { loss, onFake: meanProbability(logits) };
}
