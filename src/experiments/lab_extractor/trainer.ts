/** Trains the extractor: the network, the heads that answer from its features, and their optimizer. */
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../../core/images.ts";
import type { Snapshot } from "../../core/named_arrays.ts";
import type { Rng } from "../../core/rng.ts";
import { buildLabNetwork, LAB_RAW_DIM, LAB_SIZE as SIZE } from "../../metrics/lab/network.ts";
import { Adam } from "../../nn/adam.ts";
import { dense } from "../../nn/fused_layers.ts";
import { countTrainable, everything, readArrays, trainable } from "../../nn/weights.ts";
import { minimize } from "../../training/minimize.ts";
import { cosineRate } from "../../training/schedule.ts";
import type { StepReport, Trainer } from "../../training/trainer.ts";
import type { Lesson } from "./lessons.ts";
import type { Task } from "./tasks.ts";

/** How long and how fast. */
export interface LabTrainingOptions {
  readonly steps: number;
  /** The largest step size; it rises over the first hundredth and falls to 0 by a cosine. */
  readonly learningRate: number;
}

/**
 * Mean over the batch of the weighted losses of every task: cross-entropy of answers, square errors of
 * numbers. `binary` is 1 for the former and 0 for the latter, [tasks]. Borrows everything; the caller
 * owns the result.
 */
function lessonLoss(
  outputs: tf.Tensor2D,
  targets: tf.Tensor2D,
  weights: tf.Tensor2D,
  binary: tf.Tensor1D,
): tf.Scalar {
  const answers = tf.softplus(outputs).sub(outputs.mul(targets)).mul(binary);
  const numbers = outputs.sub(targets).square().mul(tf.scalar(1).sub(binary));
  return answers.add(numbers).mul(weights).sum().div(weights.sum());
}

/** Trains a network from `rng`'s weights. */
export class LabTrainer implements Trainer<Lesson> {
  readonly parameters: Readonly<Record<string, number>>;
  /** Maps pictures to features. */
  readonly network: tf.LayersModel;
  /** Maps pictures to a value a task. */
  readonly model: tf.LayersModel;
  readonly #options: LabTrainingOptions;
  readonly #optimizer: Adam;
  readonly #binary: tf.Tensor1D;

  constructor(tasks: readonly Task[], rng: Rng, options: LabTrainingOptions) {
    this.#options = options;
    this.network = buildLabNetwork(rng, { normed: true });
    const heads = dense({
      name: "heads",
      units: tasks.length,
      kernelInitializer: tf.initializers.randomNormal({ stddev: 0.01, seed: rng.nextSeed() }),
    });
    const features = this.network.outputs[0]!;
    this.model = tf.model({
      name: "lab_training",
      inputs: this.network.inputs,
      outputs: heads.apply(features) as tf.SymbolicTensor,
    });
    this.#optimizer = new Adam(trainable(this.model), { ...options, beta1: 0.9 });
    this.#binary = tf.tensor1d(tasks.map(({ kind }) => kind === "binary" ? 1 : 0));
    this.parameters = {
      extractor: countTrainable(this.network),
      heads: (LAB_RAW_DIM + 1) * tasks.length,
    };
  }

  async step(lesson: Lesson): Promise<StepReport> {
    const { steps: totalSteps, learningRate } = this.#options;
    const step = this.#optimizer.steps + 1;
    const rise = Math.min(1, step / (totalSteps / 100));
    this.#optimizer.learningRate = rise *
      cosineRate(step, { learningRate, finalShare: 0, totalSteps });
    const loss = tf.tidy(() => {
      const { pixels, targets, weights } = tensorsOf(lesson);
      return minimize(this.#optimizer, () => {
        const outputs = this.model.apply(pixels, { training: true }) as tf.Tensor2D;
        return { loss: lessonLoss(outputs, targets, weights, this.#binary) };
      }).loss;
    });
    const [value] = await loss.data();
    loss.dispose();
    return { losses: { lesson: value! }, scores: {} };
  }

  /** There is nothing to draw. */
  sample(): Promise<ImageBatch> {
    return Promise.reject(new TypeError("Cannot sample: an extractor draws nothing"));
  }

  async snapshot(): Promise<Snapshot> {
    const state = await readArrays(everything(this.network));
    return { generator: new Map(), topology: "", state, meta: { step: this.#optimizer.steps } };
  }

  restore(): void {
    throw new TypeError("Cannot restore an extractor in training: it is trained in one go");
  }

  dispose(): void {
    this.model.dispose();
    this.#optimizer.dispose();
    this.#binary.dispose();
  }
}

/** The caller owns the tensors. */
function tensorsOf({ pixels, targets, weights, count }: Lesson) {
  const tasks = targets.length / count;
  return {
    pixels: tf.tensor4d(pixels, [count, SIZE, SIZE, 3]),
    targets: tf.tensor2d(targets, [count, tasks]),
    weights: tf.tensor2d(weights, [count, tasks]),
  };
}
