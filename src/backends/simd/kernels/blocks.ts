/** Kernels that move blocks of pixels into the batch and back: how dilated pooling is done. */
import * as tf from "@tensorflow/tfjs";
import { isNumeric } from "./copy.ts";
import { type KernelTable, type SimdKernel } from "./kernel.ts";
import { padConstant } from "./pads.ts";
import { slicePart } from "./slices.ts";
import { transposed } from "./transposes.ts";

const { backend_util, util } = tf;

interface Input {
  readonly x: tf.TensorInfo;
}

const spaceToBatchND: SimdKernel<Input, { blockShape: number[]; paddings: number[][] }> = (
  backend,
  { x },
  { blockShape, paddings },
) => {
  if (!isNumeric(x.dtype)) return null;
  const blocks = util.sizeFromShape(blockShape);
  const borders = x.shape.map((_, axis): [number, number] => {
    const [before = 0, behind = 0] = paddings[axis - 1] ?? [];
    return [before, behind];
  });
  const padded = padConstant(backend, x, x.dtype, borders, 0);
  const sides = backend_util.getReshaped(padded.shape, blockShape, blocks, false);
  const perm = backend_util.getPermuted(sides.length, blockShape.length, false);
  const shape = backend_util.getReshapedPermuted(padded.shape, blockShape, blocks, false);
  const out = transposed(backend, padded, sides, perm, shape);
  backend.disposeIntermediateTensorInfo(padded);
  return out;
};

const batchToSpaceND: SimdKernel<Input, { blockShape: number[]; crops: number[][] }> = (
  backend,
  { x },
  { blockShape, crops },
) => {
  const blocks = util.sizeFromShape(blockShape);
  const sides = backend_util.getReshaped(x.shape, blockShape, blocks);
  const perm = backend_util.getPermuted(sides.length, blockShape.length);
  const shape = backend_util.getReshapedPermuted(x.shape, blockShape, blocks);
  const whole = transposed(backend, x, sides, perm, shape);
  if (whole === null) return null;
  const begin = shape.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
  const size = shape.map((side, axis) => side - begin[axis]! - (crops[axis - 1]?.[1] ?? 0));
  const out = slicePart(backend, whole, begin, size);
  backend.disposeIntermediateTensorInfo(whole);
  return out;
};

/** The kernels of this file. */
export const blockKernels: KernelTable = {
  SpaceToBatchND: spaceToBatchND,
  BatchToSpaceND: batchToSpaceND,
};
