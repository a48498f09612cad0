/** One move of an optimizer down a loss: what every step ends in. */
import * as tf from "@tensorflow/tfjs";
import { installGradients } from "../nn/gradients.ts";
import type { Optimizer } from "../nn/optimizer.ts";

/**
 * Moves the optimizer's variables down the gradient of `loss`. Returns what `forward` returned, kept
 * from the tidying of its own intermediate results: tensors that the caller owns.
 */
export function minimize<Report extends { loss: tf.Scalar } & Readonly<Record<string, tf.Tensor>>>(
  optimizer: Optimizer,
  forward: () => Report,
): Report {
  installGradients();
  let report: Report | undefined;
  const { grads } = tf.variableGrads(() => {
    report = forward();
    for (const tensor of Object.values(report)) tf.keep(tensor);
    return report.loss;
  }, optimizer.variables);
  optimizer.apply(grads);
  tf.dispose(grads);
  return report!;
}
