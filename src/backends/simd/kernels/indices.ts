/** Kernels that read or write slices by several indices at once, or turn indices into rows of marks. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type CopyExports, isNumeric, widthOf } from "./copy.ts";
import { addSegments, type GatherExports } from "./gathers.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";
import type { FillExports } from "./pads.ts";

interface IndexExports {
  /** One axis of indices [count, rank]: flat[i] += indices[i, axis]·stride, from zero at axis 0. */
  flattenIndices(
    indices: number,
    count: number,
    rank: number,
    axis: number,
    stride: number,
    flat: number,
  ): void;
  /** Row i of `depth` numbers gets `value` at indices[i]. `kind` 0 writes floats, 1 integers, 2 bytes. */
  markOnes(
    indices: number,
    count: number,
    depth: number,
    target: number,
    kind: number,
    value: number,
  ): void;
}

const { backend_util } = tf;

/** Writes at `flat` which slice each index names; false where one is outside, which the stock kernel words. */
function flatten(
  backend: SimdBackend,
  indices: tf.TensorInfo,
  count: number,
  strides: readonly number[],
  { flat, slices }: { readonly flat: number; readonly slices: number },
): boolean {
  const kernels = wasm<IndexExports & GatherExports>(backend);
  const source = backend.address(indices);
  for (let axis = 0; axis < strides.length; axis++) {
    kernels.flattenIndices(source, count, strides.length, axis, strides[axis]!, flat);
  }
  return kernels.indexOutside(flat, count, slices) < 0;
}

const gatherNd: SimdKernel<{ params: tf.TensorInfo; indices: tf.TensorInfo }> = (
  backend,
  { params, indices },
) => {
  const { dtype } = params;
  if (!isNumeric(dtype) || indices.dtype !== "int32") return null;
  const [shape, count, sliceSize, allStrides] = backend_util.prepareAndValidate(params, indices);
  const strides = allStrides.slice(0, indices.shape.at(-1));
  if (count === 0 || sliceSize === 0 || strides.length === 0) return null;
  const slices = sizeOf(params.shape) / sliceSize;
  return backend.withScratch(4 * count, (flat) => {
    if (!flatten(backend, indices, count, strides, { flat, slices })) return null;
    const out = backend.output(shape, dtype);
    const [source, target] = [backend.address(params), backend.address(out)];
    const bytes = sliceSize * widthOf(dtype);
    wasm<GatherExports>(backend).gatherRows(source, flat, target, 1, 1, slices, count, bytes);
    return out;
  });
};

const scatterNd: SimdKernel<
  { indices: tf.TensorInfo; updates: tf.TensorInfo },
  { shape: number[] }
> = (backend, { indices, updates }, { shape }) => {
  if (updates.dtype !== "float32" || indices.dtype !== "int32") return null;
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util
    .calculateShapes(updates, indices, shape);
  if (outputSize === 0 || numUpdates === 0 || sliceRank === 0) return null;
  const slices = outputSize / sliceSize;
  return backend.withScratch(4 * numUpdates, (flat) => {
    const used = strides.slice(0, sliceRank);
    if (!flatten(backend, indices, numUpdates, used, { flat, slices })) return null;
    const out = backend.output(shape);
    addSegments(backend, backend.address(updates), flat, out, numUpdates, sliceSize, slices);
    return out;
  });
};

interface OneHotAttributes {
  readonly dtype: tf.DataType;
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
}

const KINDS = { float32: 0, int32: 1, bool: 2 } as const;

const oneHot: SimdKernel<{ indices: tf.TensorInfo }, OneHotAttributes> = (
  backend,
  { indices },
  { dtype, depth, onValue, offValue },
) => {
  if (!isNumeric(dtype) || indices.dtype !== "int32") return null;
  const count = sizeOf(indices.shape);
  const width = widthOf(dtype);
  const out = backend.output([...indices.shape, depth], dtype);
  const [source, target] = [backend.address(indices), backend.address(out)];
  const kernels = wasm<CopyExports & FillExports & IndexExports>(backend);
  kernels.copyAxis(count * depth, 0, width);
  if (dtype === "float32") kernels.fillFloats(offValue, target);
  else kernels.fillIntegers(offValue, target, width);
  kernels.markOnes(source, count, depth, target, KINDS[dtype], onValue);
  return out;
};

/** The kernels of this file. */
export const indexKernels: KernelTable = {
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  OneHot: oneHot,
};
