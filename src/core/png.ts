/** PNG files of rasters. */
import sharp from "sharp";
import type { Raster } from "./images.ts";

/** Encodes 8-bit grey, RGB or RGBA pixels; equal rasters give equal bytes. */
export async function encodePng(raster: Raster): Promise<Uint8Array<ArrayBuffer>> {
  const { pixels, width, height, channels } = raster;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`Cannot encode a PNG: expected 1, 3 or 4 channels, got ${channels}`);
  }
  const image = sharp(pixels, { raw: { width, height, channels } });
  return new Uint8Array(
    await image.toColourspace(channels === 1 ? "b-w" : "srgb").png({ compressionLevel: 6 })
      .toBuffer(),
  );
}
