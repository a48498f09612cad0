import { assertAlmostEquals, assertEquals } from "@std/assert";
import { meanPairDistance } from "../../src/core/diversity.ts";
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";

function batch(size: number, channels: number, ...images: ((i: number) => number)[]): ImageBatch {
  const length = size * size * channels;
  const pixels = Float32Array.from(
    { length: images.length * length },
    (_, i) => images[Math.floor(i / length)]!(i % length),
  );
  return { pixels, count: images.length, size, channels };
}

Deno.test("meanPairDistance() is the mean over pairs of root mean square differences", () => {
  const flat = (value: number) => () => value;
  assertAlmostEquals(meanPairDistance(batch(32, 3, flat(-1), flat(1))), 2, 1e-6);
  // Distances 1, 1 and 2.
  assertAlmostEquals(meanPairDistance(batch(16, 1, flat(-1), flat(0), flat(1))), 4 / 3, 1e-6);
  assertEquals(meanPairDistance(batch(8, 3, flat(0.3), flat(0.3))), 0);
  // Half of the pixels differ by 1: the mean square is 0.5.
  const half = (i: number) => i % 256 < 128 ? 0 : 1;
  assertAlmostEquals(meanPairDistance(batch(16, 1, flat(0), half)), Math.SQRT1_2, 1e-6);
});

Deno.test("meanPairDistance() takes no account of what averages out over 1/16 of a side", () => {
  const checkerboard = (sign: number) => (i: number) => (i + Math.floor(i / 64)) % 2 ? sign : -sign;
  assertAlmostEquals(meanPairDistance(batch(64, 1, checkerboard(1), checkerboard(-1))), 0, 1e-6);
  const rng = new Rng(1);
  const noise = () => rng.uniform(-1, 1);
  const fine = meanPairDistance(batch(128, 1, noise, noise, noise));
  const coarse = meanPairDistance(batch(16, 1, noise, noise, noise));
  assertAlmostEquals(fine / coarse, 1 / 8, 0.02); // means of 8×8 pixels
});

Deno.test("meanPairDistance() averages sides that 16 does not divide, each pixel once", () => {
  const rng = new Rng(1);
  const image = Float32Array.from({ length: 24 * 24 }, () => rng.uniform(-1, 1));
  const moved = (i: number) => image[i]! + 0.25;
  assertAlmostEquals(meanPairDistance(batch(24, 1, (i) => image[i]!, moved)), 0.25, 1e-6);
});

Deno.test("meanPairDistance() of fewer than two images is NaN", () => {
  assertEquals([meanPairDistance(batch(4, 1)), meanPairDistance(batch(4, 1, () => 0))], [NaN, NaN]);
});
