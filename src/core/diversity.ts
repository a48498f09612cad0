/** How much a handful of images differ among themselves. */
import type { ImageBatch } from "./images.ts";

/** Side that images are brought to before they are compared: finer grain is texture and noise. */
const SIDE = 16;

/**
 * Mean distance between two images of a batch: over all pairs, the root mean square difference of their
 * values in [-1, 1], after each was averaged down to 16 pixels a side. At that size a generator that has
 * dissolved into noise or a checkerboard, which averages out, reads as what it is: all alike. NaN for
 * fewer than two images. Some 3 ms for 64 images of 64 pixels.
 */
export function meanPairDistance({ pixels, count, size, channels }: ImageBatch): number {
  const side = Math.min(SIDE, size);
  const length = side * side * channels;
  const small = new Float32Array(count * length);
  const imageLength = size * size * channels;
  for (let i = 0; i < count; i++) {
    const image = pixels.subarray(i * imageLength, (i + 1) * imageLength);
    averageDown(image, size, channels, small.subarray(i * length, (i + 1) * length));
  }
  let sum = 0;
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) sum += distance(small, i * length, j * length, length);
  }
  return sum / (count * (count - 1) / 2);
}

/**
 * The metric `sample-diversity`: `meanPairDistance` of a run's fixed samples over that of real pictures.
 * About 1 where samples differ as much as the pictures do, near 0 where all look the same; an untrained
 * generator has some 0.1. Tells nothing of quality, and not which kinds of picture are missing.
 */
export const SAMPLE_DIVERSITY = "sample-diversity";

/** Means over the boxes that a smaller grid cuts an image into; edges of boxes lie between pixels. */
function averageDown(image: Float32Array, size: number, channels: number, out: Float32Array): void {
  const side = Math.min(SIDE, size);
  const edge = (i: number) => Math.floor(i * size / side);
  const boxOf = new Uint32Array(size);
  for (let box = 0; box < side; box++) boxOf.fill(box, edge(box), edge(box + 1));
  let from = 0;
  for (let y = 0; y < size; y++) {
    const row = boxOf[y]! * side;
    for (let x = 0; x < size; x++) {
      const to = (row + boxOf[x]!) * channels;
      for (let c = 0; c < channels; c++) out[to + c]! += image[from++]!;
    }
  }
  for (let i = 0; i < side * side; i++) {
    const [y, x] = [Math.floor(i / side), i % side];
    const area = (edge(y + 1) - edge(y)) * (edge(x + 1) - edge(x));
    for (let c = 0; c < channels; c++) out[i * channels + c]! /= area;
  }
}

function distance(values: Float32Array, a: number, b: number, length: number): number {
  let squares = 0;
  for (let k = 0; k < length; k++) {
    const difference = values[a + k]! - values[b + k]!;
    squares += difference * difference;
  }
  return Math.sqrt(squares / length);
}
