import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import { resizeDigits } from "../../../data/mnist/resize.ts";
import { Rng } from "../../../src/core/rng.ts";

const rng = new Rng(4);
const NOISE = Uint8Array.from({ length: 3 * 784 }, () => rng.below(256));

Deno.test("resizeDigits() gives each picture what it gives it alone", async () => {
  for (const size of [16, 31, 48, 64]) {
    const together = await resizeDigits(NOISE, 0, 3, size);
    for (let i = 0; i < 3; i++) {
      const [alone] = await resizeDigits(NOISE, i, i + 1, size);
      assertEquals(together[i], alone, `picture ${i} at ${size}`);
      assertEquals(alone!.length, size * size);
    }
  }
});

Deno.test("resizeDigits() resizes the padded picture with Lanczos", async () => {
  for (const size of [16, 64]) {
    const [padded] = await resizeDigits(NOISE, 1, 2, 32);
    const [resized] = await resizeDigits(NOISE, 1, 2, size);
    const expected = await sharp(padded!, { raw: { width: 32, height: 32, channels: 1 } })
      .resize(size, size, { kernel: "lanczos3" }).toColourspace("b-w").raw().toBuffer();
    const worst = resized!.reduce((w, value, i) => Math.max(w, Math.abs(value - expected[i]!)), 0);
    assert(worst <= 1, `expected a difference of at most 1, got ${worst} at ${size}`);
  }
});
