/** Trains a GAN: who owns the networks, their optimizers, the average and the random latents. */
import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { meanPairDistance, SAMPLE_DIVERSITY } from "../core/diversity.ts";
import type { ImageBatch } from "../core/images.ts";
import type { NamedArrays, Snapshot } from "../core/named_arrays.ts";
import { latentOfSeed, Rng } from "../core/rng.ts";
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
import { discriminatorStep, fakeImages, generatorStep } from "./gan_steps.ts";
import type { StepReport, Trainer } from "./trainer.ts";

/** What a GAN is made of. */
export interface GanNetworks {
  /** Maps z, [B, Z], to images, [B, H, H, C]. */
  readonly generator: tf.LayersModel;
  /** Same architecture as the generator; becomes its moving average. */
  readonly average: tf.LayersModel;
  /** Maps images, [B, H, H, C], to logits, [B, 1]. */
  readonly discriminator: tf.LayersModel;
}

/** Settings of the training, as the experiment resolves them. */
export interface GanOptions {
  /** Of training latents; sample tile i shows `latentOfSeed(seed + i)`, all run long. */
  readonly seed: number;
  readonly learningRate: number;
  readonly beta1: number;
  /** 0 for none; see `discriminatorLoss`. */
  readonly labelSmoothing: number;
  /** See `MovingAverage`. */
  readonly emaDecay: number;
  /** Images in a sample. 64 unless told. */
  readonly sampleCount?: number;
  /** `meanPairDistance` of real pictures: `sample-diversity` is measured against it. */
  readonly pairDistance?: number;
}

/** What a snapshot holds besides arrays. */
const GanMeta = z.strictObject({
  step: z.int().min(0),
  /** State of the latents' generator. */
  latents: z.array(z.int().min(0).max(0xffffffff)).length(4),
});

/** Takes over the networks: `dispose` frees them. */
export class GanTrainer implements Trainer<ImageBatch> {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #networks: GanNetworks;
  readonly #options: GanOptions;
  readonly #optimizers: { readonly generator: Adam; readonly discriminator: Adam };
  readonly #average: MovingAverage;
  readonly #latents: Rng;
  readonly #sampleLatents: tf.Tensor2D;
  readonly #latentDim: number;
  /** Height, width and channels. */
  readonly #imageShape: [number, number, number];
  #step = 0;
  /** `meanPairDistance` of the newest sample; NaN before the first. */
  #samplePairDistance = NaN;
  /** The step after which the average's statistics were last set. */
  #calibratedAt = -1;

