/**
 * Resizing pictures to what a network takes. Metrics over a network's features change with the way in
 * which pictures are resized (Parmar et al., 2022, https://arxiv.org/abs/2104.11222), so that each way
 * has a name.
 */
import * as tf from "@tensorflow/tfjs";

/**
 * - `antialiased`: bilinear, the triangle stretched by the ratio when shrinking; as Pillow resizes.
 * - `bilinear`: between the two nearest samples, centres of pixels at half; as PyTorch's `interpolate`.
 * - `legacy-bilinear`: between the two nearest samples, first pixels on top of each other; as the
 *   `ResizeBilinear` of TensorFlow 1, which the Inception graph of the FID paper holds (Heusel et al., 2017).
 */
export const RESIZING = ["antialiased", "bilinear", "legacy-bilinear"] as const;
/** One of `RESIZING`. */
export type Resizing = typeof RESIZING[number];

/** What output `i` takes of each of `from` inputs, by triangles about `centre` that reach `reach` far. */
function triangle(row: Float64Array, centre: number, reach: number): void {
  let sum = 0;
  for (let j = 0; j < row.length; j++) {
    row[j] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
    sum += row[j]!;
  }
  for (let j = 0; j < row.length; j++) row[j]! /= sum;
}

/** Weights of the two inputs about `place`; beyond the edges, the edge's alone. */
function between(row: Float64Array, place: number): void {
  const last = row.length - 1;
  const inside = Math.max(0, Math.min(last, place));
  const low = Math.min(Math.floor(inside), last);
  row[low]! += 1 - (inside - low);
  if (low < last) row[low + 1]! += inside - low;
}

/** The weights of resizing one axis as a matrix, [to, from] row-major. */
export function resizeMatrix(
  from: number,
  to: number,
  resizing: Resizing,
): Float32Array<ArrayBuffer> {
  const matrix = new Float32Array(to * from);
  const ratio = from / to;
  for (let i = 0; i < to; i++) {
    const row = new Float64Array(from);
    if (resizing === "antialiased") triangle(row, (i + 0.5) * ratio, Math.max(1, ratio));
    else between(row, resizing === "bilinear" ? (i + 0.5) * ratio - 0.5 : i * ratio);
    matrix.set(row, i * from);
  }
  return matrix;
}

/**
 * Resizes pictures, [B, H, W, C], to [B, size, size, C]; values are neither rounded nor clipped. Borrows
 * the pictures; the caller owns the result.
 */
export function resizePictures(
  pictures: tf.Tensor4D,
  size: number,
  resizing: Resizing,
): tf.Tensor4D {
  const [count, height, width, channels] = pictures.shape;
  if (height === size && width === size) return pictures.clone();
  return tf.tidy(() => {
    const matrix = (from: number) =>
      tf.tensor3d(resizeMatrix(from, size, resizing), [1, size, from]);
    const rows = tf.matMul(matrix(height), pictures.reshape([count, height, width * channels]));
    const turned = rows.reshape([count, size, width, channels]).transpose([0, 2, 1, 3]);
    const columns = tf.matMul(matrix(width), turned.reshape([count, width, size * channels]));
    return columns.reshape<tf.Tensor4D>([count, size, size, channels]).transpose([0, 2, 1, 3]);
  });
}
