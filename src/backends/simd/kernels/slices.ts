/** Kernels that take parts of a tensor, or its elements in reverse. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type CopyExports, isNumeric, sizeBefore, sizeFrom, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, wasm } from "./kernel.ts";

interface Input {
  readonly x: tf.TensorInfo;
}
type Begin = number | number[];

const { slice_util, util } = tf;

const slice: SimdKernel<Input, { begin: Begin; size: Begin }> = (backend, { x }, attributes) => {
  if (!isNumeric(x.dtype)) return null;
  const { begin, size } = attributes;
  if (Array.isArray(begin) && Array.isArray(size) && isWithin(begin, size, x.shape)) {
    return slicePart(backend, x, begin, size);
  }
  const [first, extent] = slice_util.parseSliceParams(x as tf.Tensor, begin, size);
  slice_util.assertParamsValid(x, first!, extent!);
  // What is left are negative numbers, which the stock kernel answers for.
  return isWithin(first!, extent!, x.shape) ? slicePart(backend, x, first!, extent!) : null;
};

/** Whether a slice is fully stated and lies inside the shape: most are, and need no more of a look. */
function isWithin(
  begin: readonly number[],
  size: readonly number[],
  shape: readonly number[],
): boolean {
  if (begin.length !== shape.length || size.length !== shape.length) return false;
  for (let i = 0; i < shape.length; i++) {
    if (!(begin[i]! >= 0 && size[i]! >= 0 && begin[i]! + size[i]! <= shape[i]!)) return false;
  }
  return true;
}

/** `size` elements of each axis from `begin` on, which must be inside. */
export const slicePart = (
  backend: SimdBackend,
  x: tf.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): tf.TensorInfo | null => stepped(backend, x, begin, size, null, size);

/** Elements `begin`, `begin + stride`, … along each axis, `size` of them. Null takes strides of 1. */
function stepped(
  backend: SimdBackend,
  x: tf.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[] | null,
  shape: readonly number[],
): tf.TensorInfo | null {
  if (!isNumeric(x.dtype)) return null;
  const width = widthOf(x.dtype);
  const out = backend.output(shape, x.dtype);
  const target = backend.address(out);
  let source = backend.address(x);
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let sourceStep = width * sizeFrom(x.shape, 0);
  let targetStep = width * sizeFrom(size, 0);
  for (let i = 0; i < size.length; i++) {
    sourceStep /= x.shape[i]!;
    targetStep /= size[i]!;
    source += begin[i]! * sourceStep;
    copyAxis(size[i]!, strides === null ? sourceStep : strides[i]! * sourceStep, targetStep);
  }
  copyRun(source, target, width);
  return out;
}

interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

const stridedSlice: SimdKernel<Input, StridedSliceAttributes> = (backend, { x }, attributes) => {
  if (!isNumeric(x.dtype)) return null;
  const { begin, end, strides, beginMask, endMask } = attributes;
  const { ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = slice_util.sliceInfo(
    ...[x.shape, begin, end, strides, beginMask, endMask] as const,
    ...[ellipsisMask, newAxisMask, shrinkAxisMask] as const,
  );
  if (info.isIdentity) return backend.alias(x, info.finalShape);
  return stepped(backend, x, info.begin, info.finalShapeSparse, info.strides, info.finalShape);
};

/** Runs of an axis: `sizes[i]` of it to result `i`, in the shape that `shapeOf` makes of it. */
function split(
  backend: SimdBackend,
  x: tf.TensorInfo,
  axis: number,
  sizes: readonly number[],
  shapeOf: (size: number) => number[],
): tf.TensorInfo[] | null {
  if (!isNumeric(x.dtype)) return null;
  const width = widthOf(x.dtype);
  const outer = sizeBefore(x.shape, axis);
  const inner = sizeFrom(x.shape, axis + 1);
  const sourceStep = sizeFrom(x.shape, axis) * width;
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let source = backend.address(x);
  const results: tf.TensorInfo[] = [];
  for (const size of sizes) {
    const out = backend.output(shapeOf(size), x.dtype);
    const target = backend.address(out);
    copyAxis(outer, sourceStep, size * inner * width);
    copyAxis(size * inner, width, width);
    copyRun(source, target, width);
    source += size * inner * width;
    results.push(out);
  }
  return results;
}

const splitV: SimdKernel<Input, { numOrSizeSplits: number[] | number; axis: number }> = (
  backend,
  { x },
  { numOrSizeSplits, axis },
) => {
  const $axis = util.parseAxisParam(axis, x.shape)[0]!;
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, $axis);
  return split(backend, x, $axis, sizes, (size) => x.shape.with($axis, size));
};

const unpack: SimdKernel<{ value: tf.TensorInfo }, { axis: number }> = (
  backend,
  { value },
  { axis },
) => {
  const $axis = axis < 0 ? axis + value.shape.length : axis;
  const shape = value.shape.toSpliced($axis, 1);
  const sizes = new Array<number>(value.shape[$axis]!).fill(1);
  return split(backend, value, $axis, sizes, () => shape);
};

const reverse: SimdKernel<Input, { dims: number | number[] }> = (backend, { x }, { dims }) => {
  if (!isNumeric(x.dtype)) return null;
  const reversed = util.parseAxisParam(dims, x.shape);
  return reverseAxes(backend, x, x.dtype, reversed);
};

function reverseAxes(
  backend: SimdBackend,
  x: tf.TensorInfo,
  dtype: "float32" | "int32" | "bool",
  reversed: readonly number[],
): tf.TensorInfo {
  const width = widthOf(dtype);
  const out = backend.output(x.shape, dtype);
  const target = backend.address(out);
  let source = backend.address(x);
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let step = width * sizeFrom(x.shape, 0);
  for (let i = 0; i < x.shape.length; i++) {
    const extent = x.shape[i]!;
    step /= extent;
    const back = reversed.includes(i);
    if (back) source += (extent - 1) * step;
    copyAxis(extent, back ? -step : step, step);
  }
  copyRun(source, target, width);
  return out;
}

/** Mirrors pictures, [B, H, W, C], left to right. */
const flipLeftRight: SimdKernel<{ image: tf.TensorInfo }> = (backend, { image }) =>
  isNumeric(image.dtype) ? reverseAxes(backend, image, image.dtype, [2]) : null;

/** The kernels of this file. */
export const sliceKernels: KernelTable = {
  Slice: slice,
  StridedSlice: stridedSlice,
  SplitV: splitV,
  Unpack: unpack,
  Reverse: reverse,
  FlipLeftRight: flipLeftRight,
};
