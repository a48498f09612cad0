/** One adversarial update of a network that enlarges. Ledig et al. (2017), §2.2. */
import type * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../nn/optimizer.ts";
import { applied, appliedUnmoved, meanProbability } from "./gan_steps.ts";
import { generatorLoss } from "./losses.ts";
import { minimize } from "./minimize.ts";

/** Scalars that the caller owns. */
export interface EnlargerReport {
  readonly loss: tf.Scalar;
  readonly content: tf.Scalar;
  /** The mean probability given to this step's enlargements, after the discriminator's update. */
  readonly onFake: tf.Scalar;
}

/** What the network is to come near. */
export interface EnlargerGoal {
  /** How far enlargements are from the truth, both [B, H, W, 3]. */
  readonly content: (made: tf.Tensor4D, truth: tf.Tensor4D) => tf.Scalar;
  readonly adversarialWeight: number;
}

/**
 * One update of the enlarging network by the perceptual loss: content plus weight · −log D(G(low))
 * (equation 3). Moves that network's variables only. Borrows `low`, [B, p, p, 3], and `high`,
 * [B, s·p, s·p, 3].
 */
export function enlargerStep(
  { network, discriminator }: {
    readonly network: tf.LayersModel;
    readonly discriminator: tf.LayersModel;
  },
  optimizer: Optimizer,
  { low, high }: { readonly low: tf.Tensor4D; readonly high: tf.Tensor4D },
  goal: EnlargerGoal,
): EnlargerReport {
  const { loss, content, logits } = minimize(optimizer, () => {
    const made = applied<tf.Tensor4D>(network, low);
    const logits = appliedUnmoved<tf.Tensor2D>(discriminator, made);
    const content = goal.content(made, high);
    const loss = content.add<tf.Scalar>(generatorLoss(logits).mul(goal.adversarialWeight));
    return { loss, content, logits };
  });
  return { loss, content, onFake: meanProbability(logits) };
}
