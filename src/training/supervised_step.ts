/** One update of a network on inputs whose answers are known. */
import type * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../nn/optimizer.ts";
import { minimize } from "./minimize.ts";

/** How far outputs, [B, …], are from targets: a mean over the batch. See losses.ts. */
export type Loss<Output extends tf.Tensor, Target extends tf.Tensor> = (
  outputs: Output,
  targets: Target,
) => tf.Scalar;

/**
 * One update. Moves the optimizer's variables, which are the model's. Borrows `inputs` and
 * `targets`; the caller owns the returned loss, which is that before the update.
 */
export function supervisedStep<Output extends tf.Tensor, Target extends tf.Tensor>(
  model: tf.LayersModel,
  optimizer: Optimizer,
  inputs: tf.Tensor,
  targets: Target,
  loss: Loss<Output, Target>,
): tf.Scalar {
  return minimize(optimizer, () => {
    const outputs = model.apply(inputs, { training: true }) as Output;
    return { loss: loss(outputs, targets) };
  }).loss;
}
