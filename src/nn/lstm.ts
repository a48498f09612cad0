/** Long short-term memory over whole sequences. Hochreiter & Schmidhuber (1997); Gers et al. (2000). */
import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./kernels.ts";
import {
  assertWeightsFit,
  fusedSequence,
  projectSteps,
  type RecurrentWeights,
  walk,
} from "./recurrence.ts";

type Matrix = tf.Tensor2D;

/**
 * Outputs h, [B, T, U], of inputs x, [B, T, D], from zero states; last step first where `reverse`.
 * Gates as Keras orders them, i, f, g, o, each U wide; bias [4U]:
 *
 *     i, f, o = σ(x·kernel + h₋₁·recurrentKernel + bias)    g = tanh(likewise)
 *     c = f∘c₋₁ + i∘g                                        h = o∘tanh(c)
 *
 * PyTorch's `weight_ih_l0` and `weight_hh_l0` are the kernels transposed, in the same order; its
 * `bias_ih_l0` and `bias_hh_l0` add up to the bias. Borrows its arguments; the caller owns h.
 */
export function lstm(
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  { reverse }: { readonly reverse: boolean },
): tf.Tensor3D {
  assertWeightsFit("an LSTM", x, weights, 4, (width) => [width]);
  return hasKernel("AtelierLstm")
    ? fusedSequence("AtelierLstm", ["h", "c", "gates"], x, weights, { reverse })
    : composed(x, weights, reverse);
}

function composed(
  x: tf.Tensor3D,
  { kernel, recurrentKernel, bias }: RecurrentWeights,
  reverse: boolean,
): tf.Tensor3D {
  return tf.tidy(() => {
    const zeros: Matrix = tf.zeros([x.shape[0], recurrentKernel.shape[0]]);
    const inputs = projectSteps(x, kernel, bias as tf.Tensor1D);
    return walk(inputs, reverse, [zeros, zeros], ([h, c], input) => {
      const [i, f, g, o] = tf.split(tf.matMul(h, recurrentKernel).add(input), 4, 1) as [
        Matrix,
        Matrix,
        Matrix,
        Matrix,
      ];
      const next = f.sigmoid().mul(c).add<tf.Tensor2D>(i.sigmoid().mul(g.tanh()));
      return [o.sigmoid().mul<tf.Tensor2D>(next.tanh()), next];
    });
  });
}
