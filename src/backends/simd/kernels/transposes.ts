/** Kernels that put axes in another order, or move numbers between them. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type CopyExports, isNumeric, sizeFrom, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, wasm } from "./kernel.ts";

interface Input {
  readonly x: tf.TensorInfo;
}

const transpose: SimdKernel<Input, { perm: number[] }> = (backend, { x }, { perm }) =>
  transposed(backend, x, x.shape, perm, perm.map((axis) => x.shape[axis]!));

/** The axes of `x`, seen as of `sides`, in the order `perm`, as a result of `shape`. */
export function transposed(
  backend: SimdBackend,
  x: tf.TensorInfo,
  sides: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): tf.TensorInfo | null {
  if (!isNumeric(x.dtype)) return null;
  const width = widthOf(x.dtype);
  const out = backend.output(shape, x.dtype);
  const source = backend.address(x);
  const target = backend.address(out);
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let step = width * sizeFrom(shape, 0);
  for (let i = 0; i < perm.length; i++) {
    const axis = perm[i]!;
    step /= sides[axis]!;
    copyAxis(sides[axis]!, width * sizeFrom(sides, axis + 1), step);
  }
  copyRun(source, target, width);
  return out;
}

/** [B, H, W, D²C] to [B, DH, DW, C]. */
function depthToSpace(backend: SimdBackend, x: tf.TensorInfo, D: number): tf.TensorInfo | null {
  const [B, H, W, channels] = x.shape as [number, number, number, number];
  const C = channels / (D * D);
  return transposed(backend, x, [B, H, W, D, D, C], [0, 1, 3, 2, 4, 5], [B, H * D, W * D, C]);
}

/** [B, DH, DW, C] to [B, H, W, D²C]. */
function spaceToDepth(backend: SimdBackend, x: tf.TensorInfo, D: number): tf.TensorInfo | null {
  const [B, height, width, C] = x.shape as [number, number, number, number];
  const [H, W] = [height / D, width / D];
  return transposed(backend, x, [B, H, D, W, D, C], [0, 1, 3, 2, 4, 5], [B, H, W, D * D * C]);
}

const stockDepthToSpace: SimdKernel<Input, { blockSize: number; dataFormat: string }> = (
  backend,
  { x },
  { blockSize, dataFormat },
) => dataFormat === "NHWC" ? depthToSpace(backend, x, blockSize) : null;

/** Ours: what has a gradient besides. */
const ours = (convert: typeof depthToSpace): SimdKernel<Input, { blockSize: number }> =>
(
  backend,
  { x },
  { blockSize },
) => convert(backend, x, blockSize);

/** The kernels of this file. */
export const transposeKernels: KernelTable = {
  Transpose: transpose,
  DepthToSpace: stockDepthToSpace,
  AtelierDepthToSpace: ours(depthToSpace),
  AtelierSpaceToDepth: ours(spaceToDepth),
};
