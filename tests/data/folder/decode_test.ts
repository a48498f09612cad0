import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import { decodePicture, isGrey, isPicture } from "../../../data/folder/decode.ts";
import { flat, painted, type Rgb } from "../pictures.ts";

const RED: Rgb = [220, 30, 40];
const BLUE: Rgb = [20, 40, 210];

/** Decodes and gives the pixel at (x, y); fails where the picture cannot be decoded. */
async function pixelOf(bytes: Uint8Array, x: number, y: number, size = 8): Promise<number[]> {
  const pixels = await decodePicture(bytes, size);
  if (pixels === null) throw new Error("expected a picture, got null");
  assertEquals(pixels.length, size * size * 3);
  return [...pixels.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)];
}

function assertNear(got: readonly number[], expected: readonly number[], tolerance: number): void {
  const far = got.some((value, i) => Math.abs(value - expected[i]!) > tolerance);
  assert(!far, `expected ${expected} ± ${tolerance}, got ${got}`);
}

for (const format of ["jpeg", "png", "webp", "avif"] as const) {
  Deno.test(`decodePicture() reads ${format}, larger and smaller than asked for`, async () => {
    for (const [width, height] of [[40, 30], [3, 5], [1, 1]] as const) {
      const bytes = await flat(width, height, RED).toFormat(format, { quality: 95 }).toBuffer();
      assertNear(await pixelOf(bytes, 4, 4), RED, 6);
    }
  });

  Deno.test(`decodePicture() gives null for a ${format} file cut short`, async () => {
    const noisy = painted(90, 70, (x, y) => [(x * 37) % 256, (y * 91) % 256, (x * y) % 256]);
    const bytes = await noisy.toFormat(format).toBuffer();
    for (const share of [0, 0.001, 0.1, 0.5, 0.9, 0.98]) {
      const part = bytes.subarray(0, Math.floor(bytes.length * share));
      assertEquals(await decodePicture(part, 8), null, `${share} of ${bytes.length} bytes`);
    }
  });
}

Deno.test("decodePicture() crops the middle square", async () => {
  const wide = painted(24, 8, (x) => x < 8 || x >= 16 ? BLUE : RED);
  const tall = painted(8, 24, (_, y) => y < 8 || y >= 16 ? BLUE : RED);
  for (const picture of [wide, tall]) {
    const bytes = await picture.png().toBuffer();
    for (const [x, y] of [[0, 0], [7, 0], [0, 7], [7, 7]] as const) {
      assertEquals(await pixelOf(bytes, x, y), [...RED]);
    }
  }
});

Deno.test("decodePicture() leaves a picture of the right size as it is", async () => {
  const colour = (x: number, y: number): Rgb => [x * 30, y * 30, (x * y * 7) % 256];
  const pixels = await decodePicture(await painted(8, 8, colour).png().toBuffer(), 8);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      assertEquals([...pixels!.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)], colour(x, y));
    }
  }
});

Deno.test("decodePicture() honours every EXIF orientation", async () => {
  // Where the corner stored at the top left is seen, by orientation (EXIF 2.32, table 6).
  const corners = [[0, 0], [7, 0], [7, 7], [0, 7], [0, 0], [7, 0], [7, 7], [0, 7]] as const;
  for (const [i, [x, y]] of corners.entries()) {
    const bytes = await painted(16, 16, (px, py) => px < 8 && py < 8 ? RED : BLUE)
      .withMetadata({ orientation: i + 1 }).jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    assertNear(await pixelOf(bytes, x, y), RED, 8);
    assertNear(await pixelOf(bytes, 7 - x, 7 - y), BLUE, 8);
  }
});

Deno.test("decodePicture() shows white through what is transparent", async () => {
  const seeThrough = (alpha: number) =>
    sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha } },
    });
  assertEquals(await pixelOf(await seeThrough(0).png().toBuffer(), 4, 4), [255, 255, 255]);
  assertNear(await pixelOf(await seeThrough(0.5).png().toBuffer(), 4, 4), [127, 127, 127], 1);
  const grey = await seeThrough(0.5).toColourspace("b-w").png().toBuffer();
  assertNear(await pixelOf(grey, 4, 4), [127, 127, 127], 1);
  const lossless = await seeThrough(0).webp({ lossless: true }).toBuffer();
  assertEquals(await pixelOf(lossless, 4, 4), [255, 255, 255]);
});

Deno.test("decodePicture() brings grey, 16-bit, palette and CMYK pictures to 8-bit sRGB", async () => {
  const middle = flat(12, 12, [90, 90, 90]);
  for (const space of ["b-w", "grey16", "rgb16"] as const) {
    const bytes = await middle.clone().toColourspace(space).png().toBuffer();
    assertNear(await pixelOf(bytes, 4, 4), [90, 90, 90], 1);
  }
  const greyJpeg = await middle.clone().toColourspace("b-w").jpeg().toBuffer();
  assertNear(await pixelOf(greyJpeg, 4, 4), [90, 90, 90], 2);
  const palette = await flat(12, 12, RED).png({ palette: true }).toBuffer();
  assertNear(await pixelOf(palette, 4, 4), RED, 2);
  const cmyk = await flat(12, 12, [200, 60, 60]).toColourspace("cmyk").jpeg().toBuffer();
  assertNear(await pixelOf(cmyk, 4, 4), [200, 60, 60], 30); // inks reach fewer colours
});

Deno.test("decodePicture() gives null for other content, whatever the file is called", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>';
  assertEquals(await decodePicture(new TextEncoder().encode("no picture"), 8), null);
  assertEquals(await decodePicture(new TextEncoder().encode(svg), 8), null);
  assertEquals(await decodePicture(await flat(9, 9, RED).gif().toBuffer(), 8), null);
  assertEquals(await decodePicture(await flat(9, 9, RED).tiff().toBuffer(), 8), null);
  assertEquals(await decodePicture(new Uint8Array(0), 8), null);
});

Deno.test("decodePicture() gives null for a PNG of billions of pixels in a few bytes", async () => {
  const bomb = new Uint8Array(await flat(9, 9, RED).png().toBuffer());
  const view = new DataView(bomb.buffer);
  view.setUint32(16, 60_000);
  view.setUint32(20, 60_000);
  assertEquals(await decodePicture(bomb, 8), null);
});

Deno.test("isPicture() knows the four formats by their first bytes", async () => {
  for (const format of ["jpeg", "png", "webp", "avif"] as const) {
    assert(isPicture(await flat(9, 9, RED).toFormat(format).toBuffer()), format);
  }
  assert(!isPicture(new TextEncoder().encode("RIFF....WAVE")));
  assert(!isPicture(new Uint8Array(0)));
});

Deno.test("isGrey() lets pass what lossy files make of grey, and no tint", () => {
  assert(isGrey(Uint8Array.of(10, 10, 10, 200, 201, 199)));
  assert(!isGrey(Uint8Array.of(10, 10, 10, 200, 203, 200)));
});
