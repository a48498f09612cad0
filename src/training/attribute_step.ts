/** One update of a network that tells attributes, and its loss. */
import * as tf from "@tensorflow/tfjs";
import type { AnswerLayout } from "../core/attributes.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { minimize } from "./minimize.ts";

/** What is known of a batch of images, both [B, K]. */
export interface AttributeTargets {
  /** 0 or 1; of numbers, the standardized value. 0 where unknown. */
  readonly values: tf.Tensor2D;
  /** 1 where the value is known, else 0. */
  readonly known: tf.Tensor2D;
}

/**
 * Mean over all that is known of: cross-entropy of yes-or-no attributes under their logits, that of each
 * choice under its options' softmax, and half the squared error of numbers, which is their negative
 * log-likelihood at the variance of standardized values. A choice counts once an image. What is not
 * known adds nothing. Borrows everything; the caller owns the returned scalar.
 */
export function attributeLoss(
  answers: tf.Tensor2D,
  { values, known }: AttributeTargets,
  { binary, choices, continuous }: AnswerLayout,
): tf.Scalar {
  return tf.tidy(() => {
    const sums: tf.Scalar[] = [];
    const counts: tf.Scalar[] = [];
    const cut = (x: tf.Tensor2D, from: number, count: number) => x.slice([0, from], [-1, count]);
    if (binary.count > 0) {
      const [x, y, k] = [answers, values, known].map((t) => cut(t, binary.from, binary.count));
      // −y·log σ(x) − (1 − y)·log(1 − σ(x)) = softplus(x) − x·y
      sums.push(tf.softplus(x!).sub(x!.mul(y!)).mul(k!).sum());
      counts.push(k!.sum());
    }
    for (const { from, count } of choices) {
      const [x, y] = [answers, values].map((t) => cut(t, from, count));
      // The values are 0 where unknown, in all of a choice's columns at once.
      sums.push(tf.logSoftmax(x!).mul(y!).sum<tf.Scalar>().neg());
      counts.push(cut(known, from, 1).sum());
    }
    if (continuous.count > 0) {
      const { from, count } = continuous;
      const [x, y, k] = [answers, values, known].map((t) => cut(t, from, count));
      sums.push(x!.sub(y!).square().mul(k!).sum<tf.Scalar>().div(2));
      counts.push(k!.sum());
    }
    return tf.addN(sums).div<tf.Scalar>(tf.addN(counts).maximum(1));
  });
}

/**
 * One update. Moves the optimizer's variables, which are the model's, and its batch-norm statistics.
 * `model` maps images to features and answers. Borrows `images`, [B, H, W, C], and targets; the caller
 * owns the returned loss, which is that before the update.
 */
export function attributeStep(
  model: tf.LayersModel,
  optimizer: Optimizer,
  images: tf.Tensor4D,
  targets: AttributeTargets,
  layout: AnswerLayout,
): tf.Scalar {
  return minimize(optimizer, () => {
    const [, answers] = model.apply(images, { training: true }) as [tf.Tensor2D, tf.Tensor2D];
    return { loss: attributeLoss(answers, targets, layout) };
  }).loss;
}
