import { assert, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { encodeGif, encodeWebp, frameDelays } from "../../src/core/animation.ts";
import { crc32, encodeApng } from "../../src/core/apng.ts";
import type { Raster } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { requirement } from "../support.ts";
import { chromiumLacking, launchChromium } from "../ui/chromium.ts";

/** Frames of smooth stripes that move, with a dot of their own. */
function frames(count: number, channels: 1 | 3, [width, height] = [12, 7]): Raster[] {
  return Array.from({ length: count }, (_, frame) => {
    const rng = new Rng(frame, "frame");
    const pixels = Uint8Array.from({ length: width! * height! * channels }, (_, i) => {
      const x = Math.floor(i / channels) % width!;
      return 40 + 8 * ((x + frame) % 12) + 20 * (i % channels);
    });
    pixels.fill(255, 0, channels * (1 + rng.below(5)));
    return { pixels, width: width!, height: height!, channels };
  });
}

/** A PNG's chunks, each CRC checked. */
function chunksOf(png: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(png.buffer);
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const body = png.subarray(at + 4, at + 8 + length);
    assertEquals(view.getUint32(at + 8 + length), crc32(body));
    chunks.push({ type: new TextDecoder().decode(body.subarray(0, 4)), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

/** What Chromium's image decoder makes of an animation: each frame as RGBA, and its time. */
interface Decoded {
  readonly frames: number[][];
  readonly durationsMs: number[];
  readonly loops: boolean;
}

/** Runs `use` with a decoder in Chromium. */
async function withDecoder(
  use: (decode: (bytes: Uint8Array, type: string) => Promise<Decoded>) => Promise<void>,
): Promise<void> {
  // WebCodecs are for secure pages, which those of this machine are.
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    await use((bytes, type) =>
      page.evaluate(`(async () => {
        const data = Uint8Array.from(${JSON.stringify(Array.from(bytes))});
        const decoder = new ImageDecoder({ data, type: "${type}" });
        await decoder.tracks.ready;
        await decoder.completed;
        const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
        const frames = [], durationsMs = [];
        for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
          const { image } = await decoder.decode({ frameIndex });
          const pixels = new Uint8Array(image.allocationSize({ format: "RGBA" }));
          await image.copyTo(pixels, { format: "RGBA" });
          frames.push(Array.from(pixels));
          durationsMs.push(image.duration / 1000);
        }
        return { frames, durationsMs, loops: repetitionCount === Infinity };
      })()`)
    );
  } finally {
    await browser.close();
  }
}

function asRgba({ pixels, channels }: Raster): number[] {
  return Array.from({ length: pixels.length / channels }, (_, i) => {
    const at = (c: number) => pixels[i * channels + (channels === 1 ? 0 : c)]!;
    return [at(0), at(1), at(2), 255];
  }).flat();
}

Deno.test("crc32() knows the check value of the catalogue, of 123456789", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

for (const channels of [1, 3] as const) {
  Deno.test(`encodeApng() of ${channels} channels: chunks in order, each frame a PNG of its own`, async () => {
    const made = frames(4, channels);
    const apng = await encodeApng(made, 25);
    assertEquals(await encodeApng(made, 25), apng);
    const chunks = chunksOf(apng);
    const types = chunks.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
    const further = ["fcTL", "fdAT", "fcTL", "fdAT", "fcTL", "fdAT"];
    assertEquals(types, ["IHDR", "acTL", "fcTL", "IDAT", ...further, "IEND"]);
    const word = (data: Uint8Array, at: number) =>
      new DataView(data.buffer, data.byteOffset).getUint32(at);
    assertEquals([word(chunks[1]!.data, 0), word(chunks[1]!.data, 4)], [4, 0]);
    const numbered = chunks.filter(({ type }) => type === "fcTL" || type === "fdAT");
    assertEquals(numbered.map(({ data }) => word(data, 0)), [0, 1, 2, 3, 4, 5, 6]);
    // A reader that knows no animation sees the first frame.
    const first = await sharp(apng).raw().toBuffer({ resolveWithObject: true });
    const shown = {
      ...made[0]!,
      pixels: new Uint8Array(first.data),
      channels: first.info.channels,
    };
    assertEquals(asRgba(shown), asRgba(made[0]!));
  });
}

Deno.test("encodeApng() refuses no frames and frames of unequal sizes", async () => {
  await assertRejects(() => encodeApng([], 25), RangeError, "got none");
  const unequal = [...frames(1, 1), ...frames(1, 1, [5, 7])];
  await assertRejects(() => encodeApng(unequal, 25), RangeError, "12×7×1 and 5×7×1");
});

Deno.test("frameDelays() keep time over the whole, and none is too short for browsers", () => {
  assertEquals(frameDelays(4, 25, 10), [40, 40, 40, 40]);
  const thirty = frameDelays(30, 30, 10);
  assertEquals([...new Set(thirty)].sort(), [30, 40]);
  assertEquals(thirty.reduce((sum, delay) => sum + delay), 1000);
  assertEquals(frameDelays(2, 100, 10), [20, 20]);
});

Deno.test("encodeGif() and encodeWebp() hold every frame, near the colours drawn", async () => {
  for (const channels of [1, 3] as const) {
    const made = frames(4, channels, [32, 24]);
    for (const [encode, tolerance] of [[encodeGif, 24], [encodeWebp, 40]] as const) {
      const bytes = await encode(made, 20);
      const { pages, delay, loop } = await sharp(bytes, { animated: true }).metadata();
      assertEquals([pages, delay, loop], [4, [50, 50, 50, 50], 0]);
      for (const [page, frame] of made.entries()) {
        const { data, info } = await sharp(bytes, { page }).removeAlpha().toColourspace("srgb")
          .raw()
          .toBuffer({ resolveWithObject: true });
        const decoded = asRgba({ ...frame, pixels: new Uint8Array(data), channels: info.channels });
        const off = asRgba(frame).map((value, i) => Math.abs(value - decoded[i]!));
        assert(off.reduce((sum, d) => sum + d, 0) / off.length < tolerance / 4, `page ${page}`);
      }
    }
  }
});

Deno.test({
  name: "Chromium decodes encodeApng() to the very pixels, and keeps the times of a GIF, too",
  ...requirement("Chromium", chromiumLacking()),
  async fn() {
    await withDecoder(async (decode) => {
      for (const channels of [1, 3] as const) {
        const made = frames(3, channels);
        const apng = await decode(await encodeApng(made, 12.5), "image/png");
        assertEquals(apng, { frames: made.map(asRgba), durationsMs: [80, 80, 80], loops: true });
      }
      const gif = await decode(await encodeGif(frames(3, 3), 25), "image/gif");
      assertEquals([gif.loops, gif.durationsMs], [true, [40, 40, 40]]);
    });
  },
});
