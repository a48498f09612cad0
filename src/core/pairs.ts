/** Pictures and their small versions, as super-resolution passes them around. */
import type { ImageBatch, Raster } from "./images.ts";

/** Patches of pictures and of their small versions, in the same places. */
export interface PairBatch {
  /** [B, p, p, 3] in [-1, 1]. */
  readonly low: ImageBatch;
  /** [B, s·p, s·p, 3] in [-1, 1]. */
  readonly high: ImageBatch;
}

/** A picture and its small version, both [H, W, 3]; the picture's sides are s times as long. */
export interface PicturePair {
  readonly high: Raster;
  readonly low: Raster;
}

/** 8-bit pixels as numbers in [-1, 1]. */
export function unitPixels({ pixels }: Raster): Float32Array<ArrayBuffer> {
  const values = new Float32Array(pixels.length); // by a loop: `from` makes a list of all values first
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i]! / 127.5 - 1;
  return values;
}
