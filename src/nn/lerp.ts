/** Moving averages: many tensors drawn towards others, in one call. */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./kernels.ts";

/** What is drawn, and where to: float32, of one shape. */
export type LerpPair = readonly [from: tf.Tensor, to: tf.Tensor];

/** from + (to − from)·weight of each pair. Borrows the pairs; the caller owns the results. */
export function lerp(pairs: readonly LerpPair[], weight: number): tf.Tensor[] {
  if (hasKernel("AtelierLerp")) return runKernel("AtelierLerp", pairs.flat(), { weight });
  return tf.tidy(() => {
    const scale = tf.scalar(weight);
    return pairs.map(([from, to]) => from.add(to.sub(from).mul(scale)));
  });
}
