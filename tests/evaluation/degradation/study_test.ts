import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { ImageBatch } from "../../../src/core/images.ts";
import { Rng } from "../../../src/core/rng.ts";
import { LADDERS } from "../../../src/evaluation/degradation/ladders.ts";
import { rising, studyDegradation } from "../../../src/evaluation/degradation/study.ts";
import type { Extracted } from "../../../src/metrics/extractor.ts";
import { FakeExtractor, FakeSet } from "../fakes.ts";

const ladder = (name: string) => LADDERS.find((each) => each.name === name)!;

/** Pictures of 32 pixels: waves, and a little noise on them. */
function pictures(channels: 1 | 3): ImageBatch {
  const rng = new Rng(1);
  const [count, size] = [2, 32];
  const pixels = Float32Array.from({ length: count * size * size * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % size, Math.floor(i / channels / size)];
    return 0.5 * Math.sin(x / 3 + (i % channels)) * Math.cos(y / 5) + rng.uniform(-0.15, 0.15);
  });
  return { pixels, count, size, channels };
}

for (const channels of [1, 3] as const) {
  for (const { name, amounts, spoil } of LADDERS) {
    Deno.test(`${name} spoils more at every step, and a copy, of ${channels} channels`, async () => {
      const images = pictures(channels);
      const before = images.pixels.slice();
      const losses: number[] = [];
      for (const amount of amounts) {
        const spoilt = await spoil(images, amount, new Rng(1));
        assertEquals([spoilt.count, spoilt.pixels.length], [2, before.length]);
        losses.push(spoilt.pixels.reduce((sum, v, i) => sum + (v - before[i]!) ** 2, 0));
      }
      assertEquals(images.pixels, before);
      assert(losses[0]! > 0 && rising(losses), `${name}: ${losses}`);
    });
  }
}

Deno.test("noise has the deviation that it says, in 255ths", async () => {
  const grey = { pixels: new Float32Array(64 * 64), count: 1, size: 64, channels: 1 };
  const { pixels } = await ladder("noise").spoil(grey, 16, new Rng(1));
  const deviation = Math.sqrt(pixels.reduce((sum, v) => sum + v * v, 0) / pixels.length);
  assertAlmostEquals(deviation * 127.5, 16, 0.5);
});

Deno.test("rising() is strict, and false of what is no number", () => {
  assertEquals([[1, 2, 3], [1, 1], [2, 1], [NaN, 1], [1, NaN], []].map(rising), [
    ...[true, false, false, false, false, true],
  ]);
});

const halves = (seed: number) =>
  [
    new FakeSet("blots", { count: 60, seed: 2 * seed }),
    new FakeSet("blots", { count: 60, seed: 2 * seed + 1 }),
  ] as const;

Deno.test("studyDegradation() climbs every ladder for each seed, from the same start", async () => {
  const extractor = new FakeExtractor();
  const told: string[] = [];
  const climbs = await studyDegradation(halves, {
    extractor,
    seeds: [1, 2],
    onProgress: ({ done, total }) => told.push(`${done}/${total}`),
  });
  assertEquals(climbs.map(({ name }) => name), ["blur", "noise", "jpeg", "modes"]);
  for (const { amounts, rises, name } of climbs) {
    assertEquals(rises.map(({ seed }) => seed), [1, 2]);
    for (const [i, { distances }] of rises.entries()) {
      assertEquals(distances.length, amounts.length + 1, name);
      assert(distances.every((d) => d >= 0 && Number.isFinite(d)), `${name}: ${distances}`);
      if (name !== "modes") assertEquals(distances[0], climbs[0]!.rises[i]!.distances[0]);
    }
  }
  assertEquals(climbs[1]!.rises.map(({ rises }) => rises), [true, true]); // its edges see noise
  assertEquals(told.at(-1), "40/40");
  assertEquals(extractor.seen, 2 * 20 * 60);
});

Deno.test("studyDegradation() finds an extractor that does not see blur", async () => {
  /** Means alone, of the whole image. */
  class Blind extends FakeExtractor {
    override async extract(images: ImageBatch): Promise<Extracted> {
      const { features } = await super.extract(images);
      const values = features.values.map((v, i) => i % 5 === 4 ? 0 : v > 0 ? 1 : -1);
      return { features: { ...features, values }, probabilities: null };
    }
  }
  const climbs = await studyDegradation(halves, { extractor: new Blind(), seeds: [1] });
  assertEquals(climbs[0]!.rises[0]!.rises, false);
});

Deno.test("studyDegradation() ends with the signal's reason", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const options = { extractor: new FakeExtractor(), seeds: [1], signal };
  await assertRejects(() => studyDegradation(halves, options), Error, "enough");
});
