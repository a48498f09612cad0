/**
 * Losses as means over the batch. Those of logits are written with softplus, softplus(x) =
 * log(1 + eˣ), because −log σ(x) = softplus(−x) holds where σ(x) has already rounded to 0.
 */
import * as tf from "@tensorflow/tfjs";
import {
  meanAbsolute,
  meanSoftplus,
  meanSquare,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from "../nn/mean_losses.ts";

/**
 * The discriminator's cross-entropy: −log D(x) on real images, −log(1 − D(G(z))) on fake ones
 * (Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661, equation 1).
 *
 * `labelSmoothing` s asks for 1 − s instead of 1 on real images, and still for 0 on fake ones:
 * one-sided (Salimans et al., 2016, https://arxiv.org/abs/1606.03498, §3.4). Borrows the logits; the
 * caller owns the returned scalar.
 */
export function discriminatorLoss(
  onReal: tf.Tensor2D,
  onFake: tf.Tensor2D,
  labelSmoothing = 0,
): tf.Scalar {
  return tf.tidy(() => {
    // −(1 − s)·log σ(x) − s·log(1 − σ(x)) = softplus(−x) + s·x
    let real = meanSoftplus(onReal, -1);
    if (labelSmoothing > 0) real = real.add(onReal.mean().mul(labelSmoothing));
    return real.add(meanSoftplus(onFake, 1));
  });
}

/**
 * The generator's non-saturating loss, −log D(G(z)) (Goodfellow et al., 2014, §3): it has the fixed
 * point of log(1 − D(G(z))) and a gradient while the discriminator is winning. Borrows the logits;
 * the caller owns the returned scalar.
 */
export function generatorLoss(onFake: tf.Tensor2D): tf.Scalar {
  return meanSoftplus(onFake, -1);
}

/**
 * Cross-entropy of a class each, [B] of int32, under logits, [B, N]: −log softmax(logits)[class].
 * Borrows both; the caller owns the returned scalar.
 */
export function crossEntropy(logits: tf.Tensor2D, classes: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const labels = tf.oneHot(classes, logits.shape[1]).cast<tf.Tensor2D>("float32");
    return softmaxCrossEntropy(logits, labels);
  });
}

/**
 * Cross-entropy of answers y in [0, 1], [B, 1], under logits, [B, 1]. Borrows both; the caller owns the
 * returned scalar.
 */
export function binaryCrossEntropy(logits: tf.Tensor2D, answers: tf.Tensor2D): tf.Scalar {
  return sigmoidCrossEntropy(logits, answers);
}

/** Mean of the squared differences. Borrows both; the caller owns the returned scalar. */
export function meanSquaredError(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.tidy(() => meanSquare(outputs.sub(targets)));
}

/** Mean of the absolute differences. Borrows both; the caller owns the returned scalar. */
export function meanAbsoluteError(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.tidy(() => meanAbsolute(outputs.sub(targets)));
}
