/** Kernels that pick rows by index, and their gradient. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { isNumeric, sizeFrom, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/gather.ts exports. */
export interface GatherExports {
  /** The first of `count` indices that is not within 0 … extent − 1; −1 where all are. */
  indexOutside(indices: number, count: number, extent: number): number;
  /** [batch, outer, extent, row] and indices [batch, count] to [batch, outer, count, row]. */
  gatherRows(
    source: number,
    indices: number,
    target: number,
    batch: number,
    outer: number,
    extent: number,
    count: number,
    rowBytes: number,
  ): void;
  /** How many copies of its result `segmentSum` wants memory for. */
  segmentParts(rows: number, width: number, segments: number): number;
  segmentSum(
    source: number,
    ids: number,
    target: number,
    rows: number,
    width: number,
    segments: number,
    parts: number,
  ): void;
}

const { segment_util } = tf.backend_util;

const gatherV2: SimdKernel<
  { x: tf.TensorInfo; indices: tf.TensorInfo },
  { axis: number; batchDims?: number }
> = (backend, { x, indices }, { axis, batchDims }) => {
  if (!isNumeric(x.dtype) || indices.dtype !== "int32") return null;
  const $axis = tf.util.parseAxisParam(axis, x.shape)[0]!;
  const at = backend.address(indices);
  const kernels = wasm<GatherExports>(backend);
  // The stock kernel words the error.
  if (kernels.indexOutside(at, sizeOf(indices.shape), x.shape[$axis]!) >= 0) return null;
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = segment_util
    .collectGatherOpShapeInfo(x as tf.Tensor, indices as tf.Tensor, $axis, batchDims ?? 0);
  const out = backend.output(outputShape, x.dtype);
  kernels.gatherRows(
    backend.address(x),
    at,
    backend.address(out),
    batchSize,
    outerSize,
    dimSize,
    sizeOf(indices.shape) / batchSize,
    sliceSize * widthOf(x.dtype),
  );
  return out;
};

/**
 * What gathering hands back to an embedding. Unlike the stock kernel, which multiplies by masks, a NaN
 * stays in its segment.
 */
const unsortedSegmentSum: SimdKernel<
  { x: tf.TensorInfo; segmentIds: tf.TensorInfo },
  { numSegments: number }
> = (backend, { x, segmentIds }, { numSegments }) => {
  const plain = x.dtype === "float32" && segmentIds.dtype === "int32";
  if (!plain || segmentIds.shape.length !== 1) return null;
  const out = backend.output([numSegments, ...x.shape.slice(1)]);
  const [source, ids] = [backend.address(x), backend.address(segmentIds)];
  addSegments(backend, source, ids, out, x.shape[0]!, sizeFrom(x.shape, 1), numSegments);
  return out;
};

/** Adds rows of `width` floats up by their ids, in `out`. Ids that name no segment are left out. */
export function addSegments(
  backend: SimdBackend,
  source: number,
  ids: number,
  out: tf.TensorInfo,
  rows: number,
  width: number,
  segments: number,
): void {
  const kernels = wasm<GatherExports>(backend);
  const target = backend.address(out);
  const parts = kernels.segmentParts(rows, width, segments);
  if (parts === 0) kernels.segmentSum(source, ids, target, rows, width, segments, 0);
  else {
    backend.withScratch(
      4 * parts * segments * width,
      (scratch) => kernels.segmentSum(source, ids, target, rows, width, segments, scratch),
    );
  }
}

/** The kernels of this file. */
export const gatherKernels: KernelTable = {
  GatherV2: gatherV2,
  UnsortedSegmentSum: unsortedSegmentSum,
};
