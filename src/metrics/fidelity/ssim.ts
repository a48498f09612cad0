/** Structural similarity. Wang et al. (2004), https://doi.org/10.1109/TIP.2003.819861 */
import type { Raster } from "../../core/images.ts";
import { SSIM_HALF, SSIM_K1, SSIM_K2, SSIM_WINDOW as WINDOW, ssimTaps } from "../ssim_window.ts";
import { assertSameShape, channelsOf, comparedSize, type Protocol } from "./protocol.ts";

/** Rows of windows that are looked at together: what is computed on the way takes little room. */
const STRIP = 128;
/** Of 8 bits (equation 13). */
const C1 = (SSIM_K1 * 255) ** 2;
const C2 = (SSIM_K2 * 255) ** 2;

/** The window from one end to the other. */
const gaussian = Array.from({ length: WINDOW }, (_, i) => ssimTaps[Math.abs(i - SSIM_HALF)]!);

/** The shortest side of a picture that `ssim` can compare inside a border of `crop` pixels. */
export const leastSideOfSsim = (crop: number): number => WINDOW + 2 * crop;

/**
 * Mean structural similarity over every window that lies inside the protocol's pixels, a number of at
 * most 1, and exactly 1 for equal pictures; over RGB the mean of the three channels' (as BasicSR and
 * MATLAB's reference have it). Symmetric. Throws a RangeError for pictures of different shapes, or
 * smaller than the 11×11 window.
 */
export function ssim(a: Raster, b: Raster, protocol: Protocol): number {
  assertSameShape(a, b);
  const { width, height } = comparedSize(a, protocol);
  const [across, down] = [width - WINDOW + 1, height - WINDOW + 1];
  if (across < 1 || down < 1) {
    throw new RangeError(
      `Cannot measure SSIM on ${width}×${height} pixels: expected ${WINDOW}×${WINDOW} or more ` +
        `inside a border of ${protocol.crop}`,
    );
  }
  let [sum, windows] = [0, 0];
  for (let top = 0; top < down; top += STRIP) {
    const rows = Math.min(STRIP, down - top) + WINDOW - 1;
    const [one, other] = [a, b].map((each) => channelsOf(each, protocol, top, rows).planes);
    one!.forEach((plane, c) => sum += sumOfSimilarities(plane, other![c]!, width, rows));
    windows += one!.length * across * (rows - WINDOW + 1);
  }
  return sum / windows;
}

/** The sum over every window inside, [H, W]. */
function sumOfSimilarities(
  a: Float64Array,
  b: Float64Array,
  width: number,
  height: number,
): number {
  const blurred = (values: Float64Array) => blur(values, width, height);
  const product = (x: Float64Array, y: Float64Array) => x.map((value, i) => value * y[i]!);
  const [meanA, meanB] = [blurred(a), blurred(b)];
  const [squareA, squareB] = [blurred(product(a, a)), blurred(product(b, b))];
  const cross = blurred(product(a, b));
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [mA, mB] = [meanA[i]!, meanB[i]!];
    const [varianceA, varianceB] = [squareA[i]! - mA * mA, squareB[i]! - mB * mB];
    const covariance = cross[i]! - mA * mB;
    sum += ((2 * mA * mB + C1) * (2 * covariance + C2)) /
      ((mA * mA + mB * mB + C1) * (varianceA + varianceB + C2));
  }
  return sum;
}

/** Weighted by the window, wherever it lies inside: [H, W] to [H − 10, W − 10]. */
function blur(values: Float64Array, width: number, height: number): Float64Array {
  const [across, down] = [width - WINDOW + 1, height - WINDOW + 1];
  const rows = new Float64Array(height * across);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += gaussian[k]! * values[y * width + x + k]!;
      rows[y * across + x] = sum;
    }
  }
  const out = new Float64Array(down * across);
  for (let y = 0; y < down; y++) {
    for (let k = 0; k < WINDOW; k++) {
      const weight = gaussian[k]!;
      const from = (y + k) * across;
      for (let x = 0; x < across; x++) out[y * across + x]! += weight * rows[from + x]!;
    }
  }
  return out;
}