  constructor(networks: GanNetworks, options: GanOptions) {
    const { generator, average, discriminator } = networks;
    this.#networks = networks;
    this.#options = options;
    this.#latentDim = generator.inputs[0]!.shape[1]!;
    this.#imageShape = generator.outputs[0]!.shape.slice(1) as [number, number, number];
    this.#optimizers = {
      generator: new Adam(trainable(generator), options),
      discriminator: new Adam(trainable(discriminator), options),
    };
    this.#average = new MovingAverage(generator, average, options.emaDecay);
    this.#latents = new Rng(options.seed, "training latents");
    this.#sampleLatents = latentsOfSeeds(options.seed, options.sampleCount ?? 64, this.#latentDim);
    this.parameters = {
      generator: countTrainable(generator),
      discriminator: countTrainable(discriminator),
    };
  }

  /** Algorithm 1 of Goodfellow et al. (2014) with k = 1: fresh latents for each network's update. */
  async step(batch: ImageBatch): Promise<StepReport> {
    this.#assertFits(batch);
    const report = tf.tidy(() => {
      const { generator, discriminator } = this.#networks;
      const real = tf.tensor4d(batch.pixels, [batch.count, ...this.#imageShape]);
      const fake = fakeImages(generator, this.#drawLatents(batch.count));
      const d = discriminatorStep(
        discriminator,
        this.#optimizers.discriminator,
        real,
        fake,
        this.#options,
      );
      const g = generatorStep(
        generator,
        discriminator,
        this.#optimizers.generator,
        this.#drawLatents(batch.count),
      );
      this.#average.update(++this.#step);
      const scalars = [d.loss, g.loss, d.onReal, d.onFake];
      const stacked = tf.stack(scalars);
      tf.dispose([...scalars, g.onFake]);
      return stacked;
    });
    const values = await report.data(); // the step's only wait for the device
    report.dispose();
    const [dLoss, gLoss, onReal, onFake] = values as unknown as [number, number, number, number];
    return {
      losses: { discriminator: dLoss, generator: gLoss },
      scores: { "D(x)": onReal, "D(G(z))": onFake },
    };
  }

  /** Images of the moving average at the fixed latents, in inference mode: what an export makes. */
  async sample(): Promise<ImageBatch> {
    this.#calibrate();
    const images = tf.tidy(() =>
      this.#networks.average.predict(this.#sampleLatents) as tf.Tensor4D
    );
    const pixels = await images.data<"float32">() as Float32Array<ArrayBuffer>;
    images.dispose();
    const [size, , channels] = this.#imageShape;
    const batch = { pixels, count: this.#sampleLatents.shape[0], size, channels };
    this.#samplePairDistance = meanPairDistance(batch);
    return batch;
  }

  /** `sample-diversity` of the newest sample; nothing where there is no telling. */
  measure(): Promise<Readonly<Record<string, number>>> {
    const value = this.#samplePairDistance / (this.#options.pairDistance ?? NaN);
    return Promise.resolve(Number.isFinite(value) ? { [SAMPLE_DIVERSITY]: value } : {});
  }

  /**
   * `generator` holds `generator/…` and `generator_ema/…`; `state` the discriminator and both
   * optimizers' moments.
   */
  async snapshot(): Promise<Snapshot> {
    this.#calibrate();
    const meta: z.infer<typeof GanMeta> = {
      step: this.#step,
      latents: Array.from(this.#latents.state),
    };
    const [generator, state] = await Promise.all([
      readArrays(this.#generatorVariables()),
      readArrays(this.#stateVariables()),
    ]);
    const topology = this.#networks.generator.toJSON() as string;
    return { generator, topology, state, meta };
  }

  restore(snapshot: Snapshot): void {
    const meta = GanMeta.safeParse(snapshot.meta);
    if (!meta.success) {
      throw new RangeError(
        `Cannot restore a GAN: its snapshot's counts are not as expected: ${
          z.prettifyError(meta.error)
        }`,
      );
    }
    const arrays: NamedArrays = new Map([...snapshot.generator, ...snapshot.state]);
    writeArrays([...this.#generatorVariables(), ...this.#stateVariables()], arrays);
    this.#latents.restore(meta.data.latents);
    this.#step = meta.data.step;
    this.#calibratedAt = -1;
    this.#optimizers.generator.steps = this.#step;
    this.#optimizers.discriminator.steps = this.#step;
  }

  dispose(): void {
    const { generator, average, discriminator } = this.#networks;
    for (const model of [generator, average, discriminator]) model.dispose();
    for (const optimizer of Object.values(this.#optimizers)) optimizer.dispose();
    this.#sampleLatents.dispose();
  }

  /** A sample and a checkpoint of one step share the work. */
  #calibrate(): void {
    if (this.#calibratedAt === this.#step) return;
    this.#average.calibrate(this.#sampleLatents);
    this.#calibratedAt = this.#step;
  }

  #drawLatents(count: number): tf.Tensor2D {
    const shape: [number, number] = [count, this.#latentDim];
    return tf.tensor2d(this.#latents.fillNormal(new Float32Array(shape[0] * shape[1])), shape);
  }

  #generatorVariables(): NamedVariable[] {
    return [
      ...under("generator", everything(this.#networks.generator)),
      ...under("generator_ema", everything(this.#networks.average)),
    ];
  }

  #stateVariables(): NamedVariable[] {
    return [
      ...under("discriminator", everything(this.#networks.discriminator)),
      ...under("optimizer/generator", this.#optimizers.generator.state),
      ...under("optimizer/discriminator", this.#optimizers.discriminator.state),
    ];
  }

  #assertFits({ count, size, channels }: ImageBatch): void {
    const [height, width, depth] = this.#imageShape;
    if (size !== height || size !== width || channels !== depth) {
      throw new RangeError(
        `Cannot train on images of ${size}×${size}×${channels}: the generator makes ` +
          `${height}×${width}×${depth}`,
      );
    }
    if (count < 2) {
      throw new RangeError(
        `Cannot train on a batch of ${count}: batch norm needs 2 images or more`,
      );
    }
  }
}

/** `latentOfSeed` of as many seeds from `first` on, [count, Z]. The caller owns it. */
function latentsOfSeeds(first: number, count: number, latentDim: number): tf.Tensor2D {
  const values = new Float32Array(count * latentDim);
  for (let i = 0; i < count; i++) values.set(latentOfSeed(first + i, latentDim), i * latentDim);
  return tf.tensor2d(values, [count, latentDim]);
}
