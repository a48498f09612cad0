import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { type FusedActivation, fusedConv2d, fusedMatMul } from "../../src/nn/fused.ts";
import { conv2d, dense } from "../../src/nn/fused_layers.ts";
import { installGradients } from "../../src/nn/gradients.ts";
import { backends, open } from "./backends.ts";
import { assertClose, waves } from "./differences.ts";

await tf.setBackend("cpu");
installGradients();

const tensor = (shape: readonly number[], phase: number) =>
  tf.tensor(Float32Array.from(waves(shape.reduce((a, b) => a * b, 1), phase)), [...shape]);

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

interface Case {
  readonly name: string;
  readonly shapes: readonly number[][];
  readonly ours: Op;
  readonly stock: Op;
}

const after: Record<FusedActivation, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: tf.relu,
  elu: tf.elu,
};

function casesOf(activation: FusedActivation): Case[] {
  const convolution = { strides: 2, pad: "same", activation } as const;
  const conv = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same");
  const fusedConv = (x: tf.Tensor, filter: tf.Tensor, bias?: tf.Tensor) =>
    fusedConv2d(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      (bias ?? null) as tf.Tensor1D | null,
      convolution,
    );
  const fusedProduct = (a: tf.Tensor, b: tf.Tensor, bias?: tf.Tensor) =>
    fusedMatMul(
      a as tf.Tensor2D,
      b as tf.Tensor2D,
      (bias ?? null) as tf.Tensor1D | null,
      activation,
    );
  const apply = after[activation];
  const [images, matrices] = [[[2, 7, 6, 3], [4, 3, 3, 5]], [[4, 6], [6, 5]]];
  return [
    {
      name: `convolution, ${activation}`,
      shapes: images,
      ours: (x, filter) => fusedConv(x!, filter!),
      stock: (x, filter) => apply(conv(x!, filter!)),
    },
    {
      name: `convolution, bias, ${activation}`,
      shapes: [...images, [5]],
      ours: (x, filter, bias) => fusedConv(x!, filter!, bias),
      stock: (x, filter, bias) => apply(conv(x!, filter!).add(bias!)),
    },
    {
      name: `matrix product, ${activation}`,
      shapes: matrices,
      ours: (a, b) => fusedProduct(a!, b!),
      stock: (a, b) => apply(tf.matMul(a!, b!)),
    },
    {
      name: `matrix product, bias, ${activation}`,
      shapes: [...matrices, [5]],
      ours: (a, b, bias) => fusedProduct(a!, b!, bias),
      stock: (a, b, bias) => apply(tf.matMul(a!, b!).add(bias!)),
    },
  ];
}

const cases = (["linear", "relu", "elu"] as const).flatMap(casesOf);

for (const { backend, options } of backends) {
  for (const { name, shapes, ours, stock } of cases) {
    Deno.test(
      `${name}, fused on ${backend}, gives what stock ops and their gradients do`,
      options,
      async () => {
        await open(backend);
        const before = tf.memory().numTensors;
        const results = tf.tidy(() => {
          const inputs = shapes.map((shape, i) => tensor(shape, i + 1));
          const dy = tensor(stock(...inputs).shape, 9);
          const of = (op: Op) => [op(...inputs), ...tf.grads(op)(inputs, dy)];
          return [of(ours), of(stock)];
        });
        const [got, expected] = await Promise.all(
          results.map((tensors) => Promise.all(tensors.map((each) => each.data()))),
        );
        for (const [i, values] of expected!.entries()) assertClose(got![i]!, values, 2e-5, `${i}`);
        tf.dispose(results);
        assertEquals(tf.memory().numTensors, before);
        await tf.setBackend("cpu");
      },
    );
  }
}

Deno.test("fused ops compute no gradient that nobody asked for", async () => {
  const inputs = [[2, 7, 6, 3], [4, 3, 3, 5], [5]].map(tensor);
  const [x, filter, bias] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
  const op = (x: tf.Tensor, filter: tf.Tensor) => cases[1]!.ours(x, filter, bias);
  const gradients = async (backward: () => tf.Tensor) => {
    const { kernels } = await tf.profile(() => tf.tidy(backward));
    return kernels.map(({ name }) => name).filter((name) => /Backprop|Sum/.test(name));
  };
  assertEquals(await gradients(() => tf.grad((x) => op(x, filter))(x)), ["Conv2DBackpropInput"]);
  assertEquals(await gradients(() => tf.grad((w) => op(x, w))(filter)), ["Conv2DBackpropFilter"]);
  tf.dispose(inputs);
});

const init = {
  kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
  biasInitializer: "ones",
} as const;
const pairs = [
  {
    name: "conv2d",
    shape: [2, 6, 5, 3],
    build: { ours: conv2d, stock: tf.layers.conv2d },
    options: [
      { filters: 4, kernelSize: 3 },
      { filters: 4, kernelSize: [2, 3], strides: 2, padding: "same", activation: "relu" },
      { filters: 4, kernelSize: 3, useBias: false, activation: "tanh" },
      { filters: 4, kernelSize: 2, dilationRate: 2 },
      { filters: 4, kernelSize: 3, padding: "same", dataFormat: "channelsFirst" },
    ],
  },
  {
    name: "dense",
    shape: [4, 6],
    build: { ours: dense, stock: tf.layers.dense },
    options: [
      { units: 3 },
      { units: 3, activation: "elu" },
      { units: 3, useBias: false, activation: "softmax" },
    ],
  },
  {
    name: "dense of sequences",
    shape: [2, 5, 6],
    build: { ours: dense, stock: tf.layers.dense },
    options: [{ units: 3 }],
  },
] as const;

for (const { name, shape, build, options } of pairs) {
  for (const given of options) {
    Deno.test(`${name} ${JSON.stringify(given)} is the stock layer, in all that it makes and saves`, () => {
      const [ours, stock] = [build.ours, build.stock].map((make) => {
        const settings = { name: "layer", inputShape: shape.slice(1), ...init, ...given };
        return tf.sequential({ name: "model", layers: [make(settings as never)] });
      }) as [tf.Sequential, tf.Sequential];
      assertEquals(ours.toJSON(), stock.toJSON());
      const of = (model: tf.Sequential) =>
        tf.tidy(() => {
          const x = tensor(shape, 1);
          const { value, grads } = tf.variableGrads(() =>
            (model.apply(x, { training: true }) as tf.Tensor).square().sum() as tf.Scalar
          );
          const own = Object.values(grads).map((gradient) => gradient.dataSync());
          return [(model.predict(x) as tf.Tensor).dataSync(), value.dataSync(), ...own];
        });
      // Dilated convolutions have no gradient in TensorFlow.js.
      if (!("dilationRate" in given)) {
        const expected = of(stock);
        for (const [i, values] of of(ours).entries()) assertClose(values, expected[i]!, 1e-5);
      }
      tf.tidy(() => {
        const [got, expected] = [ours, stock].map((m) =>
          (m.predict(tensor(shape, 1)) as tf.Tensor).dataSync()
        );
        assertEquals(got, expected);
      });
      ours.dispose();
      stock.dispose();
    });
  }
}
