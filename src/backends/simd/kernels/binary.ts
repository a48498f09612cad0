/** Kernels of two inputs, one of which is repeated along the other where their shapes differ. */
import type * as tf from "@tensorflow/tfjs";
import { BinaryOp } from "../assembly/op_codes.ts";
import type { SimdBackend } from "../backend.ts";
import { broadcastLoops, broadcastShape, sameShape } from "./broadcast.ts";
import type { NumericType } from "./copy.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** Which operand is one number for the whole row. As `Mode` of assembly/binary_rows.ts. */
const [BOTH_MOVE, B_STAYS, A_STAYS] = [0, 1, 2];

/** What assembly/binary.ts exports. */
export interface BinaryExports {
  /** y = f(a, b) for `n` elements, where f takes the setting `p`. */
  binary(op: BinaryOp, mode: number, a: number, b: number, y: number, n: number, p: number): void;
  /** The same for rows, in three nested loops, and how many elements a and b advance in each. */
  // deno-fmt-ignore
  binaryRows(
    op: BinaryOp, mode: number, a: number, b: number, y: number,
    rows0: number, rows1: number, rows2: number, columns: number,
    a0: number, a1: number, a2: number, b0: number, b1: number, b2: number,
  ): void;
}

/** f(a, b) as a tensor of `dtype`; null where the shapes do not fit, or take too many loops. */
function run(
  backend: SimdBackend,
  op: BinaryOp,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  dtype: NumericType,
): tf.TensorInfo | null {
  if (sameShape(a.shape, b.shape)) return row(backend, op, BOTH_MOVE, a, b, a.shape, dtype);
  if (isNumber(b, a)) return row(backend, op, B_STAYS, a, b, a.shape, dtype);
  if (isNumber(a, b)) return row(backend, op, A_STAYS, a, b, b.shape, dtype);
  return rows(backend, op, a, b, dtype);
}

/** Whether `x` is one number, and the result has the shape of `other`. */
function isNumber({ shape }: tf.TensorInfo, other: tf.TensorInfo): boolean {
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1) return false;
  return shape.length <= other.shape.length;
}

function row(
  backend: SimdBackend,
  op: BinaryOp,
  mode: number,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  shape: readonly number[],
  dtype: NumericType,
): tf.TensorInfo {
  const first = backend.address(a);
  const second = backend.address(b);
  const output = backend.output(shape, dtype);
  const target = backend.address(output);
  wasm<BinaryExports>(backend).binary(op, mode, first, second, target, sizeOf(shape), 0);
  return output;
}

function rows(
  backend: SimdBackend,
  op: BinaryOp,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  dtype: NumericType,
): tf.TensorInfo | null {
  const shape = broadcastShape(a.shape, b.shape);
  const loops = shape && broadcastLoops(a.shape, b.shape);
  if (!shape || !loops) return null;
  const { sides, a: stepsA, b: stepsB } = loops;
  const mode = stepsA[0] === 0 ? A_STAYS : stepsB[0] === 0 ? B_STAYS : BOTH_MOVE;
  const first = backend.address(a);
  const second = backend.address(b);
  const output = backend.output(shape, dtype);
  // deno-fmt-ignore
  wasm<BinaryExports>(backend).binaryRows(
    op, mode, first, second, backend.address(output),
    sides[3]!, sides[2]!, sides[1]!, sides[0]!,
    stepsA[3]!, stepsA[2]!, stepsA[1]!, stepsB[3]!, stepsB[2]!, stepsB[1]!,
  );
  return output;
}

interface Operands {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
}

/** Of two float32 or two int32 to the same type. */
const arithmetic =
  (op: BinaryOp, intOp?: BinaryOp): SimdKernel<Operands> => (backend, { a, b }) => {
    if (a.dtype !== b.dtype) return null;
    if (a.dtype === "float32") return run(backend, op, a, b, "float32");
    return a.dtype === "int32" && intOp !== undefined ? run(backend, intOp, a, b, "int32") : null;
  };

