/** Reductions over any axes: sums, means, products, extremes and where they lie, any and all. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/reduce_rows.ts, assembly/reduce_columns.ts and assembly/arg_extreme.ts export. */
interface ReduceExports {
  rowsScratch(rows: number, length: number): number;
  reduceRows(
    kind: number,
    x: number,
    out: number,
    rows: number,
    length: number,
    divisor: number,
    scratch: number,
  ): void;
  reduceColumnsScratch(kind: number, length: number, inner: number): number;
  reduceColumns(
    kind: number,
    x: number,
    out: number,
    outer: number,
    length: number,
    inner: number,
    divisor: number,
    scratch: number,
  ): void;
  argExtreme(
    x: number,
    out: number,
    outer: number,
    length: number,
    inner: number,
    integers: boolean,
    smallest: boolean,
  ): void;
}

/** As assembly/reduce_kinds.ts numbers them. */
const KINDS = {
  sumFloats: 0,
  maxFloats: 1,
  minFloats: 2,
  sumIntegers: 3,
  maxIntegers: 4,
  minIntegers: 5,
  productFloats: 6,
  sumBools: 7,
  any: 8,
  all: 9,
} as const;

type Kind = typeof KINDS[keyof typeof KINDS];
type NumericType = "float32" | "int32" | "bool";
type Axes = number | readonly number[] | null | undefined;

/** What a reduction does to inputs of each dtype; others go to the stock kernel. */
type Rule = Partial<Record<tf.DataType, { readonly kind: Kind; readonly dtype: NumericType }>>;

interface AxisAttributes {
  readonly axis?: Axes;
  readonly keepDims?: boolean;
}

/** Bit i is set where axis i is reduced; -1 where an axis is none of x or stands twice, or the list is empty. */
function axisMask(axes: Axes, rank: number): number {
  if (axes === null || axes === undefined) return 2 ** rank - 1;
  if (typeof axes === "number") return axisBit(axes, rank);
  let mask = axes.length === 0 ? -1 : 0;
  for (let i = 0; i < axes.length && mask >= 0; i++) {
    const bit = axisBit(axes[i]!, rank);
    mask = bit < 0 || (mask & bit) !== 0 ? -1 : mask | bit;
  }
  return mask;
}

function axisBit(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && positive >= 0 && positive < rank ? 1 << positive : -1;
}

function reducedShape(shape: readonly number[], mask: number, keepDims = false): number[] {
  const kept: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    if ((mask >> i & 1) === 0) kept.push(shape[i]!);
    else if (keepDims) kept.push(1);
  }
  return kept;
}

/** A view of x as [outer, length, inner] whose middle is reduced; `before` are axes of `outer` still to reduce. */
interface Middle {
  outer: number;
  length: number;
  inner: number;
  before: number;
}

/** The last run of reduced axes. Axes of size 1 are skipped. */
function lastRun(shape: readonly number[], mask: number): Middle {
  let [outer, length, inner, before] = [1, 1, 1, 0];
  for (let i = shape.length - 1; i >= 0; i--) {
    const side = shape[i]!;
    if (side === 1) continue;
    const reduced = (mask >> i & 1) === 1;
    if (outer > 1 || (!reduced && length > 1)) {
      outer *= side;
      if (reduced) before |= 1 << i;
    } else if (reduced) length *= side;
    else inner *= side;
  }
  return { outer, length, inner, before };
}

/** Reduces the middle axis of [outer, length, inner]. */
function reduceMiddle(
  backend: SimdBackend,
  kind: Kind,
  x: number,
  out: number,
  { outer, length, inner }: Middle,
  divisor: number,
): void {
  const kernels = wasm<ReduceExports>(backend);
  const bytes = inner === 1
    ? kernels.rowsScratch(outer, length)
    : kernels.reduceColumnsScratch(kind, length, inner);
  const { heap } = backend.threads;
  const scratch = bytes === 0 ? 0 : heap.allocate(bytes);
  if (inner === 1) kernels.reduceRows(kind, x, out, outer, length, divisor, scratch);
  else kernels.reduceColumns(kind, x, out, outer, length, inner, divisor, scratch);
  if (bytes !== 0) heap.free(scratch);
}

