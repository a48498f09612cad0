/** Kernels that lay tensors beside each other or beside themselves. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type CopyExports, isNumeric, sizeBefore, sizeFrom, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

interface Input {
  readonly x: tf.TensorInfo;
}

const { util, backend_util } = tf;

const concat: SimdKernel<tf.TensorInfo[], { axis: number }> = (backend, inputs, { axis }) => {
  const $axis = util.parseAxisParam(axis, inputs[0]!.shape)[0]!;
  const shapes = inputs.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, $axis);
  const shape = backend_util.computeOutShape(shapes, $axis);
  if (inputs.length === 1) return backend.alias(inputs[0]!, inputs[0]!.shape);
  return join(backend, inputs, shape, $axis);
};

const pack: SimdKernel<tf.TensorInfo[], { axis: number }> = (backend, inputs, { axis }) => {
  const { shape } = inputs[0]!;
  for (const input of inputs) {
    util.assertShapesMatch(
      shape,
      input.shape,
      "All tensors passed to stack must have matching shapes",
    );
  }
  const $axis = axis < 0 ? axis + shape.length + 1 : axis;
  return join(backend, inputs, shape.toSpliced($axis, 0, inputs.length), $axis);
};

/** Joins runs of an axis: every input has as many of them, one after the other in the result. */
function join(
  backend: SimdBackend,
  inputs: readonly tf.TensorInfo[],
  shape: readonly number[],
  axis: number,
): tf.TensorInfo | null {
  const { dtype } = inputs[0]!;
  if (!isNumeric(dtype)) return null;
  for (let i = 1; i < inputs.length; i++) if (inputs[i]!.dtype !== dtype) return null;
  const width = widthOf(dtype);
  const outer = sizeBefore(shape, axis);
  const targetStep = sizeFrom(shape, axis) * width;
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  const out = backend.output(shape, dtype);
  let target = backend.address(out);
  for (let i = 0; i < inputs.length; i++) {
    const source = backend.address(inputs[i]!);
    const run = sizeOf(inputs[i]!.shape) / outer;
    copyAxis(outer, run * width, targetStep);
    copyAxis(run, width, width);
    copyRun(source, target, width);
    target += run * width;
  }
  return out;
}

/** Broadcasting comes as this too. */
const tile: SimdKernel<Input, { reps: number[] }> = (backend, { x }, { reps }) => {
  if (!isNumeric(x.dtype)) return null;
  const width = widthOf(x.dtype);
  const shape = x.shape.map((extent, i) => extent * reps[i]!);
  const out = backend.output(shape, x.dtype);
  const target = backend.address(out);
  const source = backend.address(x);
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let sourceStep = width * sizeOf(x.shape);
  let targetStep = width * sizeOf(shape);
  for (let i = 0; i < shape.length; i++) {
    targetStep /= reps[i]!;
    copyAxis(reps[i]!, 0, targetStep);
    sourceStep /= x.shape[i]!;
    targetStep /= x.shape[i]!;
    copyAxis(x.shape[i]!, sourceStep, targetStep);
  }
  copyRun(source, target, width);
  return out;
};

/** The kernels of this file. */
export const joinKernels: KernelTable = { Concat: concat, Pack: pack, Tile: tile };
