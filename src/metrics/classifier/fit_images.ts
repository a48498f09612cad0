/** Brings images to the side and the channels that a network was trained on. */
import { resizeBicubic } from "../../core/bicubic.ts";
import type { ImageBatch } from "../../core/images.ts";

/** Rec. 601 luma, what grey pictures are made of. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The images at another side, bicubically and with antialiasing, and in other colours: grey repeated
 * over three channels, three turned to luma. Throws a RangeError where that is no matter of grey and RGB.
 */
export function fitImages(
  images: ImageBatch,
  { size, channels }: { readonly size: number; readonly channels: number },
): ImageBatch {
  return resized(recoloured(images, channels), size);
}

/** The images in `channels` colours. Throws a RangeError where that is no matter of grey and RGB. */
function recoloured(images: ImageBatch, channels: number): ImageBatch {
  if (images.channels === channels) return images;
  const { pixels, count, size } = images;
  if (images.channels === 1 && channels === 3) {
    const rgb = Float32Array.from({ length: 3 * pixels.length }, (_, i) => pixels[(i / 3) | 0]!);
    return { pixels: rgb, count, size, channels };
  }
  if (images.channels === 3 && channels === 1) {
    const grey = Float32Array.from(
      { length: pixels.length / 3 },
      (_, i) => LUMA.reduce((sum, share, c) => sum + share * pixels[3 * i + c]!, 0),
    );
    return { pixels: grey, count, size, channels };
  }
  throw new RangeError(
    `Cannot extract features: expected images of 1 or 3 channels, got ${images.channels}`,
  );
}

/** The images at another side. */
function resized(images: ImageBatch, side: number): ImageBatch {
  const { count, size, channels } = images;
  if (size === side) return images;
  const [from, to] = [size * size * channels, side * side * channels];
  const pixels = new Float32Array(count * to);
  for (let i = 0; i < count; i++) {
    const plane = {
      values: images.pixels.subarray(i * from, (i + 1) * from),
      width: size,
      height: size,
      channels,
    };
    const { values: small } = resizeBicubic(plane, side / size);
    for (let p = 0; p < to; p++) pixels[i * to + p] = Math.min(1, Math.max(-1, small[p]!));
  }
  return { pixels, count, size: side, channels };
}
