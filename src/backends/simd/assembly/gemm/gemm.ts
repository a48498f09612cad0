/**
 * Matrix products C = activation(A·B + bias), or C += A·B, of float32 matrices in row-major order.
 *
 * For other kernels of this module (addresses and strides in bytes; A is [m, k], B is [k, n], each
 * possibly stored transposed):
 *
 * - On the owner thread, outside any task, on all threads: fill a `Product` by `describe`, or `GEMM`,
 *   which is one at a fixed address; set accumulate, bias, activation where wanted; `split` it; `run`
 *   it with `workspaceBytes` of memory.
 * - Inside a task, on its thread alone: `packB` a matrix once, anywhere, `packedBytes` long, and
 *   `multiplyPacked` by it as often as needed. Uses the first `GEMM_SCRATCH` bytes of the thread's
 *   scratch memory, and what stands there is lost.
 */
import { ARGUMENTS } from "../pool";
import { findPlainRows, LOCAL_B, multiply, ownProduct, packedAt, padded, Product, stepsOf } from "./blocks";
import { LINEAR } from "./epilogue";
import { packColumnsA, packColumnsB, packRowsA, packRowsB } from "./pack";
import { run, split, splitSteps, workspaceBytes } from "./split";

/** A product's description for kernels that need but one. */
export const GEMM: usize = ARGUMENTS + 8192;

/** Bytes at the start of a thread's scratch memory that `multiplyPacked` uses. */
export const GEMM_SCRATCH: usize = LOCAL_B;

/** As `Product.packA` wants it, of A as it is. */
export function packPlainA(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize): void {
  packRowsA(product.a + <usize> m * product.strideA + (<usize> k << 2), product.strideA, rows, steps, to);
}

/** As `Product.packA` wants it, of A stored as [k, m]. */
export function packTransposedA(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize): void {
  packColumnsA(product.a + <usize> k * product.strideA + (<usize> m << 2), product.strideA, rows, steps, to);
}

/** As `Product.packB` wants it, of B as it is. */
export function packPlainB(product: Product, k: i32, steps: i32, n: i32, columns: i32, to: usize): void {
  packRowsB(product.b + <usize> k * product.strideB + (<usize> n << 2), product.strideB, columns, steps, to);
}

/** As `Product.packB` wants it, of B stored as [n, k]. */
export function packTransposedB(product: Product, k: i32, steps: i32, n: i32, columns: i32, to: usize): void {
  packColumnsB(product.b + <usize> n * product.strideB + (<usize> k << 2), product.strideB, columns, steps, to);
}

/** Describes C = A·B. Strides are bytes between two rows as stored. */
export function describe(
  product: Product, m: i32, n: i32, k: i32, a: usize, strideA: usize, transposeA: bool, b: usize, strideB: usize,
  transposeB: bool, c: usize, strideC: usize,
): void {
  product.m = m;
  product.n = n;
  product.k = k;
  product.a = a;
  product.strideA = strideA;
  product.packA = transposeA ? packTransposedA.index : packPlainA.index;
  product.b = b;
  product.strideB = strideB;
  product.packB = transposeB ? packTransposedB.index : packPlainB.index;
  product.c = c;
  product.strideC = strideC;
  product.packParts = 0;
  product.rowsAlike = 0;
  product.findRows = findPlainRows.index;
  product.accumulate = 0;
  product.bias = 0;
  product.activation = LINEAR;
  product.packedB = 0;
  product.inPlaceB = 0;
}

/** Bytes of a packed [k, n] matrix. */
export function packedBytes(n: i32, k: i32): usize {
  return <usize> k * <usize> padded(n) << 2;
}

/** Packs a matrix B, [k, n], for `multiplyPacked`. */
export function packB(b: usize, strideB: usize, transposeB: bool, n: i32, k: i32, to: usize): void {
  const product = ownProduct();
  describe(product, 0, n, k, 0, 0, false, b, strideB, transposeB, 0, 0);
  product.packedB = to;
  const most = stepsOf(k);
  for (let i = 0; i < k; i += most) {
    const steps = min(most, k - i);
    call_indirect<void>(product.packB, product, i, steps, 0, n, packedAt(product, i, steps, 0));
  }
}

/** C = A·B, or C += A·B, of a B that `packB` packed, on this thread alone. */
export function multiplyPacked(
  m: i32, n: i32, k: i32, a: usize, strideA: usize, transposeA: bool, packed: usize, c: usize, strideC: usize,
  accumulate: bool,
): void {
  const product = ownProduct();
  describe(product, m, n, k, a, strideA, transposeA, 0, 0, false, c, strideC);
  product.packedB = packed;
  multiply(product, 0, m, 0, n, 0, k, accumulate, false);
}

/** As `sizeProduct`, for products of long K. */
export function sizeLongProduct(m: i32, n: i32, k: i32): Product {
  const product = sizeProduct(m, n, k);
  splitSteps(product);
  return product;
}

/** `GEMM`, with nothing but its sizes and their split. */
export function sizeProduct(m: i32, n: i32, k: i32): Product {
  const product = changetype<Product>(GEMM);
  product.m = m;
  product.n = n;
  product.k = k;
  split(product);
  return product;
}

/** Bytes of workspace that `gemm` needs for these sizes. */
export function gemmWorkspace(m: i32, n: i32, k: i32): usize {
  return workspaceBytes(sizeProduct(m, n, k));
}

/**
 * C = activation(A·B + bias) on all threads, all matrices contiguous. `flags`: 1 for A stored as
 * [k, m], 2 for B stored as [n, k], 4 to add to C.
 */
export function gemm(
  m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, flags: i32, bias: usize, activation: i32, alpha: f32,
  slopes: usize, workspace: usize,
): void {
  const product = changetype<Product>(GEMM);
  const transposeA = (flags & 1) !== 0, transposeB = (flags & 2) !== 0;
  const strideA = <usize> (transposeA ? m : k) << 2, strideB = <usize> (transposeB ? k : n) << 2;
  describe(product, m, n, k, a, strideA, transposeA, b, strideB, transposeB, c, <usize> n << 2);
  product.accumulate = flags >> 2 & 1;
  product.bias = bias;
  product.activation = activation;
  product.alpha = alpha;
  product.slopes = slopes;
  split(product);
  run(product, workspace);
}
