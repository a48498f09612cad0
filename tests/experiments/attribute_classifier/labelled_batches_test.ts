import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  LabelledBatches,
  readImages,
} from "../../../src/experiments/attribute_classifier/labelled_batches.ts";
import {
  learnableAttributes,
  splitImages,
} from "../../../src/experiments/attribute_classifier/labels.ts";
import { PlantedDataset } from "./planted.ts";

const dataset = new PlantedDataset();
const split = splitImages(dataset.length);
const attributes = learnableAttributes(dataset, split);
const options = { images: split.training, attributes, batch: 30, seed: 3, mirror: false };

Deno.test("LabelledBatches gives each image its own labels, standardized, and masks unknown ones", () => {
  const batches = new LabelledBatches(dataset, options);
  let unknown = 0;
  for (let i = 0; i < 10; i++) {
    const { images, values, known } = batches.next().value;
    for (let row = 0; row < images.count; row++) {
      const pixels = images.pixels.subarray(row * 64, (row + 1) * 64);
      const mean = pixels.reduce((sum, x) => sum + x, 0) / 64; // 0.6·shade, but for what was changed
      const [left, dark, light, shade] = values.subarray(row * 4, row * 4 + 4);
      const side = pixels[1]! - pixels[6]!;
      assertEquals(left, side > 0 ? 1 : 0, "the brighter half");
      assertEquals(dark! + light!, 1);
      assertEquals([...known.subarray(row * 4, row * 4 + 3)], [1, 1, 1]);
      const { mean: centre, deviation } = attributes[3]!;
      if (known[row * 4 + 3] === 1) {
        assertAlmostEquals(shade! * deviation + centre, 40 + 10 * mean / 0.6, 2);
      } else {
        unknown += 1;
        assertEquals(shade, 0);
      }
    }
  }
  assertAlmostEquals(unknown / 300, 0.2, 0.1);
});

Deno.test("LabelledBatches draws every training image once an epoch, by the seed, and no other one", () => {
  const plain = { ...options, batch: 7 };
  const draw = (seed: number) => {
    const batches = new LabelledBatches(dataset, { ...plain, seed });
    return Array.from({ length: 5 }, () => batches.next().value);
  };
  assertEquals(draw(1), draw(1));
  assert(draw(1)[0]!.values.join() !== draw(2)[0]!.values.join());
  const { length } = split.training;
  const epoch = new LabelledBatches(dataset, { ...options, batch: length }).next().value;
  const { labels, mean, deviation } = attributes[3]!;
  const drawn = Array.from(
    { length },
    (_, i) => epoch.known[4 * i + 3] && epoch.values[4 * i + 3]!,
  );
  const expected = Array.from(split.training, (index) => {
    const label = labels[index]!;
    return Number.isNaN(label) ? 0 : Math.fround((label - mean) / deviation);
  });
  assertEquals(drawn.toSorted(), expected.toSorted());
});

Deno.test("LabelledBatches refuses a batch larger than what there is to train on", () => {
  assertThrows(
    () => new LabelledBatches(dataset, { ...options, batch: 500 }),
    RangeError,
    `in batches of 500: ${split.training.length} images are there to train on`,
  );
});

Deno.test("readImages() reads just the images asked for", () => {
  const batch = readImages(dataset, [3, 0]);
  const alone = new Float32Array(64);
  dataset.read(0, alone);
  assertEquals([batch.count, batch.size, batch.channels], [2, 8, 1]);
  assertEquals(batch.pixels.slice(64), alone);
});
