/** Runs kernels of our own, where the backend has them. */
import * as tf from "@tensorflow/tfjs";
import type { KernelAttributes, KernelName } from "./kernel_names.ts";

/** Whether the backend in use registers a kernel of ours. Ops ask before every call. */
export const hasKernel = (name: KernelName): boolean =>
  tf.getKernel(name, tf.getBackend()) !== undefined;

/** Runs a kernel of ours, which the backend must have. The caller owns the results. */
export function runKernel<Name extends KernelName>(
  name: Name,
  inputs: readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>,
  attributes: KernelAttributes[Name],
): tf.Tensor[] {
  // The types of tfjs know no kernel that takes an array, though Concat and Pack do.
  const named = inputs as unknown as tf.NamedTensorMap;
  const results = tf.engine().runKernel(name, named, { ...attributes } as tf.NamedAttrMap);
  return Array.isArray(results) ? results : [results];
}