/** Reduces all axes of the mask. */
function reduce(
  backend: SimdBackend,
  x: tf.TensorInfo,
  axes: Axes,
  keepDims: boolean | undefined,
  rule: Rule,
  mean = false,
): tf.TensorInfo | null {
  const found = rule[x.dtype];
  const mask = axisMask(axes, x.shape.length);
  if (found === undefined || mask < 0) return null;
  const shape = reducedShape(x.shape, mask, keepDims);
  const outputSize = sizeOf(shape);
  const size = sizeOf(x.shape);
  if (size === 0) return null;
  if (size === outputSize && found.dtype === x.dtype) return backend.alias(x, shape);
  const output = backend.output(shape, found.dtype);
  const divisor = mean ? size / outputSize : 1;
  reduceRuns(backend, found.kind, x, mask, output, divisor);
  return output;
}

/** One run of axes after the other, the last first, by way of intermediate results. */
function reduceRuns(
  backend: SimdBackend,
  kind: Kind,
  x: tf.TensorInfo,
  mask: number,
  output: tf.TensorInfo,
  divisor: number,
): void {
  const middle = lastRun(x.shape, mask);
  if (middle.before === 0) {
    reduceMiddle(backend, kind, backend.address(x), backend.address(output), middle, divisor);
    return;
  }
  const part = backend.output(
    reducedShape(x.shape, mask & ~middle.before, true),
    output.dtype as NumericType,
  );
  reduceMiddle(backend, kind, backend.address(x), backend.address(part), middle, 1);
  const next = kind === KINDS.sumBools ? KINDS.sumIntegers : kind;
  reduceRuns(backend, next, part, middle.before, output, divisor);
  backend.disposeIntermediateTensorInfo(part);
}

const SUM: Rule = {
  float32: { kind: KINDS.sumFloats, dtype: "float32" },
  int32: { kind: KINDS.sumIntegers, dtype: "int32" },
  bool: { kind: KINDS.sumBools, dtype: "int32" },
};
const MEAN: Rule = { float32: SUM.float32! };
const PRODUCT: Rule = { float32: { kind: KINDS.productFloats, dtype: "float32" } };
const ANY: Rule = { bool: { kind: KINDS.any, dtype: "bool" } };
const ALL: Rule = { bool: { kind: KINDS.all, dtype: "bool" } };
const MAX: Rule = {
  float32: { kind: KINDS.maxFloats, dtype: "float32" },
  int32: { kind: KINDS.maxIntegers, dtype: "int32" },
};
const MIN: Rule = {
  float32: { kind: KINDS.minFloats, dtype: "float32" },
  int32: { kind: KINDS.minIntegers, dtype: "int32" },
};

type Input = Record<"x", tf.TensorInfo>;

const byAxis = (rule: Rule, mean = false): SimdKernel<Input, AxisAttributes> =>
(
  backend,
  { x },
  { axis, keepDims },
) => reduce(backend, x, axis, keepDims, rule, mean);

/** Max alone calls its axes otherwise. */
const max: SimdKernel<Input, { reductionIndices?: Axes; keepDims?: boolean }> = (
  backend,
  { x },
  { reductionIndices, keepDims },
) => reduce(backend, x, reductionIndices, keepDims, MAX);

/** Along one axis; of several, which TensorFlow.js does not document, the stock kernel makes what it does. */
const argExtreme =
  (smallest: boolean): SimdKernel<Input, AxisAttributes> => (backend, { x }, { axis }) => {
    const { shape, dtype } = x;
    const mask = axisMask(axis, shape.length);
    const single = mask > 0 && (mask & (mask - 1)) === 0;
    const size = sizeOf(shape);
    if (!single || size === 0 || (dtype !== "float32" && dtype !== "int32")) return null;
    const length = shape[31 - Math.clz32(mask)]!;
    let inner = 1;
    for (let i = shape.length - 1; (mask >> i & 1) === 0; i--) inner *= shape[i]!;
    const output = backend.output(reducedShape(shape, mask), "int32");
    const [from, to, outer] = [backend.address(x), backend.address(output), size / length / inner];
    const integers = dtype === "int32";
    wasm<ReduceExports>(backend).argExtreme(from, to, outer, length, inner, integers, smallest);
    return output;
  };

/** The kernels of this file. */
export const reduceKernels: KernelTable = {
  Sum: byAxis(SUM),
  Mean: byAxis(MEAN, true),
  Prod: byAxis(PRODUCT),
  Any: byAxis(ANY),
  All: byAxis(ALL),
  Max: max,
  Min: byAxis(MIN),
  ArgMax: argExtreme(false),
  ArgMin: argExtreme(true),
};
