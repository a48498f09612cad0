import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import {
  everything,
  type NamedVariable,
  readArrays,
  statistics,
  trainable,
  under,
} from "../../src/nn/weights.ts";
import { discriminatorStep, fakeImages, generatorStep } from "../../src/training/gan_steps.ts";
import golden from "../golden/dcgan_torch.json" with { type: "json" };
import { goldenStep, setUp, startAsGolden } from "./golden_gan.ts";
import { BATCH, discs, latents } from "./tiny_gan.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

const realDiscs = () => tf.tensor4d(discs(1).pixels, [BATCH, 32, 32, 1]);
const read = (scalar: tf.Scalar) => scalar.dataSync()[0]!;

/** Names of the variables whose values `action` changed. */
async function moved(variables: NamedVariable[], action: () => void): Promise<string[]> {
  const before = await readArrays(variables);
  tf.tidy(action);
  const after = await readArrays(variables);
  return [...before.keys()].filter((name) => {
    const now = after.get(name)!.data;
    return before.get(name)!.data.some((value, i) => value !== now[i]);
  });
}

const names = (variables: NamedVariable[]) => variables.map(({ name }) => name);

Deno.test("discriminatorStep() moves every discriminator variable and no generator one", async () => {
  const { generator, discriminator, optimizers, dispose } = setUp();
  const own = under("d", everything(discriminator));
  const all = [...under("g", everything(generator)), ...own];
  const changed = await moved(all, () => {
    const fake = fakeImages(generator, latents(1));
    discriminatorStep(discriminator, optimizers.discriminator, realDiscs(), fake);
  });
  assertEquals(changed, names(own));
  dispose();
});

Deno.test("generatorStep() moves every generator variable and no discriminator one", async () => {
  const { generator, discriminator, optimizers, dispose } = setUp();
  const own = under("g", everything(generator));
  const all = [...own, ...under("d", everything(discriminator))];
  const changed = await moved(all, () => {
    generatorStep(generator, discriminator, optimizers.generator, latents(1));
  });
  assertEquals(changed, names(own));
  dispose();
});

Deno.test("fakeImages() moves nothing in a network of stock layers either", async () => {
  const layers = [
    tf.layers.dense({ inputShape: [4], units: 16 }),
    tf.layers.batchNormalization({ name: "norm" }),
    tf.layers.reshape({ targetShape: [4, 4, 1] }),
  ];
  const generator = tf.sequential({ layers });
  assertEquals(await moved(everything(generator), () => fakeImages(generator, latents(1))), []);
  generator.dispose();
});

Deno.test("fakeImages() moves nothing, and normalizes by the batch as training does", async () => {
  const { generator, dispose } = setUp();
  assertEquals(await moved(everything(generator), () => fakeImages(generator, latents(1))), []);
  tf.tidy(() => {
    const fake = fakeImages(generator, latents(1)).dataSync();
    const inTraining = generator.apply(latents(1), { training: true }) as tf.Tensor;
    assertEquals(fake, inTraining.dataSync());
  });
  dispose();
});

Deno.test("discriminatorStep() starts at 2·ln 2 and overfits one batch", () => {
  const { generator, discriminator, optimizers, dispose } = setUp({
    learningRate: 5e-3,
    beta1: 0.5,
  });
  const losses: number[] = [];
  tf.tidy(() => {
    const [real, fake] = [realDiscs(), fakeImages(generator, latents(1))];
    for (let i = 0; i < 12; i++) {
      losses.push(
        read(discriminatorStep(discriminator, optimizers.discriminator, real, fake).loss),
      );
    }
  });
  assertAlmostEquals(losses[0]!, 2 * Math.log(2), 0.1);
  assert(losses[11]! < 0.2, `expected < 0.2, got ${losses[11]}`);
  dispose();
});

Deno.test("generatorStep() starts at ln 2 and fools a discriminator that stands still", () => {
  const { generator, discriminator, optimizers, dispose } = setUp({
    learningRate: 1e-2,
    beta1: 0.5,
  });
  const losses: number[] = [];
  tf.tidy(() => {
    for (let i = 0; i < 12; i++) {
      const report = generatorStep(generator, discriminator, optimizers.generator, latents(1));
      losses.push(read(report.loss));
    }
  });
  assertAlmostEquals(losses[0]!, Math.log(2), 0.1);
  assert(losses[11]! < 0.8 * losses[0]!, `expected < 0.8 of ${losses[0]}, got ${losses[11]}`);
  dispose();
});

Deno.test("both steps leave no tensor but the scalars they return", () => {
  const { generator, discriminator, optimizers, dispose } = setUp();
  const [real, fake, z] = [realDiscs(), fakeImages(generator, latents(1)), latents(1)];
  const before = tf.memory().numTensors;
  const d = discriminatorStep(discriminator, optimizers.discriminator, real, fake);
  const g = generatorStep(generator, discriminator, optimizers.generator, z);
  assertEquals(tf.memory().numTensors, before + Object.keys(d).length + Object.keys(g).length);
  tf.dispose([Object.values(d), Object.values(g), real, fake, z]);
  dispose();
});

Deno.test("three whole steps equal PyTorch's: losses, scores, weights and statistics", async () => {
  const { generator, discriminator, optimizers, dispose } = setUp(golden.options);
  startAsGolden({ generator, discriminator });
  for (const [i, expected] of golden.steps.entries()) {
    tf.tidy(() => {
      const { d, g } = goldenStep({ generator, discriminator }, optimizers, i + 1, golden.options);
      assertAlmostEquals(read(d.loss), expected.discriminatorLoss, 1e-4);
      assertAlmostEquals(read(d.onReal), expected.onReal, 1e-4);
      assertAlmostEquals(read(d.onFake), expected.onFake, 1e-4);
      assertAlmostEquals(read(g.loss), expected.generatorLoss, 1e-4);
      assertAlmostEquals(read(g.onFake), expected.onFakeAfter, 1e-4);
    });
  }
  const after = await readArrays([
    ...under("generator", everything(generator)),
    ...under("discriminator", everything(discriminator)),
  ]);
  assertEquals([...after.keys()].sort(), Object.keys(golden.weightsAfter).sort());
  for (const [name, expected] of Object.entries(golden.weightsAfter)) {
    for (const [i, value] of expected.entries()) {
      assertAlmostEquals(after.get(name)!.data[i]!, value, 2e-4, `${name}[${i}]`);
    }
  }
  dispose();
});

Deno.test("statistics() are what batch norm moves and nothing else", () => {
  const { generator, dispose } = setUp();
  assert(names(statistics(generator)).every((name) => /_norm\/moving_/.test(name)));
  assertEquals(
    names(statistics(generator)).length + names(trainable(generator)).length,
    names(everything(generator)).length,
  );
  dispose();
});
