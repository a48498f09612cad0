/** Random tensors that a workload trains on. The caller owns them. */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../core/rng.ts";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** Uniform in [low, high). */
export function uniformTensor<T extends tf.Tensor>(
  shape: number[],
  low: number,
  high: number,
  rng: Rng,
): T {
  const values = Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(low, high));
  return tf.tensor(values, shape, "float32") as T;
}

/** Whole numbers 0 … bound − 1, int32. */
export function integerTensor<T extends tf.Tensor>(shape: number[], bound: number, rng: Rng): T {
  const values = Int32Array.from({ length: sizeOf(shape) }, () => rng.below(bound));
  return tf.tensor(values, shape, "int32") as T;
}
