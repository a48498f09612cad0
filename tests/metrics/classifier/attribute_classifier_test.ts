import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import type { ImageBatch } from "../../../src/core/images.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
} from "../../../src/core/safetensors.ts";
import {
  AttributeClassifier,
  openClassifier,
} from "../../../src/metrics/classifier/attribute_classifier.ts";
import {
  decodeClassifier,
  encodeClassifier,
} from "../../../src/metrics/classifier/classifier_file.ts";
import { canTell } from "../../../src/metrics/classifier/telling.ts";
import { TemporaryFolder } from "../../data/pictures.ts";
import { ATTRIBUTES, tinyClassifierFile } from "./tiny_classifier.ts";

await tf.setBackend("cpu");

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Pictures of one shade each. */
function flats(shades: readonly number[], size = 8, channels = 1): ImageBatch {
  const length = size * size * channels;
  const pixels = new Float32Array(shades.length * length);
  shades.forEach((shade, i) => pixels.fill(shade, i * length, (i + 1) * length));
  return { pixels, count: shades.length, size, channels };
}

Deno.test("encodeClassifier() and decodeClassifier() hold all there is, in the same bytes", () => {
  const file = tinyClassifierFile();
  const bytes = encodeClassifier(file);
  assertEquals(decodeClassifier(bytes, "x"), file);
  assertEquals(encodeClassifier(decodeClassifier(bytes, "x")), bytes);
});

Deno.test("decodeClassifier() says what is wrong with a file", () => {
  const decode = (bytes: Uint8Array<ArrayBuffer>) => () => decodeClassifier(bytes, "f.safetensors");
  assertThrows(decode(new Uint8Array(3)), SafetensorsError, '"f.safetensors"');
  const weights = encodeSafetensors({ metadata: { topology: "{}" }, arrays: new Map() });
  assertThrows(
    decode(weights),
    RangeError,
    'expected a file of "deno task train-classifier", got a safetensors file with topology',
  );
  const unordered = tinyClassifierFile({ attributes: ATTRIBUTES.toReversed() });
  assertThrows(decode(encodeClassifier(unordered)), RangeError, 'got "shade" out of place');
  const { arrays, metadata } = decodeSafetensors(encodeClassifier(tinyClassifierFile()), "x");
  const labels = arrays.get("held_out/labels")!;
  const turned = new Map([...arrays, ["held_out/labels", { ...labels, shape: [5, 2] }]]);
  assertThrows(
    decode(encodeSafetensors({ metadata, arrays: turned })),
    SafetensorsError,
    'expected "held_out/labels" of shape [N, 5], got [5, 2]',
  );
  const whole = encodeClassifier(tinyClassifierFile());
  assertThrows(decode(whole.slice(0, -8)), SafetensorsError);
});

