/** What a kernel of the simd backend is. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";

/**
 * Computes one op. Borrows `inputs`; the caller owns what is returned. Null hands the call to the
 * stock cpu kernel of the same name: for dtypes, shapes or attributes that this one does not cover.
 */
// deno-lint-ignore no-explicit-any -- each kernel states its own inputs and attributes
export type SimdKernel<Inputs = any, Attributes = any> = (
  backend: SimdBackend,
  inputs: Inputs,
  attributes: Attributes,
) => tf.TensorInfo | tf.TensorInfo[] | null;

/** Kernels by the names that TensorFlow.js, or `src/nn` for our own, gives them. */
export type KernelTable = Readonly<Record<string, SimdKernel>>;

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/** The module's exports as the interface that a file of kernels declares of those it calls. */
export function wasm<Exports>({ threads }: SimdBackend): Exports {
  return threads.kernels as unknown as Exports;
}
