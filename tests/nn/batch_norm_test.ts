import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { type BatchMoments, batchNorm } from "../../src/nn/batch_norm.ts";
import { backends, open } from "./backends.ts";
import { assertClose, centralDifferences, dot, waves } from "./differences.ts";
import {
  calls,
  REFERENCE_KERNELS,
  references,
  registerReferenceKernels,
} from "./reference_kernels.ts";

registerReferenceKernels();
await tf.setBackend("cpu");

const EPSILON = 1e-3;
/** What the stock layer does in training. */
function stock(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const axes = Array.from({ length: x.rank - 1 }, (_, i) => i);
  const { mean, variance } = tf.moments(x, axes);
  const columns = [mean, variance, beta, gamma] as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  return tf.batchNorm(x as tf.Tensor4D, ...columns, EPSILON);
}

const ours = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
  batchNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, EPSILON);

function inputs(shape: number[]): [x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor] {
  const width = shape.at(-1)!;
  const size = shape.reduce((a, b) => a * b);
  return [
    tf.tensor(Float32Array.from(waves(size, 1, 2, 3)), shape),
    tf.tensor1d(Float32Array.from(waves(width, 2, 0.5, 1))),
    tf.tensor1d(Float32Array.from(waves(width, 3))),
  ];
}

for (const { backend, options } of backends) {
  for (const shape of [[7, 5], [3, 4, 6], [2, 5, 3, 9]]) {
    Deno.test(
      `batchNorm() on ${backend} is the stock composition, and so are its gradients: [${shape}]`,
      options,
      async () => {
        await open(backend);
        const before = tf.memory().numTensors;
        const results = tf.tidy(() => {
          const at = inputs(shape);
          const dy = tf.tensor(Float32Array.from(waves(at[0].size, 4)), shape);
          return [stock, ours].map((op) => [op(...at), ...tf.grads(op)(at, dy)]);
        });
        const [expected, got] = await Promise.all(
          results.map((tensors) => Promise.all(tensors.map((tensor) => tensor.data()))),
        ) as [Float32Array[], Float32Array[]];
        for (const [i, name] of ["y", "dx", "dgamma", "dbeta"].entries()) {
          assertClose(got[i]!, expected[i]!, 2e-5, name);
        }
        tf.dispose(results);
        assertEquals(tf.memory().numTensors, before);
        await tf.setBackend("cpu");
      },
    );
  }

  Deno.test(`batchNorm() on ${backend} tells the batch's moments`, options, async () => {
    await open(backend);
    const moments: tf.Tensor[] = [];
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const [x, gamma, beta] = inputs([4, 3, 2, 5]) as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
      const onMoments = ({ mean, variance }: BatchMoments) => {
        moments.push(tf.keep(mean.clone()), tf.keep(variance.clone()));
      };
      tf.grad((at) => batchNorm(at, gamma, beta, EPSILON, onMoments))(x);
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      moments.push(tf.keep(mean), tf.keep(variance));
    });
    const [mean, variance, expectedMean, expectedVariance] = await Promise.all(
      moments.map((tensor) => tensor.data()),
    );
    assertClose(mean!, expectedMean!, 1e-5);
    assertClose(variance!, expectedVariance!, 1e-5);
    tf.dispose(moments);
    assertEquals(tf.memory().numTensors, before);
    await tf.setBackend("cpu");
  });
}

Deno.test("batchNorm() runs its kernels where the backend has them", async () => {
  await tf.setBackend(REFERENCE_KERNELS);
  calls.clear();
  tf.tidy(() => tf.grads(ours)(inputs([4, 3])));
  assertEquals(Object.fromEntries(calls), { AtelierBatchNorm: 1, AtelierBatchNormGradient: 1 });
  await tf.setBackend("cpu");
});

for (const backend of ["cpu", REFERENCE_KERNELS]) {
  Deno.test(`batchNorm() on ${backend} has second derivatives, through the moments too`, async () => {
    await tf.setBackend(backend);
    const [shape, width] = [[5, 3], 3];
    const [x, gamma, beta] = [waves(15, 1, 2), waves(3, 2, 0.5, 1), waves(3, 3)];
    const [dy, direction] = [waves(15, 4), waves(15, 5)];
    const values = (data: Float64Array, shape: number[]) => ({ shape, data });
    /** direction · dx, in float64. */
    const along = (at: Float64Array) => {
      const [mean, variance] = (references.AtelierBatchNorm!({
        x: values(at, shape),
        gamma: values(gamma, [width]),
        beta: values(beta, [width]),
      }, { epsilon: EPSILON }) as { shape: readonly number[]; data: Float64Array }[]).slice(1);
      const [dx] = references.AtelierBatchNormGradient!({
        x: values(at, shape),
        dy: values(dy, shape),
        mean: mean!,
        variance: variance!,
        gamma: values(gamma, [width]),
      }, { epsilon: EPSILON }) as { data: Float64Array }[];
      return dot(direction, dx!.data);
    };
    const got = tf.tidy(() => {
      const tensor = (data: Float64Array, shape: number[]) =>
        tf.tensor(Float32Array.from(data), shape);
      const op = (at: tf.Tensor) => ours(at, tensor(gamma, [width]), tensor(beta, [width]));
      const dx = tf.grad(op);
      const second = tf.grad((at) => dx(at, tensor(dy, shape)).mul(tensor(direction, shape)).sum());
      return second(tensor(x, shape)).dataSync();
    });
    assertClose(got, centralDifferences(along, x), 1e-4);
    await tf.setBackend("cpu");
  });
}
