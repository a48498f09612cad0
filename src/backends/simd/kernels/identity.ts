/** Kernels that move no number. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel, sizeOf } from "./kernel.ts";

interface Input {
  readonly x: tf.TensorInfo;
}

const identity: SimdKernel<Input> = (backend, { x }) => backend.alias(x, x.shape);

/** At most one side is −1: what remains. The stock kernel refuses what does not fit. */
const reshape: SimdKernel<Input, { shape: readonly number[] }> = (backend, { x }, { shape }) => {
  if (x.dtype === "complex64") return null;
  let size = 1;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i]! < 0) return reshapeToRest(backend, x, shape);
    size *= shape[i]!;
  }
  return size === sizeOf(x.shape) ? backend.alias(x, shape) : null;
};

const reshapeToRest = (
  backend: Parameters<typeof reshape>[0],
  x: tf.TensorInfo,
  shape: readonly number[],
): tf.TensorInfo | null => {
  const known = -sizeOf(shape);
  const rest = sizeOf(x.shape) / known;
  if (!(known > 0) || !Number.isInteger(rest)) return null;
  return backend.alias(x, shape.map((side) => side === -1 ? rest : side));
};

const expandDims: SimdKernel<{ input: tf.TensorInfo }, { dim: number }> = (
  backend,
  { input },
  { dim },
) => {
  const { dtype, shape } = input;
  if (dtype === "complex64" || dim < -shape.length - 1 || dim > shape.length) return null;
  const axis = dim < 0 ? shape.length + 1 + dim : dim;
  return backend.alias(input, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
};

/** The kernels of this file. */
export const identityKernels: KernelTable = {
  ExpandDims: expandDims,
  Identity: identity,
  Reshape: reshape,
};
