import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { PixelExtractor } from "../../src/metrics/pixel_extractor.ts";

const extractor = new PixelExtractor();

/** Images of normal values. */
function noise(count: number, size: number, channels: number) {
  const values = new Float32Array(count * size * size * channels);
  return { pixels: new Rng(1, "pixels").fillNormal(values), count, size, channels };
}

async function features(images: ReturnType<typeof noise>): Promise<Float32Array> {
  return (await extractor.extract(images)).features.values;
}

Deno.test("PixelExtractor takes means of equal cells, colour by colour", async () => {
  const images = noise(2, 32, 3);
  const got = await features(images);
  assertEquals(got.length, 2 * extractor.dim);
  const at = (i: number, y: number, x: number, c: number) =>
    images.pixels[((i * 32 + y) * 32 + x) * 3 + c]!;
  for (const [i, y, x, c] of [[0, 0, 0, 0], [0, 15, 15, 2], [1, 7, 3, 1]] as const) {
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] as const;
    const mean = corners.reduce((sum, [dy, dx]) => sum + at(i, 2 * y + dy, 2 * x + dx, c), 0) / 4;
    assertAlmostEquals(got[((i * 16 + y) * 16 + x) * 3 + c]!, mean, 1e-6);
  }
});

Deno.test("PixelExtractor keeps the mean where cells cut through pixels, and small pictures", async () => {
  for (const size of [4, 16, 23, 28]) {
    const images = noise(1, size, 1);
    const got = await features(images);
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    assertAlmostEquals(mean(got), mean(images.pixels), 1e-5);
    assertEquals([got[0], got[1]], [got[2], got[2]]); // grey is three equal colours
  }
});

Deno.test("PixelExtractor refuses what is neither grey nor colour", () => {
  assertThrows(() => extractor.extract(noise(1, 16, 4)), RangeError, "4 channels: expected 1 or 3");
});