Deno.test("decodeClassifier() says how to make a classifier of another version anew", () => {
  const { arrays, metadata } = decodeSafetensors(encodeClassifier(tinyClassifierFile()), "x");
  const decode = (change: (about: Record<string, unknown>) => void) => () => {
    const about = JSON.parse(metadata.description!);
    change(about);
    const changed = { ...metadata, description: JSON.stringify(about) };
    decodeClassifier(encodeSafetensors({ metadata: changed, arrays }), "old.safetensors");
  };
  const older = (about: Record<string, unknown>) => {
    for (const attribute of about.attributes as Record<string, unknown>[]) delete attribute.choice;
  };
  const { message } = assertThrows(decode(older), RangeError);
  assertMatch(message, /^Cannot classify with "old\.safetensors": expected the form that this ver/);
  assertMatch(
    message,
    /another one's \(attributes\[0\]\.choice: .+\)\. Delete it, and "deno task train-/,
  );
  const newer = assertThrows(decode((about) => about.version = 2), RangeError).message;
  assertMatch(newer, /another one's \(version: /);
  assertEquals([message, newer].filter((text) => text.includes("\n")), []);
});

Deno.test("AttributeClassifier.predict() gives probabilities, a choice's adding up to 1, and numbers", async () => {
  const bytes = encodeClassifier(tinyClassifierFile());
  using classifier = await AttributeClassifier.from(bytes, "tiny");
  const shades = Array.from({ length: 70 }, (_, i) => i / 35 - 1); // more than are computed at once
  const { answers, features } = await classifier.predict(flats(shades));
  assertEquals([answers.count, answers.dim, features.count, features.dim], [70, 5, 70, 2]);
  shades.forEach((m, i) => {
    const [light, none, warm, cold, shade] = answers.values.subarray(5 * i);
    assertAlmostEquals(light!, sigmoid(2 * m), 1e-6);
    const total = 1 + Math.exp(m) + Math.exp(-m);
    assertAlmostEquals(none!, 1 / total, 1e-6);
    assertAlmostEquals(warm!, Math.exp(m) / total, 1e-6);
    assertAlmostEquals(cold!, Math.exp(-m) / total, 1e-6);
    assertAlmostEquals(shade!, 40 + 10 * 3 * m, 1e-4);
    assertAlmostEquals(features.values[2 * i]!, m, 1e-6);
  });
  assertEquals([classifier.columnOf("warm"), classifier.columnOf("age")], [2, null]);
});

Deno.test("AttributeClassifier.predict() refuses images of another size or other channels", async () => {
  using classifier = await AttributeClassifier.from(encodeClassifier(tinyClassifierFile()), "tiny");
  await assertRejects(
    () => classifier.predict(flats([0], 16)),
    RangeError,
    'Cannot classify images of 16×16×1: this classifier was trained on "tones" at 8×8×1. ' +
      "Train one with --size 16",
  );
  await assertRejects(
    () => classifier.predict(flats([0], 8, 3)),
    RangeError,
    "Train one with --size 8 --channels 3",
  );
});

Deno.test("AttributeClassifier.extract() takes other sizes and colours, and a choice as classes", async () => {
  using classifier = await AttributeClassifier.from(encodeClassifier(tinyClassifierFile()), "tiny");
  const plain = await classifier.extract(flats([0.5, -0.25]));
  for (const images of [flats([0.5, -0.25], 16), flats([0.5, -0.25], 5, 3)]) {
    const { features, probabilities } = await classifier.extract(images);
    features.values.forEach((x, i) => assertAlmostEquals(x, plain.features.values[i]!, 1e-5));
    assertEquals([probabilities!.count, probabilities!.dim], [2, 3]);
    for (let i = 0; i < 2; i++) {
      const row = probabilities!.values.subarray(3 * i, 3 * i + 3);
      assertAlmostEquals(row[0]! + row[1]! + row[2]!, 1, 1e-6);
    }
  }
  await assertRejects(() => classifier.extract(flats([0], 8, 2)), RangeError, "got 2");
});

Deno.test("AttributeClassifier.extract() calls nothing a class that it cannot tell on average", async () => {
  const blind = ATTRIBUTES.map((attribute) => ({ ...attribute, heldOut: null }));
  const single = tinyClassifierFile({ attributes: blind });
  using classifier = await AttributeClassifier.from(encodeClassifier(single), "tiny");
  assertEquals((await classifier.extract(flats([0]))).probabilities, null);
  assertEquals(blind.some(canTell), false);
  assert(ATTRIBUTES.every(canTell));
});

Deno.test("AttributeClassifier frees all it holds, also where it cannot be opened", async () => {
  const before = tf.memory().numTensors;
  {
    using classifier = await AttributeClassifier.from(
      encodeClassifier(tinyClassifierFile()),
      "tiny",
    );
    await classifier.predict(flats([0, 1]));
    assertEquals(classifier.fingerprint.length, 64);
  }
  const { weights, attributes } = tinyClassifierFile();
  const odd = [
    { weights: new Map([...weights].slice(1)) },
    {
      weights: new Map([...weights, ["features/kernel", {
        shape: [1, 2],
        data: Float32Array.of(1, NaN),
      }]]),
    },
    {
      attributes: attributes.slice(1),
      heldOut: { count: 0, labels: new Float32Array(0), answers: new Float32Array(0) },
    },
    { channels: 3 },
  ];
  for (const changes of odd) {
    const bytes = encodeClassifier(tinyClassifierFile(changes));
    await assertRejects(
      () => AttributeClassifier.from(bytes, "odd"),
      RangeError,
      'Cannot classify with "odd"',
    );
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("openClassifier() reads a file, and says how to make a missing one", async () => {
  using folder = new TemporaryFolder();
  folder.write({ "c.safetensors": encodeClassifier(tinyClassifierFile()) });
  using classifier = await openClassifier(join(folder.path, "c.safetensors"));
  assertEquals(classifier.origin.dataset, "tones");
  await assertRejects(
    () => openClassifier("none.safetensors"),
    RangeError,
    'there is no such file. Make one with "deno task train-classifier',
  );
});
