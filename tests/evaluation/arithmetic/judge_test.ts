import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { buildGenerator } from "../../../models/dcgan.ts";
import { Rng } from "../../../src/core/rng.ts";
import { judgeOf, judgeSeeds } from "../../../src/evaluation/arithmetic/judge.ts";
import { Generator } from "../../../src/latent/generator.ts";
import { AttributeClassifier } from "../../../src/metrics/classifier/attribute_classifier.ts";
import { encodeClassifier } from "../../../src/metrics/classifier/classifier_file.ts";
import { tinyClassifierFile } from "../../metrics/classifier/tiny_classifier.ts";

await tf.setBackend("cpu");

const file = encodeClassifier(tinyClassifierFile({}, { size: 32, channels: 1 }));
const generatorOf = () =>
  new Generator(buildGenerator({ size: 32, filters: 1, latentDim: 4, channels: 1 }, new Rng(1)));

Deno.test("judgeOf() classifies what the generator draws, in parts like as a whole", async () => {
  const before = tf.memory().numTensors;
  {
    using generator = generatorOf();
    using classifier = await AttributeClassifier.from(file, "tiny");
    const counts: number[] = [];
    const judge = judgeOf(generator, classifier, {
      signal: new AbortController().signal,
      onImages: (count) => counts.push(count),
    });
    const judged = await judgeSeeds(judge, { firstSeed: 7, count: 150, latentDim: 4 });
    assertEquals(counts, [128, 22]);
    const images = await generator.drawSeeds([7, 156]);
    const { answers, features } = await classifier.predict(images);
    const rows = (all: typeof answers, ...indices: number[]) =>
      indices.flatMap((i) => [...all.values.subarray(i * all.dim, (i + 1) * all.dim)]);
    assertEquals(rows(judged.answers, 0, 149), [...answers.values]);
    assertEquals(rows(judged.features, 0, 149), [...features.values]);
    assertEquals([judged.latents.count, judged.firstSeed], [150, 7]);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("judgeOf() hears a stop that comes from outside while it computes", async () => {
  using generator = generatorOf();
  using classifier = await AttributeClassifier.from(file, "tiny");
  const stop = new AbortController();
  const judge = judgeOf(generator, classifier, { signal: stop.signal });
  const timer = setTimeout(() => stop.abort(new RangeError("enough")), 50);
  const many = { firstSeed: 0, count: 200_000, latentDim: 4 };
  await assertRejects(() => judgeSeeds(judge, many), RangeError, "enough");
  clearTimeout(timer);
});
