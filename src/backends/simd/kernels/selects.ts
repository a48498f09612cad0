/** Kernels that choose between values, or write one everywhere. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { sameShape } from "./broadcast.ts";
import { type CopyExports, isNumeric, type NumericType, widthOf } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/select.ts exports: y = condition ? a : b, for elements of four bytes and of one. */
interface SelectExports {
  select4(condition: number, a: number, b: number, y: number, n: number): void;
  select1(condition: number, a: number, b: number, y: number, n: number): void;
}

/** What assembly/copy.ts exports for filling. */
interface FillExports extends CopyExports {
  fillFloats(value: number, target: number): void;
  fillIntegers(value: number, target: number, width: number): void;
}

/** `tf.where` has made all shapes one. */
const select: SimdKernel<Record<"condition" | "t" | "e", tf.TensorInfo>> = (
  backend,
  { condition, t, e },
) => {
  const { shape, dtype } = t;
  const covered = isNumeric(dtype) && e.dtype === dtype && condition.dtype === "bool" &&
    sameShape(shape, e.shape) && sameShape(shape, condition.shape);
  if (!covered) return null;
  const { select1, select4 } = wasm<SelectExports>(backend);
  const [mask, a, b] = [backend.address(condition), backend.address(t), backend.address(e)];
  const output = backend.output(shape, dtype);
  (dtype === "bool" ? select1 : select4)(mask, a, b, backend.address(output), sizeOf(shape));
  return output;
};

function filled(
  backend: SimdBackend,
  shape: readonly number[],
  value: number,
  dtype: NumericType,
): tf.TensorInfo {
  const { copyAxis, fillFloats, fillIntegers } = wasm<FillExports>(backend);
  const output = backend.output(shape, dtype);
  const target = backend.address(output);
  const width = widthOf(dtype);
  copyAxis(sizeOf(shape), 0, width);
  if (dtype === "float32") fillFloats(value, target);
  else fillIntegers(value, target, width);
  return output;
}

interface FillAttributes {
  readonly shape: readonly number[];
  readonly value: number | boolean | string;
  readonly dtype?: tf.DataType | null;
}

const fill: SimdKernel<unknown, FillAttributes> = (backend, _inputs, { shape, value, dtype }) => {
  if (typeof value === "string") return null;
  const type = dtype ?? (typeof value === "boolean" ? "bool" : "float32");
  return isNumeric(type) ? filled(backend, shape, Number(value), type) : null;
};

/** A tensor of x's shape and type. */
const like = (value: number): SimdKernel<{ x: tf.TensorInfo }> => (backend, { x }) =>
  isNumeric(x.dtype) ? filled(backend, x.shape, value, x.dtype) : null;

/** The kernels of this file. */
export const selectKernels: KernelTable = {
  Fill: fill,
  OnesLike: like(1),
  Select: select,
  ZerosLike: like(0),
};
