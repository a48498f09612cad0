import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { meanPairDistance } from "../../src/core/diversity.ts";
import type { Snapshot } from "../../src/core/named_arrays.ts";
import { latentOfSeed } from "../../src/core/rng.ts";
import type { GanTrainer } from "../../src/training/gan_trainer.ts";
import { REFERENCE_KERNELS, registerReferenceKernels } from "../nn/reference_kernels.ts";
import { discs, TINY, tinyNetworks, tinyTrainer } from "./tiny_gan.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

/** Steps `from` + 1 … `to`, each on the batch of its number, as seeked batches would give. */
async function takeSteps(trainer: GanTrainer, from: number, to: number) {
  const reports = [];
  for (let step = from + 1; step <= to; step++) reports.push(await trainer.step(discs(step)));
  return reports;
}

/** As a checkpoint keeps it: through JSON, and with the arrays in memory of their own. */
function stored({ generator, topology, state, meta }: Snapshot): Snapshot {
  const copy = (arrays: typeof state) =>
    new Map([...arrays].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
  return {
    generator: copy(generator),
    topology,
    state: copy(state),
    meta: JSON.parse(JSON.stringify(meta)),
  };
}

Deno.test("GanTrainer stopped at step 3 and resumed to 6 has the bytes of one that never stopped", async () => {
  const whole = tinyTrainer();
  const first = await takeSteps(whole, 0, 3);
  const saved = stored(await whole.snapshot());
  const rest = await takeSteps(whole, 3, 6);

  const resumed = tinyTrainer({ learningRate: 2e-3 });
  resumed.restore(saved);
  assertEquals(stored(await resumed.snapshot()), saved);
  assertEquals(await takeSteps(resumed, 3, 6), rest);
  assertEquals(await resumed.snapshot(), await whole.snapshot());
  assertEquals(await resumed.sample(), await whole.sample());
  assertNotEquals(first, rest);
  whole.dispose();
  resumed.dispose();
});

Deno.test("GanTrainer gives the same numbers for the same seed, and others for another", async () => {
  const run = async (seed: number) => {
    const trainer = tinyTrainer({ seed });
    const reports = await takeSteps(trainer, 0, 2);
    trainer.dispose();
    return reports;
  };
  const once = await run(1);
  assertEquals(await run(1), once);
  assertNotEquals(await run(2), once);
});

Deno.test("GanTrainer trains alike whether or not samples and snapshots are taken", async () => {
  const [quiet, shown] = [tinyTrainer(), tinyTrainer()];
  await takeSteps(quiet, 0, 2);
  await shown.sample();
  await takeSteps(shown, 0, 1);
  await shown.snapshot();
  await shown.sample();
  await takeSteps(shown, 1, 2);
  assertEquals(await shown.snapshot(), await quiet.snapshot());
  quiet.dispose();
  shown.dispose();
});

Deno.test("GanTrainer leaks nothing in step, sample, snapshot, restore and dispose", async () => {
  const before = tf.memory().numTensors;
  const trainer = tinyTrainer();
  await takeSteps(trainer, 0, 1);
  const afterOne = tf.memory().numTensors;
  await takeSteps(trainer, 1, 3);
  await trainer.sample();
  trainer.restore(await trainer.snapshot());
  assertEquals(tf.memory().numTensors, afterOne);
  trainer.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("GanTrainer.sample() is what the exported average makes of latentOfSeed(seed + i)", async () => {
  const trainer = tinyTrainer({ seed: 5 });
  await takeSteps(trainer, 0, 2);
  const { generator, topology } = await trainer.snapshot();
  const sample = await trainer.sample();
  assertEquals([sample.count, sample.size, sample.channels], [4, 32, 1]);

  const exported = await tf.models.modelFromJSON(JSON.parse(topology));
  const made = tf.tidy(() => {
    exported.loadWeights(
      Object.fromEntries(
        exported.weights.map(({ originalName }) => {
          const { data, shape } = generator.get(`generator_ema/${originalName}`)!;
          return [originalName, tf.tensor(data, [...shape])];
        }),
      ),
    );
    const z = [0, 1, 2, 3].map((i) => Array.from(latentOfSeed(5 + i, TINY.latentDim)));
    return (exported.predict(tf.tensor2d(z)) as tf.Tensor).dataSync();
  });
  assertEquals(made, sample.pixels);
  assert(Math.max(...made.map(Math.abs)) <= 1);
  exported.dispose();
  trainer.dispose();
});

Deno.test("GanTrainer.snapshot() separates what sampling needs from what resuming needs", async () => {
  const trainer = tinyTrainer();
  const { generator, state, meta } = await trainer.snapshot();
  const prefixes = (names: Iterable<string>) => [
    ...new Set([...names].map((name) => name.split("/").slice(0, -2).join("/"))),
  ];
  assertEquals(prefixes(generator.keys()), ["generator", "generator_ema"]);
  assertEquals(prefixes(state.keys()), [
    "discriminator",
    "optimizer/generator/m",
    "optimizer/generator/v",
    "optimizer/discriminator/m",
    "optimizer/discriminator/v",
  ]);
  assertEquals(generator.get("generator/up1/kernel")!.shape, [4, 4, 4, 8]);
  assertEquals(Object.keys(meta), ["step", "latents"]);
  assertEquals(trainer.parameters, { generator: 1212, discriminator: 824 });
  trainer.dispose();
});

Deno.test("GanTrainer refuses pictures and snapshots that do not fit, and says what it expected", async () => {
  const trainer = tinyTrainer();
  await assertRejects(
    () => trainer.step(discs(1, 3, 3)),
    RangeError,
    "Cannot train on images of 32×32×3: the generator makes 32×32×1",
  );
  await assertRejects(
    () => trainer.step(discs(1, 1)),
    RangeError,
    "Cannot train on a batch of 1: batch norm needs 2 images or more",
  );
  const snapshot = await trainer.snapshot();
  assertThrows(
    () => trainer.restore({ ...snapshot, meta: { step: -1, latents: [1, 2, 3, 4] } }),
    RangeError,
    "Cannot restore a GAN",
  );
  const wider = tinyTrainer({}, tinyNetworks(1, { ...TINY, filters: 3 }));
  assertThrows(
    () => wider.restore(snapshot),
    RangeError,
    'Cannot restore "generator/project/kernel": expected shape [4, 192], got [4, 128].',
  );
  wider.dispose();
  trainer.dispose();
});

Deno.test("GanTrainer.step() takes a fourth of the kernel calls that stock layers would", async () => {
  registerReferenceKernels();
  await tf.setBackend(REFERENCE_KERNELS);
  const trainer = tinyTrainer();
  await trainer.step(discs(1));
  const { kernels } = await tf.profile(async () => {
    await trainer.step(discs(2));
    return [];
  });
  trainer.dispose();
  await tf.setBackend("cpu");
  // 1,140 of them with stock layers, losses and gradients. Of those left, some 100 are the tape's clones.
  assert(kernels.length <= 275, `a step took ${kernels.length} kernel calls`);
  const count = (kernel: string) => kernels.filter(({ name }) => name === kernel).length;
  // Three filters a network: real, fake, and the generator's own, whose step needs none of the other's.
  assertEquals(count("Conv2DBackpropFilter"), 9);
});

Deno.test("GanTrainer.measure() compares the newest sample's diversity with real pictures'", async () => {
  const trainer = tinyTrainer({ pairDistance: 0.5 });
  assertEquals(await trainer.measure(), {});
  await takeSteps(trainer, 0, 1);
  const expected = meanPairDistance(await trainer.sample()) / 0.5;
  assertEquals(await trainer.measure(), { "sample-diversity": expected });
  assert(expected > 0);
  trainer.dispose();
  const without = tinyTrainer();
  await without.sample();
  assertEquals(await without.measure(), {});
  without.dispose();
});
