/** Small pictures made large enough to look at. */
import sharp from "sharp";
import type { Raster } from "./images.ts";

/** Each pixel as a square, or a smooth picture through the pixels. */
export const ENLARGEMENTS = ["nearest", "lanczos"] as const;
/** How pictures are enlarged. */
export type Enlargement = typeof ENLARGEMENTS[number];

/** Enlarges a picture of 1 or 3 channels a whole number of times. */
export async function enlarge(
  picture: Raster,
  times: number,
  method: Enlargement,
): Promise<Raster> {
  if (!Number.isInteger(times) || times < 1) {
    throw new RangeError(`Cannot enlarge a picture: expected whole times from 1, got ${times}`);
  }
  if (times === 1) return picture;
  const { pixels, width, height, channels } = picture;
  const size = { width: width * times, height: height * times };
  if (method === "nearest") return { ...size, channels, pixels: repeatPixels(picture, times) };
  const { data } = await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize(size.width, size.height, { kernel: "lanczos3", fit: "fill" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { ...size, channels, pixels: new Uint8Array(data) };
}

function repeatPixels({ pixels, width, height, channels }: Raster, times: number) {
  const out = new Uint8Array(pixels.length * times * times);
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      const from = (Math.floor(y / times) * width + Math.floor(x / times)) * channels;
      const to = (y * width * times + x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = pixels[from + c]!;
    }
  }
  return out;
}
