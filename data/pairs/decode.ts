/** Decodes a whole picture, and makes its small version. */
import sharp from "sharp";
import { type Plane, resizeBicubic } from "../../src/core/bicubic.ts";
import type { Raster } from "../../src/core/images.ts";
import type { PicturePair } from "../../src/core/pairs.ts";
import { isPicture } from "../folder/decode.ts";

/** Part of every cache key: raise it when the same file would give other pixels. */
export const PAIRS_RECIPE = `pairs 1, libvips ${sharp.versions.vips}`;

/** A picture at its own size, upright, in 8-bit sRGB. */
export interface WholePicture {
  /** [H, W, 3]; a grey picture's channels are equal. */
  readonly colour: Raster;
  /** [H, W], 255 for opaque; null for a picture without transparency. */
  readonly alpha: Uint8Array<ArrayBuffer> | null;
}

/**
 * Decodes JPEG, PNG, WebP or AVIF: upright as its EXIF says; any depth, CMYK and embedded profiles are
 * converted to 8-bit sRGB; of an animation, the first frame. Returns null for what is no picture, damaged,
 * cut short or larger than 268 million pixels.
 */
export async function decodeWhole(bytes: Uint8Array): Promise<WholePicture | null> {
  if (!isPicture(bytes)) return null;
  try {
    return await decodeUpright(bytes);
  } catch {
    return null; // the decoder's reasons vary by library; callers keep the file's name
  }
}

/** As `decodeWhole`, of bytes whose format has been looked at; rejects where the decoder cannot go on. */
export async function decodeUpright(bytes: Uint8Array): Promise<WholePicture> {
  const { data, info } = await sharp(bytes, { failOn: "error" })
    .autoOrient().toColourspace("srgb").raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return split(data, info.width, info.height, info.channels);
}

function split(data: Uint8Array, width: number, height: number, channels: number): WholePicture {
  const count = width * height;
  const coloured = channels >= 3;
  const pixels = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) pixels[3 * i + c] = data[channels * i + (coloured ? c : 0)]!;
  }
  const alpha = channels % 2 === 0
    ? Uint8Array.from({ length: count }, (_, i) => data[channels * i + channels - 1]!)
    : null;
  return { colour: { pixels, width, height, channels: 3 }, alpha };
}

/** Shows a picture on white. */
export function onWhite({ colour, alpha }: WholePicture): Raster {
  if (alpha === null) return colour;
  const pixels = colour.pixels.map((value, i) => {
    const share = alpha[Math.floor(i / 3)]! / 255;
    return Math.round(value * share + 255 * (1 - share));
  });
  return { ...colour, pixels };
}

/** Cuts rows and columns off right and below, until both sides are multiples of `scale`. */
export function cropToMultiple(picture: Raster, scale: number): Raster {
  const { pixels, width, height, channels } = picture;
  const [newWidth, newHeight] = [width - width % scale, height - height % scale];
  if (newWidth === width && newHeight === height) return picture;
  const out = new Uint8Array(newWidth * newHeight * channels);
  for (let y = 0; y < newHeight; y++) {
    const from = y * width * channels;
    out.set(pixels.subarray(from, from + newWidth * channels), y * newWidth * channels);
  }
  return { pixels: out, width: newWidth, height: newHeight, channels };
}

/** Resizes by MATLAB's bicubic and rounds to 8 bits, as `imwrite(imresize(…))` would. */
export function resizeRaster(picture: Raster, scale: number): Raster {
  const plane: Plane = { ...picture, values: new Float32Array(picture.pixels) };
  const { values, width, height, channels } = resizeBicubic(plane, scale);
  const pixels = new Uint8Array(values.length); // filled by a loop: `from` makes a list of all values first
  for (let i = 0; i < values.length; i++) {
    pixels[i] = Math.max(0, Math.min(255, Math.round(values[i]!)));
  }
  return { pixels, width, height, channels };
}

/**
 * A picture, cut so that both sides are multiples of `scale`, and its small version. Null where that
 * would be empty.
 */
export function pairOf(picture: Raster, scale: number): PicturePair | null {
  if (picture.width < scale || picture.height < scale) return null;
  const high = cropToMultiple(picture, scale);
  return { high, low: resizeRaster(high, 1 / scale) };
}
