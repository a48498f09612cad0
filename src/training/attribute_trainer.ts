/** Trains a network that tells attributes: who owns it, its moving average and its optimizer. */
import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import type { AnswerLayout } from "../core/attributes.ts";
import type { ImageBatch } from "../core/images.ts";
import type { NamedArrays, Snapshot } from "../core/named_arrays.ts";
import { Adam } from "../nn/adam.ts";
import {
  countTrainable,
  everything,
  type NamedVariable,
  readArrays,
  trainable,
  under,
  writeArrays,
} from "../nn/weights.ts";
import { attributeStep } from "./attribute_step.ts";
import { MovingAverage } from "./ema.ts";
import { type CosineOptions, cosineRate } from "./schedule.ts";
import type { StepReport, Trainer } from "./trainer.ts";

/** Images with what is known of them, by the columns of the network's answers. */
export interface LabelledBatch {
  readonly images: ImageBatch;
  /** [B, K]: 0 or 1; of numbers, the standardized value. 0 where unknown. */
  readonly values: Float32Array<ArrayBuffer>;
  /** [B, K]: 1 where the value is known, else 0. */
  readonly known: Float32Array<ArrayBuffer>;
}

/** Both map images, [B, H, H, C], to features, [B, D], and answers, [B, K]. */
export interface AttributeNetworks {
  readonly classifier: tf.LayersModel;
  /** Same architecture; becomes the classifier's moving average. */
  readonly average: tf.LayersModel;
}

/** Settings of the training. */
export interface AttributeTrainerOptions extends CosineOptions {
  readonly emaDecay: number;
  readonly layout: AnswerLayout;
  /** Images that the average's batch-norm statistics are taken from. Borrowed. */
  readonly calibration: ImageBatch;
}

/** Where a snapshot has the network that one uses. */
export const CLASSIFIER_PREFIX = "classifier_ema/";

const Meta = z.strictObject({ step: z.int().min(0) });

const tensorOf = ({ pixels, count, size, channels }: ImageBatch): tf.Tensor4D =>
  tf.tensor4d(pixels, [count, size, size, channels]);

/** Takes over the networks: `dispose` frees them. It makes no images, so that it has no samples. */
export class AttributeTrainer implements Trainer<LabelledBatch> {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #networks: AttributeNetworks;
  readonly #options: AttributeTrainerOptions;
  readonly #optimizer: Adam;
  readonly #average: MovingAverage;
  #step = 0;

  constructor(networks: AttributeNetworks, options: AttributeTrainerOptions) {
    const { classifier, average } = networks;
    this.#networks = networks;
    this.#options = options;
    this.#optimizer = new Adam(trainable(classifier), { ...options, beta1: 0.9 });
    this.#average = new MovingAverage(classifier, average, options.emaDecay);
    this.parameters = { classifier: countTrainable(classifier) };
  }

  async step({ images, values, known }: LabelledBatch): Promise<StepReport> {
    const { layout } = this.#options;
    const shape: [number, number] = [images.count, layout.count];
    this.#optimizer.learningRate = cosineRate(this.#step + 1, this.#options);
    const loss = tf.tidy(() => {
      const targets = { values: tf.tensor2d(values, shape), known: tf.tensor2d(known, shape) };
      const loss = attributeStep(
        this.#networks.classifier,
        this.#optimizer,
        tensorOf(images),
        targets,
        layout,
      );
      this.#average.update(++this.#step);
      return loss;
    });
    const [attributes] = await loss.data(); // the step's only wait for the device
    loss.dispose();
    return { losses: { attributes: attributes! }, scores: {} };
  }

  /** `generator` holds `classifier/…` and `classifier_ema/…`; `state` the optimizer's moments. */
  async snapshot(): Promise<Snapshot> {
    tf.tidy(() => this.#average.calibrate(tensorOf(this.#options.calibration)));
    const [generator, state] = await Promise.all([
      readArrays(this.#weights()),
      readArrays(this.#optimizer.state),
    ]);
    const topology = this.#networks.classifier.toJSON() as string;
    return { generator, topology, state, meta: { step: this.#step } };
  }

  restore(snapshot: Snapshot): void {
    const meta = Meta.safeParse(snapshot.meta);
    if (!meta.success) {
      throw new RangeError(
        `Cannot restore a classifier: its snapshot's counts are not as expected: ${
          z.prettifyError(meta.error)
        }`,
      );
    }
    const arrays: NamedArrays = new Map([...snapshot.generator, ...snapshot.state]);
    writeArrays([...this.#weights(), ...this.#optimizer.state], arrays);
    this.#step = meta.data.step;
    this.#optimizer.steps = this.#step;
  }

  dispose(): void {
    this.#networks.classifier.dispose();
    this.#networks.average.dispose();
    this.#optimizer.dispose();
  }

  #weights(): NamedVariable[] {
    return [
      ...under("classifier", everything(this.#networks.classifier)),
      ...under(CLASSIFIER_PREFIX.slice(0, -1), everything(this.#networks.average)),
    ];
  }
}
