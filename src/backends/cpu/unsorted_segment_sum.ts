/**
 * Sums of rows by segment, for the stock cpu backend: the gradient of an embedding. The stock kernel
 * goes through all rows once a segment, which for a vocabulary of thousands takes minutes a step.
 */
import type * as tf from "@tensorflow/tfjs";
import { replaceKernel } from "../replace_kernel.ts";

/** What is needed of the cpu backend, whose class the package's types do not export. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array | Int32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/** Puts it in the stock kernel's place, for float32 and a segment a row. */
export function installUnsortedSegmentSum(): void {
  replaceKernel("UnsortedSegmentSum", "cpu", ({ inputs, backend, attrs }) => {
    const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
    const suits = x.dtype === "float32" && segmentIds.shape.length === 1 && x.shape.length > 0;
    if (!suits) return null;
    return segmentSums(backend as CpuBackend, x, segmentIds, attrs!["numSegments"] as number);
  });
}

/** Rows whose segment is none of 0 … numSegments − 1 count nowhere, as in the stock kernel. */
function segmentSums(
  backend: CpuBackend,
  x: tf.TensorInfo,
  segmentIds: tf.TensorInfo,
  numSegments: number,
): tf.TensorInfo {
  const shape = [numSegments, ...x.shape.slice(1)];
  const width = x.shape.slice(1).reduce((product, side) => product * side, 1);
  const sums = new Float64Array(numSegments * width);
  const values = backend.data.get(x.dataId).values;
  const ids = backend.data.get(segmentIds.dataId).values;
  for (let row = 0; row < ids.length; row++) {
    const segment = ids[row]!;
    if (!(segment >= 0 && segment < numSegments)) continue;
    for (let i = 0; i < width; i++) sums[segment * width + i]! += values[row * width + i]!;
  }
  return backend.makeTensorInfo(shape, "float32", new Float32Array(sums));
}
