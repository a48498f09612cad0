/** Compares ops and their gradients between a backend and the stock cpu one, on seeded random data. */
import * as tf from "@tensorflow/tfjs";
import { Rng } from "../core/rng.ts";
import type { BackendName } from "../core/protocol.ts";
import type { OpCase, OpInput } from "./op_cases.ts";
import { keepReference, REFERENCE } from "./reference.ts";

/** Errors above this fail. Float32 sums in another order stay below it; a wrong kernel does not. */
export const ERROR_BOUND = 1e-4;

/** How one op compares with the stock cpu backend. */
export interface OpReport {
  readonly name: string;
  /**
   * Max relative error: the largest difference between the two backends as a fraction of the largest
   * value of the stock result. Infinite where the op failed, gave another shape or numbers not finite.
   */
  readonly forward: number;
  /** Likewise of the gradients for all inputs; null for ops that have none. */
  readonly gradient: number | null;
  readonly bound: number;
  readonly passed: boolean;
  /** What the op threw, or what the device reported meanwhile; null where neither. */
  readonly failure: string | null;
}

interface Results {
  readonly forward: Result;
  readonly gradients: readonly Result[];
}

interface Result {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * Runs an op on `backend` and on the stock cpu backend and compares. Leaves no tensor behind, and `backend` set.
 * `seed` decides the data, the same on every machine.
 */
export async function checkOp(
  opCase: OpCase,
  backend: BackendName,
  seed: number,
): Promise<OpReport> {
  const { name, differentiable } = opCase;
  try {
    keepReference();
    const expected = await runOn(REFERENCE, opCase, seed);
    const got = await runOn(backend, opCase, seed);
    const forward = relativeError(got.forward, expected.forward);
    const gradient = differentiable
      ? Math.max(...expected.gradients.map((result, i) => relativeError(got.gradients[i], result)))
      : null;
    const passed = forward <= ERROR_BOUND && (gradient ?? 0) <= ERROR_BOUND;
    return { name, forward, gradient, bound: ERROR_BOUND, passed, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const gradient = differentiable ? Infinity : null;
    return { name, forward: Infinity, gradient, bound: ERROR_BOUND, passed: false, failure };
  } finally {
    await tf.setBackend(backend);
  }
}

/** The op's value, and its gradients for a random cotangent, read back from a backend. */
async function runOn(
  backend: BackendName | typeof REFERENCE,
  opCase: OpCase,
  seed: number,
): Promise<Results> {
  await tf.setBackend(backend);
  const rng = new Rng(seed, opCase.name);
  const outputs = tf.tidy(() => {
    const inputs = opCase.inputs.map((input) => tf.tensor(draw(input, rng), [...input.shape]));
    const value = opCase.run(...inputs);
    if (!opCase.differentiable) return [value];
    const cotangent = tf.tensor(rng.fillNormal(new Float32Array(value.size)), value.shape);
    return [value, ...tf.grads((...x: tf.Tensor[]) => opCase.run(...x))(inputs, cotangent)];
  });
  try {
    const [forward, ...gradients] = await Promise.all(outputs.map(read)) as [Result, ...Result[]];
    return { forward, gradients };
  } finally {
    tf.dispose(outputs);
  }
}

async function read(tensor: tf.Tensor): Promise<Result> {
  return { shape: tensor.shape, values: await tensor.data() };
}

function draw({ shape, draw }: OpInput, rng: Rng): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  return draw === "normal" ? rng.fillNormal(values) : values.map(() => rng.uniform(0.5, 2));
}

function relativeError(got: Result | undefined, expected: Result): number {
  if (got === undefined || got.shape.join() !== expected.shape.join()) return Infinity;
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.values.length; i++) {
    const [value, truth] = [got.values[i]!, expected.values[i]!];
    if (!Number.isFinite(value)) return Infinity;
    difference = Math.max(difference, Math.abs(value - truth));
    scale = Math.max(scale, Math.abs(truth));
  }
  return difference === 0 ? 0 : difference / scale;
}
