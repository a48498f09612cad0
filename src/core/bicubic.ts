/**
 * Bicubic resizing as super-resolution papers mean it: MATLAB's `imresize`, with antialiasing when
 * shrinking. Keys (1981), "Cubic convolution interpolation for digital image processing", with
 * a = -0.5, stretched by 1/scale when shrinking; samples beyond an edge are mirrored about it.
 */

/** Pixels as numbers of any range, [H, W, C] row-major. */
export interface Plane {
  readonly values: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What each output sample is the weighted sum of, along one axis. */
interface Taps {
  /** Taps an output sample has. */
  readonly count: number;
  /** Input positions, [outputs, count]. */
  readonly positions: Uint32Array;
  /** Their weights, which sum to 1. */
  readonly weights: Float64Array;
}

/** Keys' cubic, a = -0.5. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t <= 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  return 0;
}

/** Mirrors a position about the edges of 0 … length − 1, edge samples doubled: −1 is 0, −2 is 1. */
function mirrored(position: number, length: number): number {
  const period = 2 * length;
  const inside = ((position % period) + period) % period;
  return inside < length ? inside : period - 1 - inside;
}

function tapsOf(inputs: number, outputs: number, scale: number): Taps {
  const shrink = Math.min(scale, 1);
  const reach = 2 / shrink;
  const count = Math.ceil(2 * reach) + 2;
  const positions = new Uint32Array(outputs * count);
  const weights = new Float64Array(outputs * count);
  for (let i = 0; i < outputs; i++) {
    const center = (i + 0.5) / scale - 0.5;
    const first = Math.floor(center - reach);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = cubic((center - first - k) * shrink);
      positions[i * count + k] = mirrored(first + k, inputs);
      weights[i * count + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) weights[i * count + k]! /= sum;
  }
  return { count, positions, weights };
}

/**
 * The weights of resizing one axis as a matrix, [⌈inputs · scale⌉, inputs] row-major: row i holds what
 * output i takes of each input.
 */
export function bicubicMatrix(inputs: number, scale: number): Float32Array<ArrayBuffer> {
  const outputs = resized(inputs, scale);
  const { count, positions, weights } = tapsOf(inputs, outputs, scale);
  const matrix = new Float32Array(outputs * inputs);
  for (let i = 0; i < outputs * count; i++) {
    matrix[Math.floor(i / count) * inputs + positions[i]!]! += weights[i]!;
  }
  return matrix;
}

/** How long a side becomes. 1e-9: three times a third must not become two. */
const resized = (side: number, scale: number): number => Math.ceil(side * scale - 1e-9);

/** Resizes the rows' axis: [H, L] to [outputs, L], L being a row's length. */
function resizeRows(values: Float32Array, taps: Taps, outputs: number, length: number) {
  const out = new Float32Array(outputs * length);
  const sum = new Float64Array(length);
  for (let y = 0; y < outputs; y++) {
    sum.fill(0);
    for (let k = 0; k < taps.count; k++) {
      const weight = taps.weights[y * taps.count + k]!;
      if (weight === 0) continue;
      const from = taps.positions[y * taps.count + k]! * length;
      for (let x = 0; x < length; x++) sum[x]! += weight * values[from + x]!;
    }
    out.set(sum, y * length);
  }
  return out;
}

/** Resizes the columns' axis: [H, W, C] to [H, outputs, C]. */
function resizeColumns(plane: Plane, taps: Taps, outputs: number): Float32Array<ArrayBuffer> {
  const { values, width, height, channels } = plane;
  const out = new Float32Array(height * outputs * channels);
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    for (let x = 0; x < outputs; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < taps.count; k++) {
          const at = x * taps.count + k;
          sum += taps.weights[at]! * values[row + taps.positions[at]! * channels + c]!;
        }
        out[(y * outputs + x) * channels + c] = sum;
      }
    }
  }
  return out;
}

/**
 * Resizes by `scale` (0.25 makes a quarter), to ⌈side · scale⌉ as `imresize` does; values are neither
 * rounded nor clamped. Throws a RangeError for a scale that is not positive, or an empty picture.
 */
export function resizeBicubic(plane: Plane, scale: number): Plane {
  const { values, width, height, channels } = plane;
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new RangeError(`Cannot resize a picture: expected a positive scale, got ${scale}`);
  }
  if (width < 1 || height < 1 || values.length !== width * height * channels) {
    throw new RangeError(
      `Cannot resize a picture of ${width}×${height}×${channels}: got ${values.length} values`,
    );
  }
  const [newWidth, newHeight] = [resized(width, scale), resized(height, scale)];
  const rows = resizeRows(values, tapsOf(height, newHeight, scale), newHeight, width * channels);
  const between = { values: rows, width, height: newHeight, channels };
  return {
    values: resizeColumns(between, tapsOf(width, newWidth, scale), newWidth),
    width: newWidth,
    height: newHeight,
    channels,
  };
}