/** To bool. */
const comparison = (op: BinaryOp, intOp: BinaryOp, boolOp?: BinaryOp): SimdKernel<Operands> =>
(
  backend,
  { a, b },
) => {
  if (a.dtype !== b.dtype) return null;
  if (a.dtype === "float32") return run(backend, op, a, b, "bool");
  if (a.dtype === "int32") return run(backend, intOp, a, b, "bool");
  return a.dtype === "bool" && boolOp !== undefined ? run(backend, boolOp, a, b, "bool") : null;
};

/** The same with its operands exchanged: a < b is b > a. */
const exchanged =
  (kernel: SimdKernel<Operands>): SimdKernel<Operands> => (backend, { a, b }, none) =>
    kernel(backend, { a: b, b: a }, none);

const logical = (op: BinaryOp): SimdKernel<Operands> => (backend, { a, b }) =>
  a.dtype === "bool" && b.dtype === "bool" ? run(backend, op, a, b, "bool") : null;

/** To int32, as the stock kernel has it. */
const floorDiv: SimdKernel<Operands> = (backend, { a, b }) => {
  if (a.dtype !== b.dtype) return null;
  if (a.dtype === "float32") return run(backend, BinaryOp.FloorDiv, a, b, "int32");
  return a.dtype === "int32" ? run(backend, BinaryOp.IntFloorDiv, a, b, "int32") : null;
};

const prelu: SimdKernel<Record<"x" | "alpha", tf.TensorInfo>> = (backend, { x, alpha }) =>
  x.dtype === "float32" && alpha.dtype === "float32"
    ? run(backend, BinaryOp.Prelu, x, alpha, "float32")
    : null;

/** Adds up in the order of the inputs. */
const addN: SimdKernel<readonly tf.TensorInfo[]> = (backend, inputs) => {
  const [first, ...others] = inputs;
  const { shape, dtype } = first!;
  if (dtype !== "float32" && dtype !== "int32") return null;
  const alike = (x: tf.TensorInfo) => x.dtype === dtype && sameShape(x.shape, shape);
  if (!others.every(alike)) return null;
  if (others.length === 0) return backend.alias(first!, shape);
  const op = dtype === "float32" ? BinaryOp.Add : BinaryOp.IntAdd;
  const sum = row(backend, op, BOTH_MOVE, first!, others[0]!, shape, dtype);
  const { binary } = wasm<BinaryExports>(backend);
  const [target, size] = [backend.address(sum), sizeOf(shape)];
  for (let i = 1; i < others.length; i++) {
    binary(op, BOTH_MOVE, target, backend.address(others[i]!), target, size, 0);
  }
  return sum;
};

const { Greater, GreaterEqual, IntGreater, IntGreaterEqual } = BinaryOp;
const greater = comparison(Greater, IntGreater);
const greaterEqual = comparison(GreaterEqual, IntGreaterEqual);

/** The kernels of this file. */
export const binaryKernels: KernelTable = {
  Add: arithmetic(BinaryOp.Add, BinaryOp.IntAdd),
  AddN: addN,
  Equal: comparison(BinaryOp.Equal, BinaryOp.IntEqual, BinaryOp.BoolEqual),
  FloorDiv: floorDiv,
  Greater: greater,
  GreaterEqual: greaterEqual,
  Less: exchanged(greater),
  LessEqual: exchanged(greaterEqual),
  LogicalAnd: logical(BinaryOp.LogicalAnd),
  LogicalOr: logical(BinaryOp.LogicalOr),
  Maximum: arithmetic(BinaryOp.Maximum, BinaryOp.IntMaximum),
  Minimum: arithmetic(BinaryOp.Minimum, BinaryOp.IntMinimum),
  Mod: arithmetic(BinaryOp.Mod, BinaryOp.IntMod),
  Multiply: arithmetic(BinaryOp.Multiply, BinaryOp.IntMultiply),
  NotEqual: comparison(BinaryOp.NotEqual, BinaryOp.IntNotEqual, BinaryOp.BoolNotEqual),
  Pow: arithmetic(BinaryOp.Pow),
  Prelu: prelu,
  RealDiv: arithmetic(BinaryOp.RealDiv),
  SquaredDifference: arithmetic(BinaryOp.SquaredDifference, BinaryOp.IntSquaredDifference),
  Sub: arithmetic(BinaryOp.Sub, BinaryOp.IntSub),
};
