import { assert, assertThrows } from "@std/assert";
import sharp from "sharp";
import { openFaces } from "../../../data/faces.ts";
import { toByte } from "../../../src/core/images.ts";
import { loseByJpeg } from "../../../src/experiments/lab_extractor/jpeg_loss.ts";

const SIZE = 64;

function face(): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(SIZE * SIZE * 3);
  openFaces({ size: SIZE, seed: 1 }).read(7, pixels);
  return pixels;
}

/** The picture through libjpeg, [-1, 1]. */
async function throughJpeg(pixels: Float32Array, quality: number): Promise<Float32Array> {
  const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
  const jpeg = await sharp(Uint8Array.from(pixels, toByte), { raw })
    .jpeg({ quality, chromaSubsampling: "4:2:0" }).toBuffer();
  return Float32Array.from(await sharp(jpeg).raw().toBuffer(), (byte) => byte / 127.5 - 1);
}

/** Root of the mean square of differences, in steps of a byte. */
const distance = (a: Float32Array, b: Float32Array) =>
  127.5 * Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / a.length);

for (const quality of [90, 60, 30, 10]) {
  Deno.test(`loseByJpeg() at ${quality} loses what libjpeg loses`, async () => {
    const [original, ours] = [face(), face()];
    loseByJpeg(ours, SIZE, quality);
    const theirs = await throughJpeg(original, quality);
    const [off, lost] = [distance(ours, theirs), distance(original, theirs)];
    // libjpeg interpolates colours where ours repeats them: the rest of the difference.
    assert(off < 0.75 * lost, `${off} apart, of ${lost} lost`);
    assert(Math.abs(distance(original, ours) / lost - 1) < 0.25, `${distance(original, ours)}`);
  });
}

Deno.test("loseByJpeg() on grey loses what libjpeg loses, to a rounding", async () => {
  const grey = face();
  for (let i = 0; i < grey.length; i += 3) grey.fill(grey[i]!, i, i + 3);
  const theirs = await throughJpeg(grey, 40);
  loseByJpeg(grey, SIZE, 40);
  assert(distance(grey, theirs) < 1, `${distance(grey, theirs)} apart`);
});

Deno.test("loseByJpeg() refuses sizes that are no multiple of a block of colours", () => {
  assertThrows(
    () => loseByJpeg(new Float32Array(3 * 24 * 24), 24, 50),
    RangeError,
    "expected a multiple of 16",
  );
});
