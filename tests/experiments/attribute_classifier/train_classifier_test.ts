import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";
import {
  classifierPath,
  keptClassifier,
} from "../../../src/experiments/attribute_classifier/kept_classifier.ts";
import { readImages } from "../../../src/experiments/attribute_classifier/labelled_batches.ts";
import { splitImages } from "../../../src/experiments/attribute_classifier/labels.ts";
import { ClassifierSettings } from "../../../src/experiments/attribute_classifier/settings.ts";
import { trainClassifier } from "../../../src/experiments/attribute_classifier/train_classifier.ts";
import { AttributeClassifier } from "../../../src/metrics/classifier/attribute_classifier.ts";
import { canTell } from "../../../src/metrics/classifier/telling.ts";
import { TemporaryFolder } from "../../data/pictures.ts";
import { PlantedDataset } from "./planted.ts";

await openDevice(await probeDevice("simd"), { threads: 1 });

const SETTINGS = ClassifierSettings.parse({
  ...{ size: 8, filters: 4, features: 16, steps: 120, batch: 16, mirror: false },
  ...{ dropout: 0, emaDecay: 0.9, learningRate: 0.01 },
});
const never = () => new AbortController().signal;

Deno.test("trainClassifier() learns what is planted, and says so of images that it never saw", async () => {
  using dataset = new PlantedDataset();
  const before = tf.memory().numTensors;
  const bytes = await trainClassifier(dataset, SETTINGS, { signal: never() });
  assertEquals(tf.memory().numTensors, before);
  {
    using classifier = await AttributeClassifier.from(bytes!, "planted");
    const told = classifier.attributes.map((attribute) => [attribute.name, canTell(attribute)]);
    assertEquals(told, [["left", true], ["dark", true], ["light", true], ["shade", true]]);
    const { heldOut } = splitImages(dataset.length);
    const { answers, features } = await classifier.predict(readImages(dataset, heldOut));
    assertEquals([answers.count, answers.dim, features.dim], [heldOut.length, 4, 16]);
    assertEquals(answers.values, classifier.heldOut.answers, "the file's evidence is its answers");
    assertEquals(classifier.origin.images, dataset.length - heldOut.length);
    const shade = classifier.attributes[3]!.heldOut;
    assertEquals(shade?.images, [...heldOut].filter((index) => index % 5 !== 0).length);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("trainClassifier() gives equal bytes for equal data and settings, others for another seed", async () => {
  using dataset = new PlantedDataset(160);
  const make = (seed: number) =>
    trainClassifier(dataset, { ...SETTINGS, steps: 3, seed }, { signal: never() });
  const [first, again, other] = [await make(1), await make(1), await make(2)];
  assertEquals(first, again);
  assert(first!.some((byte, i) => byte !== other![i]));
});

Deno.test("keptClassifier() trains once, finds it again, and leaves nothing where it is stopped", async () => {
  using dataset = new PlantedDataset(160);
  using cache = new TemporaryFolder();
  const settings = { ...SETTINGS, steps: 3 };
  const trained: string[] = [];
  const options = {
    settings,
    cacheDir: cache.path,
    onTraining: (path: string) => trained.push(path),
  };
  const stop = new AbortController();
  const stopped = await keptClassifier(dataset, {
    ...options,
    signal: stop.signal,
    onStep: () => stop.abort(),
  });
  assertEquals([stopped, cache.files()], [null, []]);
  const fingerprints: string[] = [];
  for (let i = 0; i < 2; i++) {
    const kept = await keptClassifier(dataset, { ...options, signal: never() });
    using classifier = kept!.classifier;
    fingerprints.push(classifier.fingerprint);
    assertEquals(kept!.path, await classifierPath(dataset, settings, cache.path));
  }
  assertEquals(trained.length, 2, "the stopped one and one more");
  assertEquals(fingerprints[0], fingerprints[1]);
  assertEquals(cache.files().length, 1);
  assert(/^classifiers\/planted-8px-[0-9a-f]{12}\.safetensors$/.test(cache.files()[0]!));
  const elsewhere = await classifierPath(dataset, { ...settings, seed: 2 }, cache.path);
  assert(elsewhere !== join(cache.path, cache.files()[0]!), "other settings are kept apart");
});

Deno.test("trainClassifier() hears a stop that comes from outside while it computes", async () => {
  using dataset = new PlantedDataset(160);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 50);
  const settings = { ...SETTINGS, steps: 1_000_000 };
  assertEquals(await trainClassifier(dataset, settings, { signal: stop.signal }), null);
  clearTimeout(timer);
});

Deno.test("trainClassifier() refuses what has no attributes before it trains", async () => {
  const none = new PlantedDataset(100, []);
  await assertRejects(
    () => trainClassifier(none, SETTINGS, { signal: never() }),
    RangeError,
    "its images have no attributes",
  );
});
