/** Gated recurrent units over whole sequences. Cho et al. (2014), https://arxiv.org/abs/1406.1078 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./kernels.ts";
import type { GruAttributes } from "./kernel_names.ts";
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
 * Gates as Keras orders them, z, r, h̃, each U wide. With kernel = [W_z W_r W_h], likewise U of the
 * state's:
 *
 *     z, r = σ(x·W + h₋₁·U + b)            h = z∘h₋₁ + (1 − z)∘h̃
 *     h̃ = tanh(x·W_h + (r∘h₋₁)·U_h + b_h)               as in the paper; bias [3U]
 *     h̃ = tanh(x·W_h + b_h + r∘(h₋₁·U_h + b′_h))        with `resetAfter`; bias [2, 3U] = [b, b′]
 *
 * PyTorch and cuDNN compute the latter. Their weights are the kernels transposed, in the order r, z, h̃;
 * `bias_ih_l0` and `bias_hh_l0` are b and b′. Borrows its arguments; the caller owns h.
 */
export function gru(
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  attributes: GruAttributes,
): tf.Tensor3D {
  const { resetAfter } = attributes;
  assertWeightsFit("a GRU", x, weights, 3, (width) => resetAfter ? [2, width] : [width]);
  return hasKernel("AtelierGru")
    ? fusedSequence("AtelierGru", ["h", "gates"], x, weights, attributes)
    : composed(x, weights, attributes);
}

/** The parts of z and r, and of h̃: [B, 2U] and [B, U] of [B, 3U]. */
const parted = (all: tf.Tensor, units: number) =>
  tf.split(all, [2 * units, units], 1) as [gates: Matrix, candidate: Matrix];

function composed(
  x: tf.Tensor3D,
  { kernel, recurrentKernel, bias }: RecurrentWeights,
  { reverse, resetAfter }: GruAttributes,
): tf.Tensor3D {
  return tf.tidy(() => {
    const units = recurrentKernel.shape[0];
    const [ofInput, ofState] = (resetAfter ? tf.unstack(bias) : [bias]) as [
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    const [ofGates, ofCandidate] = parted(recurrentKernel, units);
    const start: Matrix = tf.zeros([x.shape[0], units]);
    return walk(projectSteps(x, kernel, ofInput), reverse, [start], ([h], input) => {
      const [inGates, inCandidate] = parted(input, units);
      const [gates, candidate] = resetAfter
        ? parted(tf.matMul(h, recurrentKernel).add(ofState), units)
        : [tf.matMul(h, ofGates), null];
      const [z, r] = tf.split(inGates.add(gates).sigmoid(), 2, 1) as [Matrix, Matrix];
      const recurrent = candidate === null ? tf.matMul(r.mul(h), ofCandidate) : r.mul(candidate);
      const next = inCandidate.add<Matrix>(recurrent).tanh();
      return [next.add<Matrix>(z.mul(h.sub(next)))];
    });
  });
}
