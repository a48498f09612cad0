/**
 * Trains GANs that go well and GANs that are broken on purpose, on the embedded faces, and writes what
 * they reported to health_histories.json, for tests of the rules in src/core/health.ts:
 *
 *     deno run -A --config deno.json tests/golden/health_histories.ts
 *
 * Two minutes with `simd` on two cores. Figures differ in their last digits by processor.
 */
import * as tf from "@tensorflow/tfjs";
import { ImageBatches } from "../../data/batches.ts";
import type { ImageDataset } from "../../data/dataset.ts";
import { openDataset } from "../../data/open.ts";
import { buildDiscriminator, buildGenerator } from "../../models/dcgan.ts";
import { openDevice } from "../../src/backends/open.ts";
import { meanPairDistance } from "../../src/core/diversity.ts";
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { pairDistanceOf } from "../../src/experiments/image_data.ts";
import { Adam } from "../../src/nn/adam.ts";
import { trainable } from "../../src/nn/weights.ts";
import { discriminatorStep, fakeImages, generatorStep } from "../../src/training/gan_steps.ts";
import { GanTrainer } from "../../src/training/gan_trainer.ts";

/** A training's history, in numbers of three digits. */
export interface HealthHistory {
  /** Per step: the discriminator's loss, the generator's, D(x), D(G(z)). */
  readonly steps: readonly (readonly [number, number, number, number])[];
  /** Step and `sample-diversity`. */
  readonly diversity: readonly (readonly [number, number])[];
}

/** What is trained: a network for 32 pixels of `filters` filters on batches of as many images. */
interface Recipe {
  readonly steps: number;
  readonly filters: number;
  readonly learningRate: number;
  readonly beta1?: number;
  /** Without these the lab's own trainer is used. */
  readonly lopsided?: {
    readonly discriminatorRate: number;
    /** Generator updates for each of the discriminator's. */
    readonly generatorUpdates: number;
  };
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  sound: { steps: 1200, filters: 8, learningRate: 1e-3 },
  "six times the learning rate": { steps: 500, filters: 16, learningRate: 5e-3 },
  "100 times the learning rate": { steps: 600, filters: 16, learningRate: 8e-2 },
  "learning rate 1": { steps: 300, filters: 16, learningRate: 1 },
  "beta1 0.99": { steps: 600, filters: 16, learningRate: 8e-4, beta1: 0.99 },
  "a feeble discriminator": {
    steps: 300,
    filters: 16,
    learningRate: 8e-3,
    lopsided: { discriminatorRate: 2e-5, generatorUpdates: 1 },
  },
  "eight generator updates to one": {
    steps: 300,
    filters: 16,
    learningRate: 8e-4,
    lopsided: { discriminatorRate: 8e-4, generatorUpdates: 8 },
  },
};

const LATENT_DIM = 100;
const SAMPLE_EVERY = 25;
const SEED = 1;

/** A trainer's steps and samples, whichever way it is built. */
interface Subject {
  step(batch: ImageBatch): Promise<readonly [number, number, number, number]>;
  sample(): Promise<ImageBatch>;
}

function networks(filters: number) {
  const rng = new Rng(SEED, "weights");
  const config = { size: 32, filters, latentDim: LATENT_DIM, channels: 3 } as const;
  return {
    generator: buildGenerator(config, rng),
    discriminator: buildDiscriminator(config, rng),
    average: buildGenerator(config, rng),
  };
}

function labSubject({ filters, learningRate, beta1 = 0.5 }: Recipe): Subject {
  const trainer = new GanTrainer(networks(filters), {
    seed: SEED,
    learningRate,
    beta1,
    labelSmoothing: 0,
    emaDecay: 0.999,
  });
  return {
    async step(batch) {
      const { losses, scores } = await trainer.step(batch);
      return [losses.discriminator!, losses.generator!, scores["D(x)"]!, scores["D(G(z))"]!];
    },
    sample: () => trainer.sample(),
  };
}

function lopsidedSubject(
  { filters, learningRate, lopsided }: Recipe & Required<Pick<Recipe, "lopsided">>,
): Subject {
  const { generator, discriminator } = networks(filters);
  const optimizers = {
    generator: new Adam(trainable(generator), { learningRate, beta1: 0.5 }),
    discriminator: new Adam(trainable(discriminator), {
      learningRate: lopsided.discriminatorRate,
      beta1: 0.5,
    }),
  };
  const rng = new Rng(SEED, "training latents");
  const draw = (count: number, from = rng) =>
    tf.tensor2d(from.fillNormal(new Float32Array(count * LATENT_DIM)), [count, LATENT_DIM]);
  return {
    async step({ pixels, count, size, channels }) {
      const report = tf.tidy(() => {
        const real = tf.tensor4d(pixels, [count, size, size, channels]);
        const fake = fakeImages(generator, draw(count));
        const d = discriminatorStep(discriminator, optimizers.discriminator, real, fake);
        let loss = d.loss;
        for (let i = 0; i < lopsided.generatorUpdates; i++) {
          loss = generatorStep(generator, discriminator, optimizers.generator, draw(count)).loss;
        }
        return tf.stack([d.loss, loss, d.onReal, d.onFake]);
      });
      const [dLoss, gLoss, onReal, onFake] = await report.data();
      report.dispose();
      return [dLoss!, gLoss!, onReal!, onFake!];
    },
    async sample() {
      const images = tf.tidy(() => fakeImages(generator, draw(64, new Rng(SEED, "samples"))));
      const pixels = await images.data<"float32">() as Float32Array<ArrayBuffer>;
      images.dispose();
      return { pixels, count: 64, size: 32, channels: 3 };
    },
  };
}

async function record(recipe: Recipe, dataset: ImageDataset): Promise<HealthHistory> {
  const { lopsided } = recipe;
  const subject = lopsided ? lopsidedSubject({ ...recipe, lopsided }) : labSubject(recipe);
  const batches = new ImageBatches(dataset, { batch: recipe.filters, seed: SEED, mirror: false });
  const real = pairDistanceOf(dataset);
  const short = (value: number) => Number(value.toPrecision(3));
  const steps: [number, number, number, number][] = [];
  const diversity: [number, number][] = [];
  for (let step = 1; step <= recipe.steps; step++) {
    const figures = await subject.step(batches.next().value);
    steps.push(figures.map(short) as [number, number, number, number]);
    if (step % SAMPLE_EVERY !== 0) continue;
    diversity.push([step, short(meanPairDistance(await subject.sample()) / real)]);
  }
  return { steps, diversity };
}

if (import.meta.main) {
  const simd = { backend: "simd", name: "", software: false, reason: "" } as const;
  await openDevice(simd, { threads: 0 });
  const cacheDir = await Deno.makeTempDir();
  const options = { size: 32, seed: SEED, cacheDir, threads: 2 };
  using dataset = await openDataset("faces", options);
  const histories: Record<string, HealthHistory> = {};
  for (const [name, recipe] of Object.entries(RECIPES)) {
    histories[name] = await record(recipe, dataset);
    console.log(name);
  }
  const path = new URL("health_histories.json", import.meta.url);
  await Deno.writeTextFile(path, JSON.stringify(histories)); // "deno fmt" breaks its lines
  await Deno.remove(cacheDir, { recursive: true });
  Deno.exit(); // simd's threads wait for work
}
