import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { buildSrganDiscriminator } from "../../models/srgan_discriminator.ts";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import type { ImageBatch, Raster } from "../../src/core/images.ts";
import type { Snapshot } from "../../src/core/named_arrays.ts";
import type { PairBatch } from "../../src/core/pairs.ts";
import { Rng } from "../../src/core/rng.ts";
import { type EnlargerName, enlargerNetworks } from "../../src/experiments/enlarger_networks.ts";
import { AdversarialEnlargerTrainer } from "../../src/training/adversarial_enlarger.ts";
import { pictureDistances } from "../../src/metrics/perceptual/distance.ts";
import { openLabStack } from "../../src/metrics/perceptual/lab_stack.ts";
import {
  activationContent,
  type ContentLoss,
  matchingContent,
  perceptualContent,
  pixelContent,
} from "../../src/training/content_losses.ts";
import {
  type EnlargerOptions,
  EnlargerTrainer,
  type EnlargerViews,
} from "../../src/training/enlarger_trainer.ts";
import { cosineRate } from "../../src/training/schedule.ts";
import type { Trainer } from "../../src/training/trainer.ts";

await openDevice(await probeDevice("simd"), { threads: 1 });

const images = (count: number, size: number, seed: number): ImageBatch => ({
  pixels: new Rng(seed, "patches").fillNormal(new Float32Array(count * size ** 2 * 3))
    .map((value) => Math.tanh(value / 2)),
  count,
  size,
  channels: 3,
});
const batch = (seed: number): PairBatch => ({
  low: images(2, 8, seed),
  high: images(2, 16, seed + 1),
});

const OPTIONS: EnlargerOptions = {
  learningRate: 1e-3,
  finalShare: 0.1,
  totalSteps: 6,
  beta1: 0.9,
  emaDecay: 0.9,
};
const VIEWS: EnlargerViews = {
  calibration: batch(100),
  show: () => Promise.resolve(images(3, 4, 7)),
  async measure(network) {
    const output = tf.tidy(() => (network.predict(tf.ones([1, 4, 4, 3])) as tf.Tensor).mean());
    const [value] = await output.data();
    output.dispose();
    return { mean: value! };
  },
};

function networks(name: EnlargerName) {
  const { build, sizable } = enlargerNetworks[name];
  const size = sizable ? { blocks: 1, channels: 4 } : { blocks: null, channels: null };
  const rng = new Rng(1, "weights");
  return {
    network: build({ scale: 2, ...size }, rng),
    average: build({ scale: 2, ...size }, rng),
  };
}

const byPixels = (name: EnlargerName) => () =>
  new EnlargerTrainer(networks(name), { ...OPTIONS, loss: "l1" }, VIEWS);

function adversarial(content: (d: tf.LayersModel) => ContentLoss) {
  return () => {
    const size = { size: 16, channels: 2, units: 4 };
    const discriminator = buildSrganDiscriminator(size, new Rng(2, "weights"));
    return new AdversarialEnlargerTrainer(
      networks("srresnet"),
      { discriminator, content: content(discriminator) },
      { ...OPTIONS, adversarialWeight: 0.1, warmUp: 1 },
      VIEWS,
    );
  };
}

/** Edges of a picture: a network of features in place of VGG19. */
const edges = () => ({
  apply: (x: tf.Tensor4D) => tf.tidy(() => x.sub(tf.reverse(x, 2)).square()),
  dispose() {},
});

/** A map of a place's colours and their negatives, both above zero: nothing at all where it is grey. */
const maps = () => ({
  maps: (x: tf.Tensor4D) => tf.tidy(() => [tf.concat4d([x.relu(), tf.neg(x).relu()], 3)]),
  [Symbol.dispose]() {},
});

const trainers: Readonly<Record<string, () => Trainer<PairBatch>>> = {
  "EDSR by pixels": byPixels("edsr-compact"),
  "SRResNet by pixels": byPixels("srresnet"),
  "FSRCNN by pixels": byPixels("fsrcnn"),
  "SRGAN with pixels": adversarial(() => pixelContent),
  "SRGAN with the discriminator's features": adversarial((d) => matchingContent(d, 0.1)),
  "SRGAN with another network's features": adversarial(() => activationContent(edges())),
  "SRGAN with perceptual distance": adversarial(() => perceptualContent(maps(), 0.5)),
};

const bytesOf = ({ generator, state }: Snapshot) =>
  [...generator, ...state].map(([name, { data }]) => [name, [...data]] as const);

