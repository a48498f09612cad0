/** A training that is soon over, of every kind of layer that pictures need: for comparing where it runs. */
import * as tf from "@tensorflow/tfjs";
import { Rng } from "../../../src/core/rng.ts";
import { Adam } from "../../../src/nn/adam.ts";
import { Dropout } from "../../../src/nn/dropout.ts";
import { trainable } from "../../../src/nn/weights.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { supervisedStep } from "../../../src/training/supervised_step.ts";

const [BATCH, SIZE, CLASSES] = [3, 8, 3];

function buildNetwork(rng: Rng): tf.LayersModel {
  const seed = () => tf.initializers.glorotUniform({ seed: rng.nextSeed() });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [SIZE, SIZE, 3],
        ...{ filters: 4, kernelSize: 3, padding: "same", useBias: false },
        kernelInitializer: seed(),
      }), // [B, 8, 8, 4]
      tf.layers.batchNormalization(),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.conv2d({
        ...{ filters: 6, kernelSize: 4, strides: 2, padding: "same", activation: "relu" },
        kernelInitializer: seed(),
      }), // [B, 4, 4, 6]
      tf.layers.maxPooling2d({ poolSize: 2 }), // [B, 2, 2, 6]
      tf.layers.flatten(),
      new Dropout({ name: "dropout", rate: 0.25 }, rng),
      tf.layers.dense({ units: CLASSES, kernelInitializer: seed() }),
    ],
  });
}

/** Trains on the backend in use. After each step asks `afterStep`, which borrows the loss. */
export async function train(
  steps: number,
  afterStep: (loss: tf.Scalar, step: number) => void | Promise<void>,
): Promise<void> {
  const rng = new Rng(1, "tiny");
  const network = buildNetwork(rng);
  const optimizer = new Adam(trainable(network), { learningRate: 0.01, beta1: 0.9 });
  const pixels = rng.fillNormal(new Float32Array(BATCH * SIZE * SIZE * 3));
  const x = tf.tensor4d(pixels, [BATCH, SIZE, SIZE, 3]);
  const y = tf.tensor1d([0, 1, 2], "int32");
  for (let step = 1; step <= steps; step++) {
    const loss = supervisedStep(network, optimizer, x, y, crossEntropy);
    await afterStep(loss, step);
    loss.dispose();
  }
  network.dispose();
  optimizer.dispose();
  tf.dispose([x, y]);
}
