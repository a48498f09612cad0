/** Pictures on their way into a network: checked, rounded to bytes, grey or colour as it takes them. */
import * as tf from "@tensorflow/tfjs";
import { type ImageBatch, toByte } from "../core/images.ts";

/** Rec. 601 luma: what a network for grey pictures sees of colours. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Throws unless `images` holds what it says and channels that can be used. */
export function assertPictures(
  { pixels, count, size, channels }: ImageBatch,
  network: string,
): void {
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(
      `Cannot embed images by "${network}": expected 1 or 3 channels, got ${channels}`,
    );
  }
  if (pixels.length !== count * size * size * channels) {
    throw new RangeError(
      `Cannot embed images by "${network}": expected ${count}×${size}×${size}×${channels} values, ` +
        `got ${pixels.length}`,
    );
  }
}

/**
 * Images `from` to `to` − 1, [to − from, H, W, channels] in [-1, 1], rounded as a PNG of them would be,
 * so that pictures give the same features in memory and from a folder. Grey ones are repeated for a
 * network of colours; colours give their luma to one of greys. Throws a RangeError for a value that
 * is no number. The caller owns the tensor.
 */
export function pictureTensor(
  images: ImageBatch,
  from: number,
  to: number,
  channels: 1 | 3,
): tf.Tensor4D {
  const { pixels, size } = images;
  const area = size * size;
  const out = new Float32Array((to - from) * area * channels);
  const rounded = (at: number): number => {
    const value = pixels[at]!;
    if (Number.isNaN(value)) {
      const image = Math.floor(at / (area * images.channels));
      throw new RangeError(
        `Cannot embed image ${image}: expected numbers from -1 to 1, got NaN. Images of a ` +
          "generator that diverged have no features",
      );
    }
    return toByte(value) / 127.5 - 1;
  };
  for (let i = 0; i < (to - from) * area; i++) {
    const pixel = from * area + i;
    if (channels === images.channels) {
      for (let c = 0; c < channels; c++) out[channels * i + c] = rounded(channels * pixel + c);
    } else if (channels === 3) out.fill(rounded(pixel), 3 * i, 3 * i + 3);
    else out[i] = LUMA.reduce((sum, weight, c) => sum + weight * rounded(3 * pixel + c), 0);
  }
  return tf.tensor4d(out, [to - from, size, size, channels]);
}