for (const [name, make] of Object.entries(trainers)) {
  Deno.test(`${name} resumes to the same bytes, and leaks nothing`, async () => {
    const before = tf.memory().numTensors;
    const whole = make();
    const held = new Set<number>();
    let halfway: Snapshot | null = null;
    for (let step = 1; step <= 4; step++) {
      await whole.step(batch(10 * step));
      await whole.sample?.();
      if (step === 2) halfway = structuredClone(await whole.snapshot());
      held.add(tf.memory().numTensors);
    }
    assertEquals(held.size, 1);
    const resumed = make();
    resumed.restore(halfway!);
    for (let step = 3; step <= 4; step++) await resumed.step(batch(10 * step));
    assertEquals(bytesOf(await resumed.snapshot()), bytesOf(await whole.snapshot()));
    assertEquals(await resumed.measure!(), await whole.measure!());
    whole.dispose();
    resumed.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`${name} reports finite losses and follows its schedule`, async () => {
    const trainer = make();
    const { losses, scores } = await trainer.step(batch(1));
    assert(Object.values(losses).every((loss) => Number.isFinite(loss) && loss > 0));
    assertEquals(Object.keys(scores), name.startsWith("SRGAN") ? ["D(x)", "D(G(z))"] : []);
    trainer.dispose();
  });
}

Deno.test("SRGAN moves the enlarger by both losses, and the discriminator by its own alone", async () => {
  const moved = async (adversarialWeight: number) => {
    const size = { size: 16, channels: 2, units: 4 };
    const discriminator = buildSrganDiscriminator(size, new Rng(2, "weights"));
    const trainer = new AdversarialEnlargerTrainer(
      networks("srresnet"),
      { discriminator, content: pixelContent },
      { ...OPTIONS, adversarialWeight, warmUp: 0 },
      VIEWS,
    );
    await trainer.step(batch(1));
    const { generator, state } = await trainer.snapshot();
    trainer.dispose();
    return {
      enlarger: [...generator.get("generator/head/kernel")!.data],
      discriminator: [...state.get("discriminator/conv1/kernel")!.data],
    };
  };
  const [none, some] = [await moved(0), await moved(10)];
  assertEquals(none.discriminator, some.discriminator);
  assert(none.enlarger.some((value, i) => value !== some.enlarger[i]));
});

Deno.test("perceptualContent() is the distance of evaluate-sr beside pixels, and has a slope where nothing is seen", async () => {
  using lab = await openLabStack();
  const [a, b] = [1, 2].map((seed) => {
    const pixels = new Uint8Array(32 * 32 * 3);
    for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 37 * seed + (i >> 5) * 11) % 256;
    return { pixels, width: 32, height: 32, channels: 3 };
  });
  const tensorOf = ({ pixels }: Raster) =>
    tf.tensor4d(Float32Array.from(pixels, (value) => value / 127.5 - 1), [1, 32, 32, 3]);
  const [x, y] = [tensorOf(a!), tensorOf(b!)];
  const content = perceptualContent(lab, 2);
  const value = async (loss: tf.Scalar) => (await loss.data())[0]!;
  const distance = await value(content.compare(x, y)) - await value(pixelContent.compare(x, y));
  assertAlmostEquals(distance, 2 * (await pictureDistances(lab, a!, b!)).perceptual, 1e-4);

  const zeros = perceptualContent(maps(), 1);
  const slope = tf.grad((made) => zeros.compare(made as tf.Tensor4D, y))(tf.zeros([1, 32, 32, 3]));
  assert((await slope.data()).every(Number.isFinite));
});

Deno.test("SRGAN's warm-up moves the discriminator alone", async () => {
  const size = { size: 16, channels: 2, units: 4 };
  const discriminator = buildSrganDiscriminator(size, new Rng(2, "weights"));
  const trainer = new AdversarialEnlargerTrainer(
    networks("srresnet"),
    { discriminator, content: pixelContent },
    { ...OPTIONS, adversarialWeight: 1, warmUp: 2 },
    VIEWS,
  );
  const kernels = async () => {
    const { generator, state } = await trainer.snapshot();
    const [ours, theirs] = ["generator/head/kernel", "discriminator/conv1/kernel"];
    return [generator.get(ours)!.data.slice(), state.get(theirs)!.data.slice()] as const;
  };
  let [enlarger, judge] = await kernels();
  for (let step = 1; step <= 3; step++) {
    await trainer.step(batch(step));
    const [nextEnlarger, nextJudge] = await kernels();
    assertEquals(nextEnlarger.every((value, i) => value === enlarger[i]), step <= 2);
    assert(nextJudge.some((value, i) => value !== judge[i]));
    [enlarger, judge] = [nextEnlarger, nextJudge];
  }
  trainer.dispose();
});

Deno.test("cosineRate() falls from the first step size to its share, by half a cosine", () => {
  const options = { learningRate: 2, finalShare: 0.1, totalSteps: 101 };
  assertEquals(cosineRate(1, options), 2);
  assertAlmostEquals(cosineRate(51, options), 1.1, 1e-12);
  assertAlmostEquals(cosineRate(101, options), 0.2, 1e-12);
  assertAlmostEquals(cosineRate(500, options), 0.2, 1e-12);
  assertAlmostEquals(cosineRate(1, { ...options, totalSteps: 1 }), 0.2, 1e-12);
});

Deno.test("a trainer refuses a snapshot of another kind", () => {
  const trainer = byPixels("espcn")();
  const snapshot: Snapshot = { generator: new Map(), state: new Map(), topology: "", meta: {} };
  assertThrows(() => trainer.restore(snapshot), RangeError, "Cannot restore an enlarger");
  trainer.dispose();
});
