/** Matrix products: single, batched with broadcasting, fused with bias and activation. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import {
  type Epilogue,
  type FusedAttributes,
  type FusedInputs,
  PLAIN,
  withEpilogue,
} from "./fused.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

type Info = tf.TensorInfo;

/** What assembly/gemm/gemm.ts and batch.ts export. */
interface GemmExports {
  gemmWorkspace(m: number, n: number, k: number): number;
  // deno-fmt-ignore
  gemm(
    m: number, n: number, k: number, a: number, b: number, c: number, flags: number, bias: number,
    activation: number, alpha: number, slopes: number, workspace: number,
  ): void;
  // deno-fmt-ignore
  gemmBatch(
    count: number, m: number, n: number, k: number, a: number, stepA: number, b: number,
    stepB: number, c: number, flags: number,
  ): void;
}

interface Inputs {
  readonly a: Info;
  readonly b: Info;
}

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Sizes of C = A·B, of which there are as many as the broadcast batches say. */
interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** 1 for A transposed, 2 for B transposed. */
  readonly flags: number;
  /** Batches of A, B and C. */
  readonly batchA: number;
  readonly batchB: number;
  readonly batch: number;
  readonly outShape: number[];
}

/** Multiply-adds from which one product of a batch is worth all threads. */
const WORTH_THREADS = 8e6;

/** Null where the stock kernel is to judge. */
function sizes({ a, b }: Inputs, { transposeA, transposeB }: Attributes): Sizes | null {
  if (a.dtype !== "float32" || b.dtype !== "float32") return null;
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  if (rankA < 2 || rankB < 2) return null;
  const m = a.shape[rankA - (transposeA ? 1 : 2)]!;
  const k = a.shape[rankA - (transposeA ? 2 : 1)]!;
  const n = b.shape[rankB - (transposeB ? 2 : 1)]!;
  if (b.shape[rankB - (transposeB ? 1 : 2)] !== k) return null;
  const flags = (transposeA ? 1 : 0) + (transposeB ? 2 : 0);
  if (rankA === 2 && rankB === 2) {
    return { m, n, k, flags, batchA: 1, batchB: 1, batch: 1, outShape: [m, n] };
  }
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const outShape = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const [batchA, batchB, batch] = [sizeOf(outerA), sizeOf(outerB), sizeOf(outShape)];
  outShape.push(m, n);
  return { m, n, k, flags, batchA, batchB, batch, outShape };
}

/** C = activation(A·B + bias), of contiguous matrices at these addresses. */
function multiply(
  backend: SimdBackend,
  { m, n, k, flags }: Pick<Sizes, "m" | "n" | "k" | "flags">,
  a: number,
  b: number,
  c: number,
  { bias, activation, alpha, slopes }: Epilogue,
): void {
  const kernels = wasm<GemmExports>(backend);
  const { heap } = backend.threads;
  const bytes = kernels.gemmWorkspace(m, n, k) >>> 0; // wasm's numbers have a sign
  const workspace = bytes === 0 ? 0 : heap.allocate(bytes);
  try {
    kernels.gemm(m, n, k, a, b, c, flags, bias, activation, alpha, slopes, workspace);
  } finally {
    if (workspace !== 0) heap.free(workspace);
  }
}

/** All products of a batch. */
function multiplyAll(backend: SimdBackend, { a, b }: Inputs, size: Sizes, y: Info): void {
  const { m, n, k, flags, batchA, batchB, batch } = size;
  const [atA, atB, atY] = [backend.address(a), backend.address(b), backend.address(y)];
  const uniform = (batchA === 1 || batchA === batch) && (batchB === 1 || batchB === batch);
  if (uniform && m * n * k < WORTH_THREADS) {
    const [stepA, stepB] = [batchA === 1 ? 0 : 4 * m * k, batchB === 1 ? 0 : 4 * k * n];
    wasm<GemmExports>(backend).gemmBatch(batch, m, n, k, atA, stepA, atB, stepB, atY, flags);
    return;
  }
  const [indexA, indexB] = [batchIndex(a.shape, size), batchIndex(b.shape, size)];
  for (let i = 0; i < batch; i++) {
    const [fromA, fromB] = [atA + 4 * m * k * indexA(i), atB + 4 * k * n * indexB(i)];
    multiply(backend, size, fromA, fromB, atY + 4 * m * n * i, PLAIN);
  }
}

/** From a product's number to the number of the matrix that a broadcast operand gives it. */
function batchIndex(shape: readonly number[], { outShape }: Sizes): (i: number) => number {
  const missing = outShape.length - shape.length;
  return (i) => {
    let [index, stride] = [0, 1];
    for (let axis = outShape.length - 3; axis >= missing; axis--) {
      const size = shape[axis - missing]!;
      if (size > 1) index += (i % outShape[axis]!) * stride;
      stride *= size;
      i = Math.floor(i / outShape[axis]!);
    }
    return index;
  };
}

/** Whether there is one product, or one B for all, so that the matrices of A are one tall one. */
const isOneProduct = ({ batch, batchB, flags }: Sizes) =>
  batch === 1 || (batchB === 1 && (flags & 1) === 0);

function product(backend: SimdBackend, inputs: Inputs, size: Sizes, epilogue: Epilogue): Info {
  const y = backend.output(size.outShape);
  if (sizeOf(size.outShape) === 0) return y;
  const [a, b] = [backend.address(inputs.a), backend.address(inputs.b)];
  if (isOneProduct(size)) {
    const m = size.m * size.batch;
    multiply(backend, { ...size, m }, a, b, backend.address(y), epilogue);
  } else multiplyAll(backend, inputs, size, y);
  return y;
}

const batchMatMul: SimdKernel<Inputs, Attributes> = (backend, inputs, attributes) => {
  const size = sizes(inputs, attributes);
  return size === null ? null : product(backend, inputs, size, PLAIN);
};

const fusedMatMul: SimdKernel<Inputs & FusedInputs, Attributes & FusedAttributes> = (
  backend,
  inputs,
  attributes,
) => {
  const size = sizes(inputs, attributes);
  if (size === null || !isOneProduct(size)) return null;
  return withEpilogue(
    backend,
    size.n,
    inputs,
    attributes,
    (epilogue) => product(backend, inputs, size, epilogue),
  );
};

/** The kernels of this file. */
export const matMulKernels: KernelTable = { BatchMatMul: batchMatMul, _FusedMatMul: fusedMatMul };
