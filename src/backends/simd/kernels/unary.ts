/** Kernels of one input that compute each element of the result from one of the input. */
import * as tf from "@tensorflow/tfjs";
import { UnaryOp } from "../assembly/op_codes.ts";
import type { SimdBackend } from "../backend.ts";
import type { NumericType } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/unary.ts exports. */
interface UnaryExports {
  /** y = f(x) for `n` elements, where f takes the settings `p` and `q`. */
  unary(op: UnaryOp, x: number, y: number, n: number, p: number, q: number): void;
}

interface Input {
  readonly x: tf.TensorInfo;
}

/** A tensor of x's shape. */
function run(
  backend: SimdBackend,
  op: UnaryOp,
  x: tf.TensorInfo,
  dtype: NumericType,
  p: number,
  q: number,
): tf.TensorInfo {
  const source = backend.address(x);
  const output = backend.output(x.shape, dtype);
  const target = backend.address(output);
  wasm<UnaryExports>(backend).unary(op, source, target, sizeOf(x.shape), p, q);
  return output;
}

/** Of float32 alone. */
const ofFloats = (op: UnaryOp, p = 0, q = 0): SimdKernel<Input> => (backend, { x }) =>
  x.dtype === "float32" ? run(backend, op, x, "float32", p, q) : null;

/** Of float32 and int32. */
const ofNumbers = (op: UnaryOp, intOp: UnaryOp, p = 0): SimdKernel<Input> => (backend, { x }) => {
  if (x.dtype === "float32") return run(backend, op, x, "float32", p, 0);
  return x.dtype === "int32" ? run(backend, intOp, x, "int32", p, 0) : null;
};

/** Of float32 to bool. */
const test = (op: UnaryOp): SimdKernel<Input> => (backend, { x }) =>
  x.dtype === "float32" ? run(backend, op, x, "bool", 0, 0) : null;

const leakyRelu: SimdKernel<Input, { alpha: number }> = (backend, { x }, { alpha }) =>
  x.dtype === "float32" ? run(backend, UnaryOp.LeakyRelu, x, "float32", alpha, 0) : null;

const step: SimdKernel<Input, { alpha: number }> = (backend, { x }, { alpha }) => {
  if (x.dtype === "float32") return run(backend, UnaryOp.Step, x, "float32", alpha, 0);
  if (x.dtype !== "int32" || !isExact(alpha)) return null;
  return run(backend, UnaryOp.IntStep, x, "int32", alpha, 0);
};

const clipByValue: SimdKernel<Input, { clipValueMin: number; clipValueMax: number }> = (
  backend,
  { x },
  { clipValueMin: low, clipValueMax: high },
) => {
  if (x.dtype === "float32") return run(backend, UnaryOp.ClipByValue, x, "float32", low, high);
  if (x.dtype !== "int32" || !isExact(low) || !isExact(high)) return null;
  return run(backend, UnaryOp.IntClipByValue, x, "int32", low, high);
};

/** Whether a number means the same to int32 kernels, which take their settings as float32. */
const isExact = (value: number) => Number.isInteger(value) && Math.abs(value) <= 2 ** 24;

const logicalNot: SimdKernel<Input> = (backend, { x }) =>
  x.dtype === "bool" ? run(backend, UnaryOp.LogicalNot, x, "bool", 0, 0) : null;

const casts: Readonly<Record<string, UnaryOp>> = {
  "float32 int32": UnaryOp.FloatToInt,
  "float32 bool": UnaryOp.FloatToBool,
  "int32 float32": UnaryOp.IntToFloat,
  "int32 bool": UnaryOp.IntToBool,
  "bool float32": UnaryOp.BoolToFloat,
  "bool int32": UnaryOp.BoolToInt,
};

/**
 * Unlike the stock kernel's, results never share data of another type: kernels of ours read memory as the
 * type that a tensor says it has.
 */
const cast: SimdKernel<Input, { dtype: NumericType }> = (backend, { x }, { dtype }) => {
  if (x.dtype === dtype) return backend.alias(x, x.shape);
  const op = casts[`${x.dtype} ${dtype}`];
  return op === undefined ? null : run(backend, op, x, dtype, 0, 0);
};

/** The kernels of this file. */
export const unaryKernels: KernelTable = {
  Abs: ofNumbers(UnaryOp.Abs, UnaryOp.IntAbs),
  Cast: cast,
  Ceil: ofFloats(UnaryOp.Ceil),
  ClipByValue: clipByValue,
  Cos: ofFloats(UnaryOp.Cos),
  Elu: ofFloats(UnaryOp.Elu),
  Exp: ofFloats(UnaryOp.Exp),
  Expm1: ofFloats(UnaryOp.Expm1),
  Floor: ofFloats(UnaryOp.Floor),
  IsFinite: test(UnaryOp.IsFinite),
  IsInf: test(UnaryOp.IsInf),
  IsNan: test(UnaryOp.IsNan),
  LeakyRelu: leakyRelu,
  Log: ofFloats(UnaryOp.Log),
  Log1p: ofFloats(UnaryOp.Log1p),
  LogicalNot: logicalNot,
  Neg: ofNumbers(UnaryOp.Neg, UnaryOp.IntNeg),
  Reciprocal: ofFloats(UnaryOp.Reciprocal),
  Relu: ofNumbers(UnaryOp.Relu, UnaryOp.IntRelu),
  Relu6: ofNumbers(UnaryOp.Relu6, UnaryOp.IntRelu6, 6),
  Round: ofFloats(UnaryOp.Round),
  Rsqrt: ofFloats(UnaryOp.Rsqrt),
  Selu: ofFloats(UnaryOp.Selu, tf.backend_util.SELU_SCALE, tf.backend_util.SELU_SCALEALPHA),
  Sigmoid: ofFloats(UnaryOp.Sigmoid),
  Sign: ofNumbers(UnaryOp.Sign, UnaryOp.IntSign),
  Sin: ofFloats(UnaryOp.Sin),
  Softplus: ofFloats(UnaryOp.Softplus),
  Sqrt: ofFloats(UnaryOp.Sqrt),
  Square: ofNumbers(UnaryOp.Square, UnaryOp.IntSquare),
  Step: step,
  Tanh: ofFloats(UnaryOp.Tanh),
};
