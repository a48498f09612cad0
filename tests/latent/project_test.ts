import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { Generator } from "../../src/latent/generator.ts";
import { latentsOfSeeds } from "../../src/latent/latents.ts";
import {
  learningRateAt,
  noiseAt,
  project,
  type ProjectedLatent,
  type ProjectionOptions,
  psnrOf,
} from "../../src/latent/project.ts";
import { featureLoss, lengthPrior, pyramidLoss } from "../../src/latent/projection_loss.ts";

await tf.setBackend("cpu");

const OPTIONS: ProjectionOptions = {
  ...{ steps: 60, restarts: 2, candidates: 64, seed: 1, learningRate: 0.2 },
  ...{ noise: 0.05, prior: 0.01, features: null },
};

/** Two dense layers to grey pictures of 16 px, of latents of 6. */
function smallGenerator(): Generator {
  const init = (seed: number) => tf.initializers.randomNormal({ stddev: 0.4, seed });
  return new Generator(tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [6],
        units: 24,
        activation: "relu",
        kernelInitializer: init(1),
      }),
      tf.layers.dense({ units: 256, activation: "tanh", kernelInitializer: init(2) }),
      tf.layers.reshape({ targetShape: [16, 16, 1] }),
    ],
  }));
}

/** Runs a projection to its end; the tensors there are after each step, and the losses. */
async function run(generator: Generator, image: ImageBatch, options: ProjectionOptions) {
  const descent = project(generator, image, options);
  const [tensors, losses]: [number[], number[]] = [[], []];
  for (;;) {
    const next = await descent.next();
    if (next.done) return { found: next.value as readonly ProjectedLatent[], tensors, losses };
    tensors.push(tf.memory().numTensors);
    losses.push(Math.min(...next.value.losses));
  }
}

/** The slope of a function along one number, by central differences. */
function slope(of: (x: Float32Array) => number, at: Float32Array, i: number, step = 0.05): number {
  const [up, down] = [at.slice(), at.slice()];
  up[i]! += step;
  down[i]! -= step;
  return (of(up) - of(down)) / (up[i]! - down[i]!);
}

