/** Frames as GIF or WebP. */
import sharp from "sharp";
import type { Raster } from "./images.ts";

/** GIF counts time in these. */
const CENTISECOND_MS = 10;
/** Browsers slow a frame shorter than this down to a tenth of a second. */
const LEAST_DELAY_MS = 20;
/** Of 1 to 10: past this a quarter of the size costs four times the time. */
const GIF_EFFORT = 4;

/**
 * How long each frame is shown, in milliseconds: multiples of `unitMs` that keep time over the whole,
 * each at least 20 ms.
 */
export function frameDelays(count: number, fps: number, unitMs: number): number[] {
  const each = Math.max(LEAST_DELAY_MS, 1000 / fps);
  const until = (frame: number) => Math.round(frame * each / unitMs) * unitMs;
  return Array.from({ length: count }, (_, i) => until(i + 1) - until(i));
}

/** Frames of one size below each other, as sharp takes an animation. */
function stacked(frames: readonly Raster[]): sharp.Sharp {
  const { width, height, channels } = frames[0]!;
  const pixels = new Uint8Array(frames.length * width * height * channels);
  frames.forEach((frame, i) => pixels.set(frame.pixels, i * frame.pixels.length));
  return sharp(pixels, {
    raw: {
      width,
      height: height * frames.length,
      channels: channels as 1 | 3,
      pageHeight: height,
    },
    limitInputPixels: false,
  });
}

/** Encodes frames of one size as a GIF shown over and over, 256 colours a frame. */
export async function encodeGif(
  frames: readonly Raster[],
  fps: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const delay = frameDelays(frames.length, fps, CENTISECOND_MS);
  return new Uint8Array(
    await stacked(frames).gif({ delay, loop: 0, effort: GIF_EFFORT }).toBuffer(),
  );
}

/** Encodes frames of one size as a WebP shown over and over. */
export async function encodeWebp(
  frames: readonly Raster[],
  fps: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const delay = frameDelays(frames.length, fps, 1);
  return new Uint8Array(await stacked(frames).webp({ delay, loop: 0, quality: 90 }).toBuffer());
}
