/** Compares kernels of the simd backend with the stock cpu ones over random shapes, in a guarded heap. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { keepReference, REFERENCE } from "../../../src/backends/reference.ts";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";

/** A tensor to be made on either backend. */
export interface Input {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly dtype: "float32" | "int32" | "bool";
}

/** One call of a kernel. Inputs by name, or in a list as Concat takes them. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, Input>> | readonly Input[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a kernel returned. */
export interface Output {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

/** So that addresses of tensors are beyond 2 GiB, where a number with a sign is negative. */
const START = 2 ** 31 - 2 ** 20;

/** Starts the backend with guard zones around every tensor, on two threads. */
export async function openGuardedSimd(
  options: { relaxed?: boolean; exactConv?: boolean } = {},
): Promise<SimdBackend> {
  const backend = await registerSimd({
    ...options,
    threads: 2,
    start: START,
    guarded: true,
    startWorker: startUnreferencedWorker,
  });
  keepReference();
  await tf.setBackend(SIMD);
  return backend;
}

/** A float32 input of N(0, 1). */
export function normal(rng: Rng, shape: readonly number[]): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, dtype: "float32", values: rng.fillNormal(new Float32Array(size)) };
}

/** An integer from `low` to `high`, both included. */
export function between(rng: Rng, low: number, high: number): number {
  return low + Math.floor(rng.uniform(0, 1) * (high - low + 1));
}

/** One of the values. */
export function oneOf<T>(rng: Rng, values: readonly T[]): T {
  return values[between(rng, 0, values.length - 1)]!;
}

/** Runs a kernel on a backend and reads what it returned. Leaves no tensor behind. */
export async function runKernel(
  backend: typeof SIMD | typeof REFERENCE,
  kernelName: string,
  { inputs, attributes }: KernelCall,
): Promise<Output[]> {
  if (tf.getBackend() !== backend) await tf.setBackend(backend);
  const make = ({ values, shape, dtype }: Input) => tf.tensor(values.slice(), [...shape], dtype);
  const outputs = tf.tidy(() => {
    const made = Array.isArray(inputs)
      ? inputs.map(make)
      : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, make(input)]));
    const result = tf.engine().runKernel(kernelName, made as never, attributes as never);
    return [result].flat() as tf.Tensor[];
  });
  const read = await Promise.all(
    outputs.map(async (tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: await tensor.data() as ArrayLike<number>,
    })),
  );
  tf.dispose(outputs);
  return read;
}

/**
 * The largest difference as a fraction of the largest finite value expected. Infinite where shapes, dtypes,
 * or the places of NaN and infinities differ.
 */
export function relativeError(got: Output | undefined, expected: Output): number {
  if (got === undefined || got.dtype !== expected.dtype) return Infinity;
  if (got.shape.join() !== expected.shape.join()) return Infinity;
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.values.length; i++) {
    const [value, truth] = [got.values[i]!, expected.values[i]!];
    if (Object.is(value, truth) || value === truth) {
      if (Number.isFinite(truth)) scale = Math.max(scale, Math.abs(truth));
      continue;
    }
    if (!Number.isFinite(value) || !Number.isFinite(truth)) return Infinity;
    difference = Math.max(difference, Math.abs(value - truth));
    scale = Math.max(scale, Math.abs(truth));
  }
  return difference === 0 ? 0 : difference / scale;
}

/** How many random calls each kernel is compared over. */
export const CASES = 200;
/** Calls between two changes of the backend, which takes longer than a small call. */
const TURN = 20;

/**
 * Compares a kernel with the stock one over `CASES` random calls, and checks after each that nothing
 * outside the tensors was written. Reading outside yields NaN there, and so fails too.
 */
export async function compareWithStock(
  backend: SimdBackend,
  kernelName: string,
  draw: (rng: Rng, i: number) => KernelCall,
  bound = 1e-4,
  cases = CASES,
): Promise<void> {
  const rng = new Rng(1, kernelName);
  for (let first = 0; first < cases; first += TURN) {
    const count = Math.min(TURN, cases - first);
    const calls = Array.from({ length: count }, (_, k) => draw(rng, first + k));
    const truths: Output[][] = [];
    for (const call of calls) truths.push(await runKernel(REFERENCE, kernelName, call));
    for (const [i, call] of calls.entries()) {
      const got = await runKernel(SIMD, kernelName, call);
      backend.threads.heap.checkGuards();
      for (const [k, truth] of truths[i]!.entries()) {
        const error = relativeError(got[k], truth);
        const where = `${kernelName}, case ${first + i}, output ${k}`;
        assert(error <= bound, `${where}: error ${error}; ${say(call)}`);
      }
    }
  }
}

function say({ inputs, attributes }: KernelCall): string {
  const shapes = Object.entries(inputs).map(([name, { shape, dtype }]: [string, Input]) =>
    `${name} ${dtype}[${shape}]`
  );
  return `${shapes.join(", ")} ${JSON.stringify(attributes)}`;
}
