import { assertEquals, assertThrows } from "@std/assert";
import sharp from "sharp";
import { imageGrid, toByte } from "../../src/core/images.ts";
import { encodePng } from "../../src/core/png.ts";

Deno.test("toByte() maps [-1, 1] onto 0 … 255 and clamps", () => {
  assertEquals([-1, 0, 1, -3, 3, 2 * (100 / 255) - 1].map(toByte), [0, 128, 255, 0, 255, 100]);
});

Deno.test("imageGrid() lays images out row by row and leaves the rest black", () => {
  const pixels = new Float32Array(3 * 2 * 2).map((_, i) => (Math.floor(i / 4) + 1) / 127.5 - 1);
  const grid = imageGrid({ pixels, count: 3, size: 2, channels: 1 }, 2);
  assertEquals([grid.width, grid.height, grid.channels], [4, 4, 1]);
  assertEquals(Array.from(grid.pixels), [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 0, 0, 3, 3, 0, 0]);
});

Deno.test("imageGrid() refuses pixels that do not fit", () => {
  const batch = { pixels: new Float32Array(5), count: 1, size: 2, channels: 1 };
  assertThrows(() => imageGrid(batch, 1), RangeError, "expected 1×2×2×1 values, got 5");
});

for (const channels of [1, 3]) {
  Deno.test(`encodePng() keeps every pixel of ${channels} channel(s)`, async () => {
    const pixels = new Uint8Array(6 * 4 * channels).map((_, i) => i * 3);
    const raster = { pixels, width: 6, height: 4, channels };
    const file = await encodePng(raster);
    assertEquals(file, await encodePng(raster));
    assertEquals((await sharp(file).metadata()).channels, channels);
    const { data, info } = await sharp(file).toColourspace(channels === 1 ? "b-w" : "srgb").raw()
      .toBuffer({ resolveWithObject: true });
    assertEquals([info.width, info.height, info.channels], [6, 4, channels]);
    assertEquals(Array.from(data), Array.from(pixels));
  });
}
