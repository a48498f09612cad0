import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ImageBatches } from "../../data/batches.ts";
import type { ImageDataset } from "../../data/dataset.ts";

/** Images of 2×2×3 whose every value tells index, column and channel: index + column/4 + channel/16. */
function countingDataset(length: number): ImageDataset {
  const size = 2;
  const channels = 3;
  return {
    info: {
      name: "counting",
      length,
      size,
      channels,
      fingerprint: "counting",
      attributes: [],
      skipped: [],
    },
    length,
    size,
    channels,
    read(index, out) {
      for (let i = 0; i < out.length; i++) {
        out[i] = index + (Math.floor(i / channels) % size) / 4 + (i % channels) / 16;
      }
    },
    attributes: () => [],
    [Symbol.dispose]() {},
  };
}

/** Which images the next `count` batches hold, in order. */
function drawIndices(batches: ImageBatches, count: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < count; i++) {
    const { pixels, count: images } = batches.next().value;
    for (let j = 0; j < images; j++) indices.push(Math.floor(pixels[j * 12]!));
  }
  return indices;
}

const everyIndex = (length: number) => Array.from({ length }, (_, i) => i);

Deno.test("ImageBatches draws each image once an epoch, across batches that span its end", () => {
  const batches = new ImageBatches(countingDataset(10), { batch: 4, seed: 3, mirror: false });
  const drawn = drawIndices(batches, 5); // 20 images: two epochs
  assertEquals(drawn.slice(0, 10).toSorted((a, b) => a - b), everyIndex(10));
  assertEquals(drawn.slice(10).toSorted((a, b) => a - b), everyIndex(10));
  assertNotEquals(drawn.slice(0, 10), drawn.slice(10), "each epoch has an order of its own");
  assertEquals(batches.cursor, 20);
});

Deno.test("ImageBatches gives [B, H, W, C] batches of the dataset's shape", () => {
  const batches = new ImageBatches(countingDataset(10), { batch: 5, seed: 1, mirror: false });
  const { done, value } = batches.next();
  assertEquals(done, false);
  assertEquals(
    [value.count, value.size, value.channels, value.pixels.length],
    [5, 2, 3, 5 * 2 * 2 * 3],
  );
});

Deno.test("ImageBatches with one seed repeats itself, with another does not", () => {
  const draw = (seed: number) =>
    drawIndices(new ImageBatches(countingDataset(50), { batch: 10, seed, mirror: true }), 12);
  assertEquals(draw(7), draw(7));
  assertNotEquals(draw(7), draw(8));
  assertNotEquals(draw(7), draw(7 + 2 ** 40), "the seed's high bits count");
});

Deno.test("ImageBatches.seek() goes on exactly where a cursor was read", () => {
  const options = { batch: 3, seed: 5, mirror: true };
  const whole = new ImageBatches(countingDataset(8), options);
  for (let i = 0; i < 4; i++) whole.next(); // amid the second epoch
  const resumed = new ImageBatches(countingDataset(8), options);
  resumed.seek(whole.cursor);
  for (let i = 0; i < 6; i++) {
    assertEquals(resumed.next().value.pixels, whole.next().value.pixels);
  }
  whole.seek(0);
  assertEquals(
    whole.next().value.pixels,
    new ImageBatches(countingDataset(8), options).next().value.pixels,
  );
});

Deno.test("ImageBatches mirrors about half of the images, left to right, channels kept", () => {
  const batches = new ImageBatches(countingDataset(400), { batch: 200, seed: 2, mirror: true });
  const flips: boolean[][] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    const ofEpoch = new Array<boolean>(400);
    for (let half = 0; half < 2; half++) {
      const { pixels } = batches.next().value;
      for (let i = 0; i < 200; i++) {
        const image = pixels.subarray(i * 12, (i + 1) * 12);
        const index = Math.floor(image[0]!);
        const flipped = image[0]! - index === 0.25;
        const [left, right] = flipped ? [0.25, 0] : [0, 0.25];
        const row = [left, left + 1 / 16, left + 2 / 16, right, right + 1 / 16, right + 2 / 16];
        assertEquals(Array.from(image, (v) => v - index), [...row, ...row]);
        ofEpoch[index] = flipped;
      }
    }
    const share = ofEpoch.filter(Boolean).length / 400;
    if (share < 0.4 || share > 0.6) throw new Error(`expected about half mirrored, got ${share}`);
    flips.push(ofEpoch);
  }
  assertNotEquals(flips[0], flips[1], "flips are drawn anew each epoch");
});

Deno.test("ImageBatches keeps its place when a read fails", () => {
  let broken = true;
  const sound = countingDataset(8);
  const dataset: ImageDataset = {
    ...sound,
    read(index, out) {
      if (broken) throw new Error("disk gone");
      sound.read(index, out);
    },
    [Symbol.dispose]() {},
  };
  const batches = new ImageBatches(dataset, { batch: 2, seed: 1, mirror: false });
  assertThrows(() => batches.next(), Error, "disk gone");
  assertEquals(batches.cursor, 0);
  broken = false;
  assertEquals(
    batches.next().value,
    new ImageBatches(sound, { batch: 2, seed: 1, mirror: false }).next().value,
  );
});

Deno.test("ImageBatches refuses a dataset of fewer than two batches, and says what fits", () => {
  assertThrows(
    () => new ImageBatches(countingDataset(15), { batch: 8, seed: 1, mirror: false }),
    RangeError,
    'Cannot draw batches of 8 from "counting": expected at least two batches (16 images), got 15 ' +
      "images. Add pictures, or take a batch of at most 7",
  );
  assertThrows(
    () => new ImageBatches(countingDataset(1), { batch: 1, seed: 1, mirror: false }),
    RangeError,
    "got 1 image. Add pictures",
  );
  new ImageBatches(countingDataset(16), { batch: 8, seed: 1, mirror: false });
});

Deno.test("ImageBatches refuses batch sizes and cursors that are no counts", () => {
  for (const batch of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => new ImageBatches(countingDataset(8), { batch, seed: 1, mirror: false }),
      RangeError,
      `Cannot draw batches of ${batch}`,
    );
  }
  const batches = new ImageBatches(countingDataset(8), { batch: 2, seed: 1, mirror: false });
  for (const cursor of [-1, 0.5, 2 ** 60]) {
    assertThrows(() => batches.seek(cursor), RangeError, "Cannot seek batches");
  }
});
