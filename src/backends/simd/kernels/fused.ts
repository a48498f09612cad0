/** Bias and activation, as tfjs's fused ops define them: what our kernels apply themselves, and what follows. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { sizeOf } from "./kernel.ts";

/** The part of a fused op's inputs that is not multiplied. */
export interface FusedInputs {
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

/** The part of a fused op's attributes that says what follows the product. */
export interface FusedAttributes {
  readonly activation?: string | null;
  readonly leakyreluAlpha?: number;
}

/** What a product's kernel applies to its finished sums: its last four parameters. */
export interface Epilogue {
  /** Address of one value a column, or 0. */
  readonly bias: number;
  /** A code of assembly/gemm/epilogue.ts. */
  readonly activation: number;
  readonly alpha: number;
  /** Address of one value a column, or 0. */
  readonly slopes: number;
}

/** Nothing. */
export const PLAIN: Epilogue = { bias: 0, activation: 0, alpha: 0, slopes: 0 };

/** Activations: codes of assembly/gemm/epilogue.ts, and kernels of their own. */
const ACTIVATIONS: Readonly<Record<string, readonly [code: number, kernel: string]>> = {
  linear: [0, "Identity"],
  relu: [1, "Relu"],
  relu6: [2, "Relu6"],
  leakyrelu: [3, "LeakyRelu"],
  prelu: [4, "Prelu"],
  elu: [5, "Elu"],
  sigmoid: [6, "Sigmoid"],
  tanh: [7, "Tanh"],
};

/**
 * Runs a product whose last axis has `columns` values with bias and activation. Where these are not one
 * value a column, and so not for the product's kernel, ops of their own follow it. Null where the
 * activation is unknown.
 */
export function withEpilogue(
  backend: SimdBackend,
  columns: number,
  { bias, preluActivationWeights: slopes }: FusedInputs,
  { activation, leakyreluAlpha: alpha = 0.2 }: FusedAttributes,
  product: (epilogue: Epilogue) => tf.TensorInfo | null,
): tf.TensorInfo | null {
  const kind = activation ?? "linear";
  const known = ACTIVATIONS[kind];
  if (known === undefined) return null;
  const [code, kernel] = known;
  const biasFits = !bias || isRow(bias, columns);
  const inside = biasFits && (kind !== "prelu" || isRow(slopes!, columns));
  const y = product({
    bias: bias && biasFits ? backend.address(bias) : 0,
    activation: inside ? code : 0,
    alpha,
    slopes: kind === "prelu" && inside ? backend.address(slopes!) : 0,
  });
  if (y === null || inside) return y;
  const sum = biasFits ? y : then(backend, "Add", { a: y, b: bias }, {}, y);
  if (kind === "linear") return sum;
  const inputs = kind === "prelu" ? { x: sum, alpha: slopes! } : { x: sum };
  return then(backend, kernel, inputs, { alpha }, sum);
}

/** Whether a tensor holds one float32 a column, for every row the same. */
function isRow({ shape, dtype }: tf.TensorInfo, columns: number): boolean {
  return dtype === "float32" && shape.at(-1) === columns && sizeOf(shape) === columns;
}

/** The result of a kernel, after which `done` is disposed of. */
function then(
  backend: SimdBackend,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: Record<string, number>,
  done: tf.TensorInfo,
): tf.TensorInfo {
  const result = tf.getKernel(name, "simd")!.kernelFunc({ inputs, attrs, backend });
  backend.disposeIntermediateTensorInfo(done);
  return result as tf.TensorInfo;
}
