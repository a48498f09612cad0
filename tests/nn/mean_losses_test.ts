import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import {
  meanAbsolute,
  meanSoftplus,
  meanSquare,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from "../../src/nn/mean_losses.ts";
import { backends, open } from "./backends.ts";
import { assertClose, centralDifferences, dot, waves } from "./differences.ts";
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

registerReferenceKernels();
await tf.setBackend("cpu");

const SHAPE: [number, number] = [4, 5];
const ROWS = [0, 1, 2, 3].map((row) => row * 5);
/** Rows that add up to 1: one certain, one even, two between. */
const LABELS = [0, 0, 1, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 0, 0, 0.5, 0, 0.1, 0.2, 0.3, 0, 0.4];
const ANSWERS = LABELS;

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const mean = (values: Float64Array | number[]) =>
  Array.from(values).reduce((a, b) => a + b) / values.length;
const matrix = (values: ArrayLike<number>) => tf.tensor2d(Float32Array.from(values), SHAPE);

interface Loss {
  readonly name: string;
  readonly run: (x: tf.Tensor) => tf.Scalar;
  /** The same in float64. */
  readonly truth: (x: Float64Array) => number;
}

const losses: readonly Loss[] = [
  {
    name: "softmaxCrossEntropy()",
    run: (x) => softmaxCrossEntropy(x as tf.Tensor2D, matrix(LABELS)),
    truth: (x) =>
      mean(ROWS.map((at) => {
        const log = Math.log(
          x.subarray(at, at + 5).reduce((sum, value) => sum + Math.exp(value), 0),
        );
        return -dot(LABELS.slice(at, at + 5), x.subarray(at, at + 5).map((value) => value - log));
      })),
  },
  {
    name: "sigmoidCrossEntropy()",
    run: (x) => sigmoidCrossEntropy(x, matrix(ANSWERS)),
    truth: (x) => mean(x.map((value, i) => softplus(value) - value * ANSWERS[i]!)),
  },
  {
    name: "meanSoftplus()",
    run: (x) => meanSoftplus(x, 1),
    truth: (x) => mean(x.map(softplus)),
  },
  {
    name: "meanSoftplus() of the negative",
    run: (x) => meanSoftplus(x, -1),
    truth: (x) => mean(x.map((value) => softplus(-value))),
  },
  {
    name: "meanSquare()",
    run: (x) => meanSquare(x),
    truth: (x) => mean(x.map((value) => value * value)),
  },
];

for (const { name, run, truth } of losses) {
  for (const { backend, options } of backends) {
    Deno.test(
      `${name} on ${backend} has the value and derivatives of its formula`,
      options,
      async () => {
        await open(backend);
        const [x, direction] = [waves(20, 1, 3), waves(20, 2)];
        const before = tf.memory().numTensors;
        const tensors = tf.tidy(() => {
          const at = matrix(x);
          const along = (x: tf.Tensor) =>
            tf.grad(run)(x, tf.scalar(3)).mul(matrix(direction)).sum();
          return [run(at), tf.grad(run)(at, tf.scalar(3)), tf.grad(along)(at)];
        });
        const [value, gradient, second] = await Promise.all(tensors.map((tensor) => tensor.data()));
        tf.dispose(tensors);
        assertEquals(tf.memory().numTensors, before);
        assertClose(value!, [truth(x)], 1e-5, "value");
        const slope = centralDifferences(truth, x).map((derivative) => 3 * derivative);
        assertClose(gradient!, slope, 1e-5, "gradient");
        const along = (at: Float64Array) => 3 * dot(direction, centralDifferences(truth, at));
        assertClose(second!, centralDifferences(along, x, 1e-3), 2e-4, "second");
        await tf.setBackend("cpu");
      },
    );
  }

  Deno.test(`${name} stays finite and keeps its slope at both ends`, () => {
    const x = waves(20, 1, 200);
    tf.tidy(() => {
      assertClose(run(matrix(x)).dataSync(), [truth(x)], 1e-4);
      const slope = tf.grad(run)(matrix(x)).dataSync();
      assertClose(slope, centralDifferences(truth, x, 1e-3), 1e-4);
      assert(slope.some((value) => value !== 0));
    });
  });
}

for (const { backend, options } of backends) {
  Deno.test(`meanAbsolute() on ${backend} has the sign as its slope, 0 at 0`, options, async () => {
    await open(backend);
    const x = Float32Array.of(-3, -1e-6, 0, 0.5, 200);
    const before = tf.memory().numTensors;
    const tensors = tf.tidy(() => {
      const at = tf.tensor1d(x);
      return [meanAbsolute(at), tf.grad(meanAbsolute)(at, tf.scalar(5))];
    });
    const [value, slope] = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    assertEquals(tf.memory().numTensors, before);
    assertClose(value!, [mean(Array.from(x, Math.abs))], 1e-6);
    assertEquals(Array.from(slope!), [-1, -1, 0, 1, 1]);
    await tf.setBackend("cpu");
  });
}

Deno.test("softmaxCrossEntropy() runs its kernel where the backend has it", async () => {
  await tf.setBackend(REFERENCE_KERNELS);
  calls.clear();
  tf.tidy(() =>
    tf.grad((x) => softmaxCrossEntropy(x as tf.Tensor2D, matrix(LABELS)))(matrix(LABELS))
  );
  assertEquals(Object.fromEntries(calls), { AtelierSoftmaxCrossEntropy: 1 });
  await tf.setBackend("cpu");
});
