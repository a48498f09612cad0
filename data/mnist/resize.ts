/** Brings 28×28 pictures of MNIST's form to other sizes. */
import sharp from "sharp";

/** Side of the pictures as published. */
export const SIDE = 28;
const PADDED = 32;
const MARGIN = (PADDED - SIDE) / 2;
/** Pictures resized in one call: for one alone the call would cost more than the resizing. */
export const STRIP = 100;

/** Copies picture `index` of [N, 28, 28] to the middle of 32 black rows from `top` on. */
function pad(values: Uint8Array, index: number, strip: Uint8Array, top: number): void {
  for (let y = 0; y < SIDE; y++) {
    const row = (index * SIDE + y) * SIDE;
    strip.set(values.subarray(row, row + SIDE), (top + MARGIN + y) * PADDED + MARGIN);
  }
}

/**
 * Pictures `first` to `end` − 1 of `values`, [N, 28, 28], each as [size, size]: as published at 28,
 * padded by two black pixels a side at 32, else the padded ones resized with Lanczos, so that a digit
 * fills the same part of the picture at every size.
 */
export async function resizeDigits(
  values: Uint8Array,
  first: number,
  end: number,
  size: number,
): Promise<Uint8Array[]> {
  const indices = Array.from({ length: end - first }, (_, i) => first + i);
  if (size === SIDE) {
    return indices.map((i) => values.slice(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
  }
  // One below the other, as much black between them as they are high, for that is more than the
  // kernel spans: none touches its neighbour, and each begins on a whole row of the result.
  const strip = new Uint8Array(2 * PADDED * PADDED * indices.length);
  indices.forEach((index, i) => pad(values, index, strip, 2 * PADDED * i));
  const height = 2 * size * indices.length;
  const resized: Uint8Array = size === PADDED ? strip : await sharp(strip, {
    raw: { width: PADDED, height: 2 * PADDED * indices.length, channels: 1 },
  }).resize(size, height, { fit: "fill", kernel: "lanczos3" }).toColourspace("b-w").raw()
    .toBuffer();
  return indices.map((_, i) =>
    resized.slice(2 * size * size * i, 2 * size * size * i + size * size)
  );
}
