/** Steps of networks that learn answers: one update by Adam at 1e-3. */
import * as tf from "@tensorflow/tfjs";
import { buildMnistCnn, type MnistCnnConfig } from "../../models/mnist_cnn.ts";
import { buildSentiment, type SentimentConfig } from "../../models/sentiment.ts";
import { buildSrresnet, type SrresnetConfig } from "../../models/srresnet.ts";
import { Rng } from "../core/rng.ts";
import { Adam } from "../nn/adam.ts";
import { trainable } from "../nn/weights.ts";
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from "../training/losses.ts";
import { type Loss, supervisedStep } from "../training/supervised_step.ts";
import { integerTensor, uniformTensor } from "./random_data.ts";
import { finishUpdate, type Workload } from "./workload.ts";

const ADAM = { learningRate: 1e-3, beta1: 0.9 };

/** Takes over the model, inputs and targets. */
function supervisedWorkload<Output extends tf.Tensor, Target extends tf.Tensor>(
  model: tf.LayersModel,
  inputs: tf.Tensor,
  targets: Target,
  loss: Loss<Output, Target>,
): Workload {
  const optimizer = new Adam(trainable(model), ADAM);
  return {
    items: inputs.shape[0]!,
    async step() {
      supervisedStep(model, optimizer, inputs, targets, loss).dispose();
      await finishUpdate(optimizer);
    },
    dispose() {
      model.dispose();
      optimizer.dispose();
      tf.dispose([inputs, targets]);
    },
  };
}

/** Pictures and their classes. */
export function mnistCnnWorkload(config: MnistCnnConfig, batch: number): Workload {
  const rng = new Rng(1, "benchmark");
  const { size, channels, classes } = config;
  return supervisedWorkload(
    buildMnistCnn(config, rng),
    uniformTensor([batch, size, size, channels], 0, 1, rng),
    integerTensor<tf.Tensor1D>([batch], classes, rng),
    crossEntropy,
  );
}

/** Texts of `length` words, for or against. */
export function sentimentWorkload(
  config: SentimentConfig,
  length: number,
  batch: number,
): Workload {
  const rng = new Rng(1, "benchmark");
  const answers = integerTensor([batch, 1], 2, rng);
  const targets = answers.cast<tf.Tensor2D>("float32");
  answers.dispose();
  return supervisedWorkload(
    buildSentiment(config, rng),
    integerTensor([batch, length], config.vocabulary, rng),
    targets,
    binaryCrossEntropy,
  );
}

/** Pictures of `size` pixels a side and the same ones larger. */
export function srresnetWorkload(config: SrresnetConfig, size: number, batch: number): Workload {
  const rng = new Rng(1, "benchmark");
  const pictures = (side: number) => uniformTensor([batch, side, side, 3], 0, 1, rng);
  return supervisedWorkload(
    buildSrresnet(config, rng),
    pictures(size),
    pictures(config.scale * size),
    meanSquaredError,
  );
}
