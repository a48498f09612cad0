import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { installGradients } from "../../src/nn/gradients.ts";
import { backends, open } from "./backends.ts";
import { assertClose, waves } from "./differences.ts";
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The kernel of ours that its gradient is to run where there is one. */
  readonly kernel?: string;
  /** Whether TensorFlow.js' own gradient has a gradient. */
  readonly twice?: boolean;
}

const activation = (name: string, run: (x: tf.Tensor) => tf.Tensor, twice = false): Case => ({
  name,
  shapes: [[3, 4, 7]],
  run: (x) => run(x!),
  kernel: "AtelierActivationGradient",
  twice,
});

const prelu = (alpha: number[]): Case => ({
  name: `prelu with alpha of [${alpha}]`,
  shapes: [[3, 4, 2, 5], alpha],
  run: (x, alpha) => tf.prelu(x!, alpha!),
  kernel: "AtelierPreluGradient",
});

const batchNorm = (shape: number[], columns: number[]): Case => ({
  name: `batchNorm of [${shape}] by [${columns}]`,
  shapes: [shape, columns, columns, columns, columns],
  run: (x, mean, variance, offset, scale) =>
    tf.batchNorm(
      x as tf.Tensor4D,
      mean as tf.Tensor1D,
      variance!.square().add(0.5) as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
      0.01,
    ),
  twice: true,
});

const cases: readonly Case[] = [
  activation("relu", (x) => tf.relu(x)),
  activation("relu6", (x) => tf.relu6(x.mul(4))),
  activation("leakyRelu", (x) => tf.leakyRelu(x, 0.3)),
  activation("elu", (x) => tf.elu(x)),
  activation("tanh", (x) => tf.tanh(x), true),
  activation("sigmoid", (x) => tf.sigmoid(x), true),
  activation("softplus", (x) => tf.softplus(x), true),
  prelu([4, 2, 5]),
  prelu([1, 1, 5]),
  prelu([5]),
  batchNorm([3, 2, 4, 5], [5]),
  batchNorm([6, 5], [5]),
  batchNorm([2, 3, 2, 2], [2, 3, 2, 2]),
  { name: "mean", shapes: [[3, 4, 7]], run: (x) => tf.mean(x!), twice: true },
  { name: "mean over rows", shapes: [[3, 4, 7]], run: (x) => tf.mean(x!, [0, 2]), twice: true },
  { name: "mean, negative axis, kept", shapes: [[3, 4]], run: (x) => tf.mean(x!, -1, true) },
];

const tensor = (shape: readonly number[], phase: number) =>
  tf.tensor(Float32Array.from(waves(shape.reduce((a, b) => a * b, 1), phase)), [...shape]);

/** Gradients of a case, and their gradients along a direction where it asks for them. */
function gradients({ shapes, run, twice }: Case): tf.Tensor[] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tensor(shape, i + 1));
    const first = (...at: tf.Tensor[]) => tf.grads(run)(at, tensor(run(...at).shape, 9));
    if (!twice) return first(...inputs);
    // Squares besides, so that every input has a second derivative.
    const along = (...at: tf.Tensor[]) =>
      [
        ...first(...at).map((gradient, i) => gradient.mul(tensor(gradient.shape, i + 10)).sum()),
        ...at.map((input) => input.square().sum()),
      ].reduce((sum, term) => sum.add(term));
    return [...first(...inputs), ...tf.grads(along)(inputs)];
  });
}

registerReferenceKernels();
await tf.setBackend("cpu");
const stock = cases.map((each) =>
  tf.tidy(() => gradients(each).map((gradient) => gradient.dataSync()))
);
const inputs = tf.memory().numTensors;
installGradients();
const config = tf.getGradient("Relu");

for (const { backend, options } of backends) {
  for (const [i, each] of cases.entries()) {
    const orders = each.twice ? "first and second derivatives" : "derivative";
    Deno.test(`${each.name} on ${backend} keeps the stock ${orders}`, options, async () => {
      await open(backend);
      const before = tf.memory().numTensors;
      calls.clear();
      const got = gradients(each);
      for (const [j, gradient] of got.entries()) {
        assertClose(await gradient.data(), stock[i]![j]!, 2e-5, `gradient ${j}`);
      }
      tf.dispose(got);
      assertEquals(tf.memory().numTensors, before);
      const expected = each.kernel && backend === REFERENCE_KERNELS ? [each.kernel] : [];
      assertEquals([...calls.keys()], expected);
      await tf.setBackend("cpu");
    });
  }
}

Deno.test("installGradients() installs once", () => {
  installGradients();
  assertEquals(tf.getGradient("Relu"), config);
  assertEquals(inputs, 0);
});

Deno.test("batchNorm's gradient takes two sums over the batch, or none where only x has one", async () => {
  const { run } = batchNorm([8, 5], [5]);
  const sums = async (backward: (inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]) => {
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => [backward([[8, 5], [5], [5], [5], [5]].map(tensor))].flat())
    );
    return kernels.filter(({ name }) => name === "Sum").length;
  };
  assertEquals(await sums((inputs) => tf.grads(run)(inputs)), 2);
  assertEquals(await sums(([x, ...columns]) => tf.grad((at) => run(at, ...columns))(x!)), 0);
});
