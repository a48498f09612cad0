/**
 * Batch normalization. Ioffe & Szegedy (2015), https://arxiv.org/abs/1502.03167
 *
 * TensorFlow.js composes it of some twenty ops and their gradients, which read the batch some forty times.
 * Here forward and backward are one op each, and second derivatives are there besides.
 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./kernels.ts";

/** Per channel, [C]: what the batch was normalized by. */
export interface BatchMoments {
  readonly mean: tf.Tensor1D;
  /** Biased: divided by the count, not by one less. */
  readonly variance: tf.Tensor1D;
}

type Gradients = [dx: tf.Tensor, dgamma: tf.Tensor, dbeta: tf.Tensor];

/**
 * Algorithm 1: x, [..., C] of rank 2 to 4, to zero mean and unit variance per channel over the batch,
 * then times `gamma` plus `beta`, both [C]. `onMoments` is told what it was normalized by, once,
 * before this returns; what it makes of them is no part of the gradient. Borrows everything; the caller
 * owns the result.
 */
export function batchNorm(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onMoments: (moments: BatchMoments) => void = () => {},
): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as [...Gradients, tf.GradSaveFunc];
    const [y, mean, variance] = forward(x, gamma, beta, epsilon);
    onMoments({ mean, variance });
    save([x, gamma, mean, variance]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => backward(dy, saved as Saved, epsilon)),
    };
  });
  return op(x, gamma, beta);
}

type Saved = [x: tf.Tensor, gamma: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor];

/** All axes but the last. */
const reduced = ({ rank }: tf.Tensor): number[] => Array.from({ length: rank - 1 }, (_, i) => i);

function forward(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): [y: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor1D] {
  if (hasKernel("AtelierBatchNorm")) {
    const results = runKernel("AtelierBatchNorm", { x, gamma, beta }, { epsilon });
    return results as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
  }
  const mean = x.mean<tf.Tensor1D>(reduced(x));
  const variance = x.sub(mean).square().mean<tf.Tensor1D>(reduced(x));
  const [offset, scale] = [beta as tf.Tensor1D, gamma as tf.Tensor1D];
  return [tf.batchNorm(x as tf.Tensor4D, mean, variance, offset, scale, epsilon), mean, variance];
}

function backward(dy: tf.Tensor, [x, gamma, mean, variance]: Saved, epsilon: number): Gradients {
  if (tf.engine().isTapeOn()) {
    // Someone differentiates this gradient: through the moments too, so they are computed once more.
    const centred = x.sub(x.mean(reduced(x)));
    return composedBackward(dy, centred, gamma, centred.square().mean(reduced(x)), epsilon);
  }
  if (hasKernel("AtelierBatchNormGradient")) {
    const inputs = { x, dy, mean, variance, gamma };
    return runKernel("AtelierBatchNormGradient", inputs, { epsilon }) as Gradients;
  }
  return composedBackward(dy, x.sub(mean), gamma, variance, epsilon);
}

/**
 * With x̂ = (x − mean)/σ over n rows: dβ = Σ dy, dγ = Σ dy·x̂, and
 * dx = γ/σ·(dy − dβ/n − x̂·dγ/n): the paper's §3 with its three sums folded into these two.
 */
function composedBackward(
  dy: tf.Tensor,
  centred: tf.Tensor,
  gamma: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
): Gradients {
  const rows = centred.size / variance.size;
  const inverse = variance.add(epsilon).rsqrt();
  const dbeta = dy.sum(reduced(dy));
  const dgamma = dy.mul(centred).sum(reduced(dy)).mul(inverse);
  const scale = gamma.mul(inverse);
  const slope = scale.mul(inverse).mul(dgamma).div(rows);
  const dx = dy.mul(scale).sub(centred.mul(slope)).sub(scale.mul(dbeta).div(rows));
  return [dx, dgamma, dbeta];
}
