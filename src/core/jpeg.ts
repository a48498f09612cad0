/** JPEG files of rasters: a fifth of a PNG's size, for pictures to be shown rather than measured. */
import sharp from "sharp";
import type { Raster } from "./images.ts";

/** Of 100. */
const QUALITY = 90;

/** Encodes 8-bit grey or RGB pixels, colours at full resolution; equal rasters give equal bytes. */
export async function encodeJpeg(raster: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const { pixels, width, height, channels } = raster;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot encode a JPEG: expected 1 or 3 channels, got ${channels}`);
  }
  const image = sharp(pixels, { raw: { width, height, channels } });
  return new Uint8Array(
    await image.toColourspace(channels === 1 ? "b-w" : "srgb")
      .jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer(),
  );
}
