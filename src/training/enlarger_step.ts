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

/** The two networks. */
interface Opponents {
  readonly network: tf.LayersModel;
  readonly discriminator: tf.LayersModel;
}

/** Small pictures, [B, p, p, 3], and their truth, [B, s·p, s·p, 3]. */
interface PairTensors {
  readonly low: tf.Tensor4D;
  readonly high: tf.Tensor4D;
}

function perceptualLoss(
  made: tf.Tensor4D,
  { discriminator, high }: Pick<Opponents, "discriminator"> & Pick<PairTensors, "high">,
  goal: EnlargerGoal,
) {
  const logits = appliedUnmoved<tf.Tensor2D>(discriminator, made);
  const content = goal.content(made, high);
  const loss = content.add<tf.Scalar>(generatorLoss(logits).mul(goal.adversarialWeight));
  return { loss, content, logits };
}

/**
 * One update of the enlarging network by the perceptual loss: content plus weight · −log D(G(low))
 * (equation 3). Moves that network's variables only. Borrows the pictures.
 */
export function enlargerStep(
  { network, discriminator }: Opponents,
  optimizer: Optimizer,
  { low, high }: PairTensors,
  goal: EnlargerGoal,
): EnlargerReport {
  const { loss, content, logits } = minimize(
    optimizer,
    () => perceptualLoss(applied<tf.Tensor4D>(network, low), { discriminator, high }, goal),
  );
  return { loss, content, onFake: meanProbability(logits) };
}

/** What `enlargerStep` would report of pictures already enlarged. Moves nothing; borrows them. */
export function enlargerReport(
  made: tf.Tensor4D,
  truth: { readonly discriminator: tf.LayersModel; readonly high: tf.Tensor4D },
  goal: EnlargerGoal,
): EnlargerReport {
  const { loss, content, logits } = perceptualLoss(made, truth, goal);
  return { loss, content, onFake: meanProbability(logits) };
}
