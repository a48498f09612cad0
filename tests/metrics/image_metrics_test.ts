/** Sliced Wasserstein distance and MS-SSIM: against numpy, scipy and scikit-image. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { levelSizes } from "../../src/metrics/laplacian_pyramid.ts";
import { msSsim, msSsimDiversity, scalesFor } from "../../src/metrics/ms_ssim.ts";
import { PatchCollector } from "../../src/metrics/patches.ts";
import {
  patchDistance,
  slicedWasserstein,
  wasserstein,
} from "../../src/metrics/sliced_wasserstein.ts";
import { sortFloats } from "../../src/metrics/sort_floats.ts";
import { DEVICES, useDevice, withoutLeak } from "./device.ts";
import { golden, imageOf, images } from "./golden_images.ts";

const part = (batch: ImageBatch, from: number, to: number): ImageBatch => {
  const length = batch.size ** 2 * batch.channels;
  return { ...batch, pixels: batch.pixels.slice(from * length, to * length), count: to - from };
};

for (const device of DEVICES) {
  for (const { name, first, second, slicedWasserstein: expected } of golden.cases) {
    Deno.test(`slicedWasserstein() of ${name} on ${device} is scipy's, level by level`, async () => {
      await useDevice(device);
      const { levels, value, ...options } = expected;
      const [a, b] = [images(first), images(second)];
      const found = await withoutLeak(() => slicedWasserstein(a, b, options));
      assertEquals(found.levels.map(({ size }) => size), levels.map(({ size }) => size));
      found.levels.forEach((level, l) => {
        assertAlmostEquals(level.value / levels[l]!.value, 1, 1e-4);
      });
      assertAlmostEquals(found.value / value, 1, 1e-4);
      const turned = await slicedWasserstein(b, a, options);
      assertAlmostEquals(turned.value / value, 1, 1e-4, "symmetric");
      assertEquals((await slicedWasserstein(a, a, options)).value, 0, "a set to itself");
    });
  }
}

for (const { name, first, second, msSsim: expected, diversity } of golden.cases) {
  Deno.test(`msSsim() and msSsimDiversity() of ${name} are scipy's`, () => {
    const [a, b] = [images(first), images(second)];
    const { size, channels } = a;
    const similarity = (x: Float32Array, y: Float32Array) => msSsim(x, y, size, channels);
    const pairs = [
      [imageOf(a, 0), imageOf(b, 0)],
      [imageOf(a, 1), imageOf(a, 2)],
      [imageOf(b, 1), imageOf(a, 2)],
    ] as const;
    pairs.forEach(([x, y], i) => {
      assertAlmostEquals(similarity(x, y), expected[i]!, 1e-6);
      assertAlmostEquals(similarity(y, x), expected[i]!, 1e-6);
      assertAlmostEquals(similarity(x, x), 1, 1e-12);
    });
    const found = msSsimDiversity(a, { pairs: diversity.pairs, seed: diversity.seed });
    assertAlmostEquals(found.value, diversity.value, 1e-6);
    assertAlmostEquals(found.standardError, diversity.standardError, 1e-6);
  });
}

Deno.test("msSsim() has as many scales as its window fits, five from 176 pixels", () => {
  assertEquals([11, 21, 22, 28, 32, 64, 175, 176, 512].map(scalesFor), [1, 1, 2, 2, 2, 3, 4, 5, 5]);
  assertThrows(() => scalesFor(10), RangeError, "got 10×10");
  const recipe = { kind: "faces", seed: 11, count: 2, size: 176, channels: 1, contrast: 1 };
  const large = images(recipe);
  const found = msSsim(imageOf(large, 0), imageOf(large, 1), 176, 1);
  assertAlmostEquals(found, golden.fiveScales, 1e-6);
});

Deno.test("msSsimDiversity() is 1 of copies, and falls with every further mode", () => {
  const faces = images(golden.cases[1]!.first);
  const value = (modes: number) => {
    const parts = Array.from({ length: 24 }, (_, i) => imageOf(faces, i % modes));
    const pixels = Float32Array.from(parts.flatMap((each) => [...each]));
    return msSsimDiversity({ ...faces, pixels, count: 24 }).value;
  };
  assertAlmostEquals(value(1), 1, 1e-12);
  const [two, six] = [value(2), value(6)];
  assert(1 > two && two > six, `got ${two} and ${six}`);
});

Deno.test("msSsimDiversity() of another order lies within its standard error", () => {
  const faces = images({ ...golden.cases[1]!.first, count: 80 });
  const turned = Float32Array.from([...part(faces, 33, 80).pixels, ...part(faces, 0, 33).pixels]);
  const [a, b] = [msSsimDiversity(faces), msSsimDiversity({ ...faces, pixels: turned })];
  assert(Math.abs(a.value - b.value) < 2 * a.standardError, `${a.value} and ${b.value}`);
  const all = msSsimDiversity(faces, { pairs: 400 });
  assert(Math.abs(all.value - a.value) < 3 * a.standardError, `${all.value} and ${a.value}`);
});

Deno.test("slicedWasserstein() grows with noise, and depends on no order and no rounding", async () => {
  await useDevice("simd");
  const faces = images({ ...golden.cases[1]!.first, count: 60 });
  const rng = new Rng(3);
  const noisy = (strength: number) => ({
    ...faces,
    pixels: faces.pixels.map((value) => value + strength * rng.normal()),
  });
  const distance = async (other: ImageBatch) =>
    (await slicedWasserstein(faces, other, { directions: 64 })).value;
  const [little, more, most] = [
    ...[await distance(noisy(0.02)), await distance(noisy(0.1)), await distance(noisy(0.5))],
  ] as [number, number, number];
  assert(little < more && more < most, `got ${little}, ${more}, ${most}`);
  const pixels = Float32Array.from([...part(faces, 30, 60).pixels, ...part(faces, 0, 30).pixels]);
  assertEquals(await distance({ ...faces, pixels }), 0);
  const nudged = faces.pixels.map((value) => value * (1 + 1e-6)); // another device's rounding
  assert(await distance({ ...faces, pixels: nudged }) < 1e-3);
});

Deno.test("patchDistance() of batches is that of the whole sets", async () => {
  await useDevice("simd");
  const { first, second } = golden.cases[1]!;
  const [a, b] = [images(first), images(second)];
  const options = { patchesPerImage: 3, directions: 8, seed: 2 };
  const collected = [a, b].map((batch) => {
    const collector = new PatchCollector(batch.size, batch.channels, options);
    for (let i = 0; i < batch.count; i += 5) {
      collector.add(part(batch, i, Math.min(i + 5, batch.count)));
    }
    return collector;
  });
  assertEquals(
    await patchDistance(collected[0]!, collected[1]!, options),
    await slicedWasserstein(a, b, options),
  );
});

Deno.test("wasserstein() of samples of different lengths is the area between their distributions", () => {
  const of = (...values: number[]) => Float32Array.from(values);
  assertEquals(wasserstein(of(0, 1), of(2, 5)), 3);
  assertEquals(wasserstein(of(0), of(-1, 0, 0, 3)), 1);
  assertAlmostEquals(wasserstein(of(0, 6), of(0, 3, 6)), 1, 1e-12);
  const [a, b] = [of(1, 2, 4), of(0, 1, 1, 3, 9)];
  const twice = (values: Float32Array, n: number) =>
    Float32Array.from([...values].flatMap((value) => Array(n).fill(value)));
  assertAlmostEquals(wasserstein(a, b), wasserstein(twice(a, 5), twice(b, 3)), 1e-6);
});

Deno.test("sortFloats() sorts as the engine does", () => {
  const rng = new Rng(9);
  for (const length of [0, 1, 2, 1000, 5001]) {
    const values = Float32Array.from(
      { length },
      () => rng.normal() * 10 ** (rng.uniform() * 60 - 30),
    );
    values.set([0, -Infinity, 3e38, -1e-45, Infinity, 1e-45].slice(0, length));
    const expected = values.toSorted();
    sortFloats(values);
    assertEquals(values, expected);
  }
});

Deno.test("levelSizes() halves until the coarsest would be too small", () => {
  assertEquals(levelSizes(64, 16), [64, 32, 16]);
  assertEquals(levelSizes(33, 16), [33, 17]);
  assertEquals(levelSizes(28, 16), [28]);
});

Deno.test("metrics of pixels refuse other shapes, small images, ruined pixels and empty sets", async () => {
  const recipe = golden.cases[0]!.first;
  const a = images(recipe);
  const refuse = (b: ImageBatch, text: string) =>
    assertRejects(() => slicedWasserstein(a, b), RangeError, text);
  await refuse(images({ ...recipe, size: 16 }), "got 32×32×3, 16 patches by seed 1 and 16×16×3");
  await refuse(images({ ...recipe, size: 6 }), "expected images of 7×7 pixels or more, got 6×6");
  await refuse({ ...a, pixels: a.pixels.map((v, i) => (i === 7 ? NaN : v)) }, "got NaN");
  await refuse(
    { ...a, pixels: new Float32Array(), count: 0 },
    "expected 1 image or more, got none",
  );
  await assertRejects(
    () => slicedWasserstein(a, a, { patchesPerImage: 0 }),
    RangeError,
    "expected 1 patch an image or more, got 0",
  );
  await assertRejects(
    () => slicedWasserstein(a, a, { directions: 0 }),
    RangeError,
    "expected 1 direction or more, got 0",
  );
  const collector = new PatchCollector(32, 1);
  assertThrows(() => collector.add(a), RangeError, "got 32×32×1 and 32×32×3");
  assertThrows(
    () => msSsimDiversity(part(a, 0, 1)),
    RangeError,
    "expected 2 images or more, got 1",
  );
  assertThrows(
    () => msSsimDiversity(a, { pairs: 0 }),
    RangeError,
    "expected 1 pair or more, got 0",
  );
  const ruined = { ...a, pixels: a.pixels.map((v, i) => (i === 7 ? Infinity : v)) };
  assertThrows(() => msSsimDiversity(ruined), RangeError, "expected finite pixels in images");
});
