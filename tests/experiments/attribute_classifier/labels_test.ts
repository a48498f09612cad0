import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Attribute } from "../../../data/dataset.ts";
import {
  learnableAttributes,
  splitImages,
} from "../../../src/experiments/attribute_classifier/labels.ts";
import { plantedAttributes, PlantedDataset } from "./planted.ts";

Deno.test("splitImages() holds out one in eight, always the same, at most 2,048", () => {
  const { training, heldOut } = splitImages(8000);
  assertEquals(training.length + heldOut.length, 8000);
  assertAlmostEquals(heldOut.length, 1000, 100);
  const both = new Set(heldOut);
  assert(training.every((index) => !both.has(index)));
  const longer = splitImages(50_000);
  assertEquals(longer.heldOut.length, 2048);
  assertEquals([...longer.heldOut.subarray(0, heldOut.length)], [...heldOut], "none changes sides");
  const inTraining = new Set(longer.training);
  assert(longer.heldOut.every((index) => !inTraining.has(index)));
});

Deno.test("learnableAttributes() standardizes by the labelled training images alone", () => {
  using dataset = new PlantedDataset();
  const split = splitImages(dataset.length);
  const attributes = learnableAttributes(dataset, split);
  assertEquals(
    attributes.map(({ name, kind, choice }) => [name, kind, choice]),
    [
      ["left", "binary", null],
      ["dark", "binary", "tone"],
      ["light", "binary", "tone"],
      ["shade", "continuous", null],
    ],
  );
  const shade = attributes[3]!;
  const known = [...split.training].map((index) => shade.labels[index]!).filter((x) => !isNaN(x));
  const mean = known.reduce((sum, x) => sum + x, 0) / known.length;
  const variance = known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / known.length;
  assertAlmostEquals(shade.mean, mean, 1e-9);
  assertAlmostEquals(shade.deviation, Math.sqrt(variance), 1e-9);
});

Deno.test("learnableAttributes() leaves out labels of one kind, and says which and why", () => {
  const length = 400;
  const [shade, left] = plantedAttributes(length) as [Attribute, Attribute];
  const all = (value: number) => new Float32Array(length).fill(value);
  const rare = all(0);
  rare.fill(1, 0, 5);
  const attributes: Attribute[] = [
    left,
    { name: "always", kind: "binary", values: all(1) },
    { name: "unknown", kind: "continuous", values: all(NaN) },
    { name: "same", kind: "continuous", values: all(3) },
    { name: "common", kind: "binary", choice: "c", values: rare.map((x) => 1 - x) },
    { name: "rare", kind: "binary", choice: "c", values: rare },
    shade,
  ];
  const notices: string[] = [];
  const split = splitImages(length);
  const kept = learnableAttributes(
    new PlantedDataset(length, attributes),
    split,
    (message) => notices.push(message),
  );
  assertEquals(kept.map(({ name }) => name), ["left", "shade"]);
  assertEquals(notices.length, 5);
  assert(
    /^"always" is left out: (\d+) of \1 training images have it/.test(notices[0]!),
    notices[0],
  );
  assertEquals(notices[1], '"unknown" is left out: no training image has a label');
  assertEquals(notices[2], '"same" is left out: all training images have 3');
});

Deno.test("learnableAttributes() refuses a dataset without attributes, or with none to learn", () => {
  const split = splitImages(100);
  assertThrows(
    () => learnableAttributes(new PlantedDataset(100, []), split),
    RangeError,
    'Cannot train a classifier on "folder:planted": its images have no attributes. Give a table',
  );
  const values = new Float32Array(100).fill(1);
  assertThrows(
    () =>
      learnableAttributes(new PlantedDataset(100, [{ name: "x", kind: "binary", values }]), split),
    RangeError,
    "none of its 1 attributes can be learnt",
  );
});
