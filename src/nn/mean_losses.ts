/**
 * Means of losses over a batch, each with the gradient that its formula has: a difference of
 * probabilities times a scalar, in the place of a chain of ops. Labels are data and get no gradient.
 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./kernels.ts";

/** A scalar of x, and its derivative by x for a dy of 1, from x and whatever else was saved. */
interface MeanLoss {
  readonly value: tf.Scalar;
  readonly slope: (saved: tf.Tensor[]) => tf.Tensor;
}

type SaveFunction = (tensors: tf.Tensor[]) => void;

/** Borrows `x`; the caller owns the result. The slope is taken times dy/`count`. */
function meanLoss(
  x: tf.Tensor,
  count: number,
  compute: (x: tf.Tensor, save: SaveFunction) => MeanLoss,
): tf.Scalar {
  const op = tf.customGrad((x, save) => {
    const { value, slope } = compute(x as tf.Tensor, save as SaveFunction);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => slope(saved).mul(dy.div(count)));
    return { value, gradFunc };
  });
  return op(x) as tf.Scalar;
}

/**
 * Mean over rows of the cross-entropy −Σ p·log softmax(x), for logits x, [B, N], and labels p, [B, N],
 * whose rows add up to 1. Borrows both; the caller owns the result.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  return meanLoss(logits, logits.shape[0], (x, save) => {
    if (hasKernel("AtelierSoftmaxCrossEntropy")) {
      const [loss, softmax] = runKernel("AtelierSoftmaxCrossEntropy", { logits: x, labels }, {});
      save([x, labels, softmax!]);
      return {
        value: loss!.mean(),
        // Where someone differentiates this gradient, the probabilities must depend on the logits.
        slope: ([x, labels, softmax]) =>
          (tf.engine().isTapeOn() ? tf.softmax(x!) : softmax!).sub(labels!),
      };
    }
    save([x, labels]);
    return {
      value: tf.logSoftmax(x).mul(labels).sum().div(-x.shape[0]!),
      slope: ([x, labels]) => tf.softmax(x!).sub(labels!),
    };
  });
}

/**
 * Mean cross-entropy of answers y in [0, 1] under logits x of the same shape: −y·log σ(x) −
 * (1 − y)·log(1 − σ(x)) = softplus(x) − x·y. Borrows both; the caller owns the result.
 */
export function sigmoidCrossEntropy(logits: tf.Tensor, answers: tf.Tensor): tf.Scalar {
  return meanLoss(logits, logits.size, (x, save) => {
    save([x, answers]);
    return {
      value: tf.softplus(x).sub(x.mul(answers)).mean(),
      slope: ([x, answers]) => tf.sigmoid(x!).sub(answers!),
    };
  });
}

/**
 * Mean of log(1 + eˣ), or with `sign` −1 of log(1 + e⁻ˣ): −log σ(−x) and −log σ(x), exact where the
 * sigmoid has rounded to 0 or 1. Borrows x; the caller owns the result.
 */
export function meanSoftplus(x: tf.Tensor, sign: 1 | -1): tf.Scalar {
  const signed = (x: tf.Tensor) => sign > 0 ? x : x.neg();
  return meanLoss(x, sign * x.size, (x, save) => {
    save([x]);
    return {
      value: tf.softplus(signed(x)).mean(),
      slope: ([x]) => tf.sigmoid(signed(x!)),
    };
  });
}

/** Mean of x². Borrows x; the caller owns the result. */
export function meanSquare(x: tf.Tensor): tf.Scalar {
  return meanLoss(x, x.size / 2, (x, save) => {
    save([x]);
    return { value: x.square().mean(), slope: ([x]) => x! };
  });
}

/** Mean of |x|, its slope at 0 being 0. Borrows x; the caller owns the result. */
export function meanAbsolute(x: tf.Tensor): tf.Scalar {
  return meanLoss(x, x.size, (x, save) => {
    save([x]);
    return { value: x.abs().mean(), slope: ([x]) => tf.sign(x!) };
  });
}
