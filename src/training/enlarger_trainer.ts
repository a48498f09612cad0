/** Trains networks to enlarge pictures: who owns them, their optimizers, the average and what shows it. */
import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import type { ImageBatch } from "../core/images.ts";
import type { NamedArrays, Snapshot } from "../core/named_arrays.ts";
import type { PairBatch } from "../core/pairs.ts";
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
import { MovingAverage } from "./ema.ts";
import { meanAbsoluteError, meanSquaredError } from "./losses.ts";
import { type CosineOptions, cosineRate } from "./schedule.ts";
import { supervisedStep } from "./supervised_step.ts";
import type { Sample, StepReport, Trainer } from "./trainer.ts";

/** What is compared with the truth. */
export const pixelLosses = { l1: meanAbsoluteError, l2: meanSquaredError };
/** The name of one of `pixelLosses`. */
export type PixelLoss = keyof typeof pixelLosses;

/** What an enlarger is made of. */
export interface EnlargerNetworks {
  /** Maps [B, H, W, 3] to [B, s·H, s·W, 3]. */
  readonly network: tf.LayersModel;
  /** Same architecture as the network; becomes its moving average. */
  readonly average: tf.LayersModel;
}

/** Settings of the training, as the experiment resolves them. */
export interface EnlargerOptions extends CosineOptions {
  readonly beta1: number;
  /** See `MovingAverage`. */
  readonly emaDecay: number;
}

/** How a network is looked at, the same way all run long. Each borrows the network. */
export interface EnlargerViews {
  /** Patches for the average's batch norm. */
  readonly calibration: PairBatch;
  show(network: tf.LayersModel): Promise<Sample>;
  measure(network: tf.LayersModel): Promise<Readonly<Record<string, number>>>;
}

/** What a snapshot holds besides arrays. */
const EnlargerMeta = z.strictObject({ step: z.int().min(0) });

/**
 * What trainers of enlargers share. Takes over the networks: `dispose` frees them. Whatever else a trainer
 * has that resuming needs is among `stateVariables`.
 */
export abstract class EnlargerTrainerBase implements Trainer<PairBatch> {
  abstract readonly parameters: Readonly<Record<string, number>>;
  protected readonly networks: EnlargerNetworks;
  protected readonly optimizer: Adam;
  readonly #options: EnlargerOptions;
  readonly #views: EnlargerViews;
  readonly #average: MovingAverage;
  readonly #calibration: tf.Tensor4D;
  #step = 0;
  /** The step after which the average's statistics were last set. */
  #calibratedAt = -1;

  constructor(networks: EnlargerNetworks, options: EnlargerOptions, views: EnlargerViews) {
    const { network, average } = networks;
    this.networks = networks;
    this.#options = options;
    this.#views = views;
    this.optimizer = new Adam(trainable(network), options);
    this.#average = new MovingAverage(network, average, options.emaDecay);
    this.#calibration = patches(views.calibration.low);
  }

  abstract step(batch: PairBatch): Promise<StepReport>;

  sample(): Promise<Sample> {
    this.#calibrate();
    return this.#views.show(this.networks.average);
  }

  measure(): Promise<Readonly<Record<string, number>>> {
    this.#calibrate();
    return this.#views.measure(this.networks.average);
  }

  /** `generator` holds `generator/…` and `generator_ema/…`; `state` the rest. */
  async snapshot(): Promise<Snapshot> {
    this.#calibrate();
    const meta: z.infer<typeof EnlargerMeta> = { step: this.#step };
    const [generator, state] = await Promise.all([
      readArrays(this.#generatorVariables()),
      readArrays(this.stateVariables()),
    ]);
    return { generator, topology: this.networks.network.toJSON() as string, state, meta };
  }

  restore(snapshot: Snapshot): void {
    const meta = EnlargerMeta.safeParse(snapshot.meta);
    if (!meta.success) {
      throw new RangeError(
        `Cannot restore an enlarger: its snapshot's counts are not as expected: ${
          z.prettifyError(meta.error)
        }`,
      );
    }
    const arrays: NamedArrays = new Map([...snapshot.generator, ...snapshot.state]);
    writeArrays([...this.#generatorVariables(), ...this.stateVariables()], arrays);
    this.#step = meta.data.step;
    this.#calibratedAt = -1;
    for (const optimizer of this.optimizers()) optimizer.steps = this.updatesOf(optimizer);
  }

  dispose(): void {
    const { network, average } = this.networks;
    for (const model of [network, average]) model.dispose();
    for (const optimizer of this.optimizers()) optimizer.dispose();
    this.#calibration.dispose();
  }

  /** Sets the next update's step size. */
  protected schedule(): void {
    const rate = cosineRate(this.#step + 1, this.#options);
    for (const optimizer of this.optimizers()) optimizer.learningRate = rate;
  }

  /** Counts an update, and lets the average follow it. */
  protected follow(): void {
    this.#average.update(++this.#step);
  }

  /** Steps so far. */
  protected get steps(): number {
    return this.#step;
  }

  /** How many updates an optimizer has made. */
  protected updatesOf(_optimizer: Adam): number {
    return this.#step;
  }

  protected optimizers(): Adam[] {
    return [this.optimizer];
  }

  /** What resuming needs besides the network and its average. */
  protected stateVariables(): NamedVariable[] {
    return under("optimizer/generator", this.optimizer.state);
  }

  /** A sample and a checkpoint of one step share the work. */
  #calibrate(): void {
    if (this.#calibratedAt === this.#step) return;
    this.#average.calibrate(this.#calibration);
    this.#calibratedAt = this.#step;
  }

  #generatorVariables(): NamedVariable[] {
    return [
      ...under("generator", everything(this.networks.network)),
      ...under("generator_ema", everything(this.networks.average)),
    ];
  }
}

/** Settings of training by pixels alone. */
export interface PixelOptions extends EnlargerOptions {
  readonly loss: PixelLoss;
}

/** Trains by the pixels' differences from the truth. Takes over the networks. */
export class EnlargerTrainer extends EnlargerTrainerBase {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #loss: PixelLoss;

  constructor(networks: EnlargerNetworks, options: PixelOptions, views: EnlargerViews) {
    super(networks, options, views);
    this.#loss = options.loss;
    this.parameters = { generator: countTrainable(networks.network) };
  }

  async step({ low, high }: PairBatch): Promise<StepReport> {
    this.schedule();
    const loss = tf.tidy(() => {
      const { network } = this.networks;
      const [inputs, truth] = [patches(low), patches(high)];
      const value = supervisedStep(network, this.optimizer, inputs, truth, pixelLosses[this.#loss]);
      this.follow();
      return value;
    });
    const [value] = await loss.data(); // the step's only wait for the device
    loss.dispose();
    return { losses: { [this.#loss]: value! }, scores: {} };
  }
}

/** [B, size, size, 3]. The caller owns it. */
export function patches({ pixels, count, size }: ImageBatch): tf.Tensor4D {
  return tf.tensor4d(pixels, [count, size, size, 3]);
}
