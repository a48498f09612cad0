/** Kernels that put a border around a tensor: of one number, or of the tensor's mirror image. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type CopyExports, isNumeric, type NumericType, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

interface Input {
  readonly x: tf.TensorInfo;
}

/** Numbers before and behind each axis. */
type Paddings = readonly (readonly [number, number])[];

/** Fills: `copyAxis` with source steps of 0 says what, as for copies. */
export interface FillExports {
  /** Writes a number to all that the axes run over. */
  fillFloats(value: number, target: number): void;
  /** Likewise, integers of `width` bytes. */
  fillIntegers(value: number, target: number, width: number): void;
}

type PadExports = CopyExports & FillExports;

/** What borders are made of. */
interface Border {
  readonly kernels: PadExports;
  readonly dtype: NumericType;
  /** The number, or null for the mirror image. */
  readonly constant: number | null;
  /** Of mirror images: 1 where the outermost numbers are repeated, else 0. */
  readonly edge: 0 | 1;
}

function pad(
  backend: SimdBackend,
  x: tf.TensorInfo,
  paddings: Paddings,
  border: Border,
): tf.TensorInfo {
  const { dtype, edge } = border;
  const shape = x.shape.map((extent, i) => paddings[i]![0] + extent + paddings[i]![1]);
  const out = backend.output(shape, dtype);
  let step = widthOf(dtype);
  // Where the axes from this one on begin, of what lies between the borders of those outside.
  let corner = copyInside(backend, x, out, paddings, step);
  // From the innermost axis out, so that each mirrors what is whole further in.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [before, behind] = paddings[axis]!;
    const end = before + x.shape[axis]!;
    corner -= before * step;
    if (before > 0) {
      write(border, x, out, axis, before, corner, corner + (2 * before - edge) * step);
    }
    if (behind > 0) {
      const target = corner + end * step;
      write(border, x, out, axis, behind, target, corner + (end - 2 + edge) * step);
    }
    step *= shape[axis]!;
  }
  return out;
}

/** Copies `x` to its place and returns the address where that starts. */
function copyInside(
  backend: SimdBackend,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  paddings: Paddings,
  width: number,
): number {
  const source = backend.address(x);
  let target = backend.address(out);
  const { copyAxis, copyRun } = wasm<CopyExports>(backend);
  let sourceStep = width * sizeOf(x.shape);
  let targetStep = width * sizeOf(out.shape);
  for (let i = 0; i < x.shape.length; i++) {
    sourceStep /= x.shape[i]!;
    targetStep /= out.shape[i]!;
    target += paddings[i]![0] * targetStep;
    copyAxis(x.shape[i]!, sourceStep, targetStep);
  }
  copyRun(source, target, width);
  return target;
}

/** Writes one side of one axis: between the borders of the axes outside it, across those inside. */
function write(
  { kernels, dtype, constant }: Border,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  axis: number,
  extent: number,
  target: number,
  mirror: number,
): void {
  const width = widthOf(dtype);
  let step = width * sizeOf(out.shape);
  for (let i = 0; i < out.shape.length; i++) {
    step /= out.shape[i]!;
    const over = i < axis ? x.shape[i]! : i === axis ? extent : out.shape[i]!;
    kernels.copyAxis(over, constant !== null ? 0 : i === axis ? -step : step, step);
  }
  if (constant === null) kernels.copyRun(mirror, target, width);
  else if (dtype === "float32") kernels.fillFloats(constant, target);
  else kernels.fillIntegers(constant, target, width);
}

/** `x` with borders of one number around it. */
export function padConstant(
  backend: SimdBackend,
  x: tf.TensorInfo,
  dtype: NumericType,
  paddings: Paddings,
  constant: number,
): tf.TensorInfo {
  return pad(backend, x, paddings, {
    kernels: wasm<PadExports>(backend),
    dtype,
    constant,
    edge: 0,
  });
}

const padV2: SimdKernel<Input, { paddings: Paddings; constantValue: number }> = (
  backend,
  { x },
  { paddings, constantValue },
) => isNumeric(x.dtype) ? padConstant(backend, x, x.dtype, paddings, constantValue) : null;

const mirrorPad: SimdKernel<Input, { paddings: Paddings; mode: "reflect" | "symmetric" }> = (
  backend,
  { x },
  { paddings, mode },
) => {
  if (!isNumeric(x.dtype)) return null;
  const kernels = wasm<PadExports>(backend);
  const edge = mode === "reflect" ? 0 : 1;
  return pad(backend, x, paddings, { kernels, dtype: x.dtype, constant: null, edge });
};

/** The kernels of this file. */
export const padKernels: KernelTable = { PadV2: padV2, MirrorPad: mirrorPad };
