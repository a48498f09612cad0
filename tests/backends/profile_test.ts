import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { profileKernels } from "../../src/backends/profile.ts";
import { keepReference } from "../../src/backends/reference.ts";
import { replaceKernel } from "../../src/backends/replace_kernel.ts";

await tf.setBackend("cpu");
keepReference();

/** A kernel of ours that covers vectors, and leaves the rest to the stock one. */
replaceKernel("Square", "cpu", ({ inputs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  if (x.shape.length !== 1) return null;
  const multiply = tf.getKernel("Multiply", "cpu").kernelFunc; // as an op does that runs another one
  return multiply({ inputs: { a: x, b: x }, backend, attrs: {} }) as tf.TensorInfo;
});

const run = () => {
  tf.tidy(() => {
    const [vector, matrix] = [tf.ones([3]), tf.ones([2, 2])];
    for (let i = 0; i < 3; i++) tf.square(vector);
    tf.square(matrix);
    tf.concat(Array.from({ length: 5 }, () => vector));
  });
  return Promise.resolve();
};

Deno.test("profileKernels() counts calls by kernel, shapes and whose code ran", async () => {
  const { wallMs, kernels } = await profileKernels(run);
  const counts = kernels.map(({ kernel, shapes, origin, calls }) =>
    `${kernel} ${shapes} ${origin} ${calls}`
  );
  assertEquals(
    counts.filter((line) => !line.startsWith("Fill")).sort(),
    [
      "Concat [3] [3] [3] [3] … 5 in all stock 1",
      "Multiply [3] [3] stock 3",
      "Square [2,2] left to stock 1",
      "Square [3] ours 3",
    ],
  );
  assert(kernels.every(({ ms }) => ms >= 0));
  assert(kernels.reduce((sum, { ms }) => sum + ms, 0) <= wallMs);
  assertEquals(kernels.map(({ ms }) => ms), kernels.map(({ ms }) => ms).toSorted((a, b) => b - a));
});

Deno.test("profileKernels() puts the kernels back, also where what it times fails", async () => {
  const before = tf.getKernelsForBackend("cpu").map(({ kernelFunc }) => kernelFunc);
  await profileKernels(run);
  await assertRejects(
    () => profileKernels(() => Promise.reject(new RangeError("no"))),
    RangeError,
    "no",
  );
  const after = new Set(tf.getKernelsForBackend("cpu").map(({ kernelFunc }) => kernelFunc));
  assertEquals(after, new Set(before));
});
