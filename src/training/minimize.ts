/** One move of an optimizer down a loss: what every step ends in. */
import * as tf from "@tensorflow/tfjs";
import { installGradients } from "../nn/gradients.ts";
import type { Optimizer } from "../nn/optimizer.ts";

/**
 * Moves the optimizer's variables down the gradient of `loss`. Returns what `forward` returned, kept
 * from the tidying of its own intermediate results: scalars that the caller owns.
 */
export function minimize<Report extends { loss: tf.Scalar }>(
  optimizer: Optimizer,
  forward: () => Report,
): Report {
  installGradients();
  let report: Report | undefined;
  const { value, grads } = tf.variableGrads(() => {
    report = forward();
    for (const scalar of Object.values(report)) tf.keep(scalar);
    return report.loss.clone(); // the report's own must outlive what variableGrads returns
  }, optimizer.variables);
  optimizer.apply(grads);
  tf.dispose([value, grads]);
  return report!;
}
