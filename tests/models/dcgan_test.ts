import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { countTrainable, everything } from "../../src/nn/weights.ts";
import {
  buildDiscriminator,
  buildGenerator,
  DCGAN_64,
  type DcganConfig,
} from "../../models/dcgan.ts";

await tf.setBackend("cpu");

const TINY: DcganConfig = { size: 32, filters: 2, latentDim: 5, channels: 3 };

Deno.test("DCGAN_64 has the parameters that its header states", () => {
  const rng = new Rng(1);
  const generator = buildGenerator(DCGAN_64, rng);
  const discriminator = buildDiscriminator(DCGAN_64, rng);
  assertEquals(countTrainable(generator), 3_576_704);
  assertEquals(countTrainable(discriminator), 2_765_568);
  generator.dispose();
  discriminator.dispose();
});

for (const size of [32, 64, 128] as const) {
  for (const channels of [1, 3] as const) {
    Deno.test(`buildGenerator() and buildDiscriminator() fit at ${size} px, ${channels} channels`, () => {
      const config = { ...TINY, size, channels };
      const generator = buildGenerator(config, new Rng(1));
      const discriminator = buildDiscriminator(config, new Rng(2));
      for (const batch of [1, 3]) {
        tf.tidy(() => {
          const images = generator.predict(tf.randomNormal([batch, 5], 0, 1, "float32", 7));
          assertEquals((images as tf.Tensor).shape, [batch, size, size, channels]);
          assertEquals((discriminator.predict(images) as tf.Tensor).shape, [batch, 1]);
        });
      }
      generator.dispose();
      discriminator.dispose();
    });
  }
}

Deno.test("buildGenerator() names its weights alike however many models came before", () => {
  const names = [1, 2, 3].map((seed) => {
    const model = buildGenerator(TINY, new Rng(seed));
    const found = everything(model).map(({ name }) => name);
    model.dispose();
    return found;
  });
  assertEquals(new Set(names[0]).size, names[0]!.length);
  assertEquals(names[1], names[0]);
  assertEquals(names[2], names[0]);
  assertEquals(names[0]!.slice(0, 4), [
    "project/kernel",
    "project_norm/gamma",
    "project_norm/beta",
    "up1/kernel",
  ]);
});

Deno.test("buildGenerator() draws N(0, 0.02) kernels and N(1, 0.02) scales, by its seed alone", () => {
  const draw = (seed: number) => {
    const model = buildGenerator({ ...TINY, filters: 8, latentDim: 20 }, new Rng(seed));
    const weights = new Map(everything(model).map((w) => [w.name, w.variable.dataSync().slice()]));
    model.dispose();
    return weights;
  };
  const weights = draw(1);
  assertEquals(draw(1), weights);
  assertNotEquals(draw(2), weights);
  for (const [name, mean] of [["project/kernel", 0], ["project_norm/gamma", 1]] as const) {
    const { average, deviation } = moments(weights.get(name)!);
    const count = weights.get(name)!.length;
    assertWithin(average, mean, 4 * 0.02 / Math.sqrt(count), `mean of ${name}`);
    assertWithin(deviation, 0.02, 4 * 0.02 / Math.sqrt(2 * count), `deviation of ${name}`);
  }
});

/** PyTorch's `ConvTranspose2d(…, 4, 2, 1)`: pixel 0 of the input reaches output pixels 0, 1 and 2. */
Deno.test("buildGenerator() pads as PyTorch's padding=1 does", () => {
  const layer = tf.layers.conv2dTranspose({
    filters: 1,
    kernelSize: 4,
    strides: 2,
    padding: "same",
    useBias: false,
    kernelInitializer: "ones",
    inputShape: [2, 1, 1],
  });
  const column = tf.tidy(() =>
    Array.from((layer.apply(tf.tensor4d([1, 0], [1, 2, 1, 1])) as tf.Tensor).dataSync())
  );
  assertEquals(column.filter((_, i) => i % 2 === 0), [1, 1, 1, 0]);
  layer.dispose();
});

Deno.test("a generator's topology opens in stock TensorFlow.js with its weights", async () => {
  const model = buildGenerator(TINY, new Rng(3));
  const saved = Promise.withResolvers<tf.io.ModelArtifacts>();
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved.resolve(artifacts);
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  const opened = await tf.loadLayersModel(tf.io.fromMemory(await saved.promise));
  const [before, after] = tf.tidy(() => {
    const z = tf.randomNormal([2, 5], 0, 1, "float32", 7);
    return [model, opened].map((m) => (m.predict(z) as tf.Tensor).dataSync());
  });
  assertEquals(after, before);
  model.dispose();
  opened.dispose();
});

function moments(values: ArrayLike<number>) {
  const list = Array.from(values);
  const average = list.reduce((sum, x) => sum + x, 0) / list.length;
  const variance = list.reduce((sum, x) => sum + (x - average) ** 2, 0) / list.length;
  return { average, deviation: Math.sqrt(variance) };
}

function assertWithin(actual: number, expected: number, tolerance: number, what: string): void {
  if (!(Math.abs(actual - expected) <= tolerance)) {
    throw new Error(`Expected ${what} ${expected} ± ${tolerance}, got ${actual}`);
  }
}