Deno.test("project() finds a planted latent again, and leaks nothing", async () => {
  using generator = smallGenerator();
  const planted = latentsOfSeeds([7], 6);
  const image = await generator.draw(planted);
  const before = tf.memory().numTensors;
  const { found, tensors, losses } = await run(generator, image, {
    ...OPTIONS,
    steps: 200,
    prior: 0,
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals([...new Set(tensors)].length, 1, `tensors after each step: ${tensors}`);
  assert(losses.at(-1)! < losses[0]! / 100, `from ${losses[0]} to ${losses.at(-1)}`);
  const [best] = found;
  const away = Math.hypot(...best!.z.map((value, i) => value - planted.values[i]!));
  assert(away < 0.05, `|Δz| is ${away}`);
  assert(psnrOf(best!.squaredError) > 50, `${psnrOf(best!.squaredError)} dB`);
  assert(found[0]!.loss <= found[1]!.loss);
});

Deno.test("project() with a seed gives the same every time, with another something else", async () => {
  using generator = smallGenerator();
  const image = await generator.drawSeeds([3]);
  const short = { ...OPTIONS, steps: 3 };
  const { found } = await run(generator, image, short);
  assertEquals((await run(generator, image, short)).found, found);
  const other = await run(generator, image, { ...short, seed: 2 });
  assert(other.found[0]!.z[0] !== found[0]!.z[0]);
});

Deno.test("project() follows features where they are given", async () => {
  using generator = smallGenerator();
  const image = await generator.drawSeeds([3]);
  const maps = (images: tf.Tensor4D) => [tf.concat([images, images.add(1)], 3) as tf.Tensor4D];
  const features = { maps, weight: 1 };
  const { found, losses } = await run(generator, image, { ...OPTIONS, features });
  assert(losses.at(-1)! < losses[0]! / 4, `from ${losses[0]} to ${losses.at(-1)}`);
  assert(found[0]!.loss > 0);
});

Deno.test("project() frees everything when it is left early, and refuses images that do not fit", async () => {
  using generator = smallGenerator();
  const image = await generator.drawSeeds([3]);
  const before = tf.memory().numTensors;
  const descent = project(generator, image, OPTIONS);
  await descent.next();
  await descent.return([]);
  assertEquals(tf.memory().numTensors, before);
  const colour = { ...image, channels: 3, pixels: new Float32Array(3 * 16 * 16) };
  const message = "expected one image of 16×16×1, got 1 of 16×16×3";
  await assertRejects(() => project(generator, colour, OPTIONS).next(), RangeError, message);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("pyramidLoss() is the mean of squared errors at every size", () => {
  tf.tidy(() => {
    const rng = new Rng(1);
    const image = (B: number) =>
      tf.tensor4d(rng.fillNormal(new Float32Array(B * 256)), [B, 16, 16, 1]);
    const [images, target] = [image(2), image(1)];
    const [a, b] = [images.arraySync(), target.arraySync()[0]!];
    const expected = a.map((one) => {
      let [fine, coarse] = [0, 0];
      for (let y = 0; y < 16; y++) {
        for (let x = 0; x < 16; x++) fine += (one[y]![x]![0]! - b[y]![x]![0]!) ** 2 / 256;
      }
      for (let y = 0; y < 16; y += 2) {
        for (let x = 0; x < 16; x += 2) {
          let sum = 0;
          for (const [dy, dx] of [[0, 0], [0, 1], [1, 0], [1, 1]] as const) {
            sum += (one[y + dy]![x + dx]![0]! - b[y + dy]![x + dx]![0]!) / 4;
          }
          coarse += sum ** 2 / 64;
        }
      }
      return (fine + coarse) / 2;
    });
    pyramidLoss(images, target).arraySync()
      .forEach((loss, i) => assertAlmostEquals(loss, expected[i]!, 1e-5));
    assertEquals(pyramidLoss(target, target).arraySync(), [0]);
  });
});

Deno.test("featureLoss() is 0 for equal directions, 2 for right angles, 4 for opposite ones", () => {
  tf.tidy(() => {
    const maps = (x: number, y: number) => tf.tensor4d([x, y], [1, 1, 1, 2]);
    const loss = (x: number, y: number) =>
      featureLoss(maps(x, y), maps(1, 0), (images) => [images]).arraySync()[0]!;
    assertAlmostEquals(loss(5, 0), 0, 1e-6);
    assertAlmostEquals(loss(0, 2), 2, 1e-6);
    assertAlmostEquals(loss(-1, 0), 4, 1e-6);
  });
});

Deno.test("lengthPrior() is least, 0, at |z|² = Z − 1, and grows to both sides", () => {
  tf.tidy(() => {
    const Z = 17;
    const prior = (length: number) => {
      const z = new Float32Array(Z);
      z[0] = length;
      return lengthPrior(tf.tensor2d(z, [1, Z])).arraySync()[0]!;
    };
    assertAlmostEquals(prior(4), 0, 1e-6);
    // Minus the log density of chi with 17 degrees of freedom at 2, less that at 4, over 17.
    const expected = ((4 - 16) / 2 - 16 * Math.log(2 / 4)) / Z;
    assertAlmostEquals(prior(2), expected, 1e-5);
    assert(prior(6) > 0.1 && prior(0) > 1);
  });
});

Deno.test("losses of projections have the gradients that differences show", () => {
  const rng = new Rng(5);
  const image = () => rng.fillNormal(new Float32Array(2 * 16 * 16));
  const tensor = (values: Float32Array) => tf.tensor4d(values, [1, 16, 16, 2]);
  const [x, target] = [image(), tensor(image())];
  const losses: Record<string, (values: tf.Tensor4D) => tf.Tensor1D> = {
    pyramid: (values) => pyramidLoss(values, target),
    feature: (values) => featureLoss(values, target, (all) => [all]),
    length: (values) => lengthPrior(values.reshape<tf.Tensor2D>([1, -1])),
  };
  for (const [name, loss] of Object.entries(losses)) {
    const gradient = tf.tidy(() =>
      tf.grad((values) => loss(values as tf.Tensor4D).sum())(tensor(x)).dataSync()
    );
    const largest = Math.max(...gradient.map(Math.abs));
    const of = (values: Float32Array) => tf.tidy(() => loss(tensor(values)).dataSync()[0]!);
    for (let i = 0; i < x.length; i += 17) {
      assertAlmostEquals(gradient[i]!, slope(of, x, i), 0.03 * largest, `${name}, ${i}`);
    }
  }
  target.dispose();
});

Deno.test("step sizes rise and fall, noise is gone after three quarters", () => {
  const rates = Array.from({ length: 100 }, (_, step) => learningRateAt(step, 100, 0.1));
  assertAlmostEquals(rates[0]!, 0.02, 1e-9);
  assertAlmostEquals(rates[50]!, 0.1, 1e-9);
  assert(rates[99]! < 0.001 && rates[99]! > 0);
  assertEquals([noiseAt(0, 100, 0.05), noiseAt(75, 100, 0.05)], [0.05, 0]);
  assertAlmostEquals(psnrOf(0.04), 20, 1e-9);
});
