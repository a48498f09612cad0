import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { Rng } from "../../src/core/rng.ts";
import { Adam } from "../../src/nn/adam.ts";
import { countTrainable, trainable } from "../../src/nn/weights.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { supervisedStep } from "../../src/training/supervised_step.ts";
import { buildMnistCnn, MNIST_CNN, type MnistCnnConfig } from "../../models/mnist_cnn.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

const TINY: MnistCnnConfig = { ...MNIST_CNN, filters: 3, dropout: 0 };

Deno.test("MNIST_CNN has the parameters that its header states", () => {
  const model = buildMnistCnn(MNIST_CNN, new Rng(1));
  assertEquals(countTrainable(model), 244_234);
  model.dispose();
});

Deno.test("buildMnistCnn() makes logits of batches of any size", () => {
  const model = buildMnistCnn(TINY, new Rng(1));
  for (const batch of [1, 3]) {
    tf.tidy(() => {
      const logits = model.predict(tf.zeros([batch, 28, 28, 1])) as tf.Tensor;
      assertEquals(logits.shape, [batch, 10]);
    });
  }
  model.dispose();
});

Deno.test("buildMnistCnn()'s network starts near ln 10, overfits one batch and leaks nothing", () => {
  const model = buildMnistCnn(TINY, new Rng(1));
  const optimizer = new Adam(trainable(model), { learningRate: 3e-3, beta1: 0.9 });
  const images = tf.randomUniform([6, 28, 28, 1], 0, 1, "float32", 7);
  const classes = tf.tensor1d([0, 1, 2, 3, 9, 9], "int32");
  const losses: number[] = [];
  const held: number[] = [];
  for (let step = 0; step < 60; step++) {
    const loss = supervisedStep(model, optimizer, images, classes, crossEntropy);
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
    held.push(tf.memory().numTensors);
  }
  assertAlmostEquals(losses[0]!, Math.log(10), 0.7);
  assert(losses.at(-1)! < 0.1, `expected < 0.1, got ${losses.at(-1)}`);
  assertEquals(new Set(held).size, 1);
  model.dispose();
  optimizer.dispose();
  tf.dispose([images, classes]);
});
