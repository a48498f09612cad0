/** What the kernels that move numbers share: assembly/copy.ts, and which tensors it can move. */
import type * as tf from "@tensorflow/tfjs";

/** The strided copy. Say `copyAxis` for each axis, outermost first in the target's order, then `copyRun`. */
export interface CopyExports {
  /** An axis and how far apart its elements are, in bytes: 0 repeats the source, below 0 reverses it. */
  copyAxis(extent: number, sourceStep: number, targetStep: number): void;
  /** Copies elements of 1 or 4 bytes, and forgets the axes. */
  copyRun(source: number, target: number, width: number): void;
}

/** What a tensor of the kinds that live in shared memory is told to be. */
export type NumericType = "float32" | "int32" | "bool";

/** Whether tensors of a type live in shared memory. */
export function isNumeric(dtype: tf.DataType): dtype is NumericType {
  return dtype === "float32" || dtype === "int32" || dtype === "bool";
}

/** Bytes of an element. */
export const widthOf = (dtype: NumericType): number => dtype === "bool" ? 1 : 4;

/** Number of elements before an axis: product of the extents of the axes outside it. */
export function sizeBefore(shape: readonly number[], axis: number): number {
  let size = 1;
  for (let i = 0; i < axis; i++) size *= shape[i]!;
  return size;
}

/** Number of elements of an axis and those inside it. */
export function sizeFrom(shape: readonly number[], axis: number): number {
  let size = 1;
  for (let i = axis; i < shape.length; i++) size *= shape[i]!;
  return size;
}
