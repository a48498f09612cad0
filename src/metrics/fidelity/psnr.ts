/** Peak signal-to-noise ratio. */
import type { Raster } from "../../core/images.ts";
import { assertSameShape, channelsOf, comparedSize, type Protocol } from "./protocol.ts";

const PEAK = 255;
/** Rows that are compared together. */
const STRIP = 128;

/**
 * 10 log₁₀(255² / mean squared error) in decibels, over the protocol's pixels and channels together;
 * Infinity for equal pictures. Symmetric. Throws a RangeError for pictures of different shapes.
 */
export function psnr(a: Raster, b: Raster, protocol: Protocol): number {
  assertSameShape(a, b);
  const { width, height } = comparedSize(a, protocol);
  let [sum, values] = [0, 0];
  for (let top = 0; top < height; top += STRIP) {
    const rows = Math.min(STRIP, height - top);
    const [one, other] = [a, b].map((each) => channelsOf(each, protocol, top, rows).planes);
    one!.forEach((plane, c) => {
      const against = other![c]!;
      for (let i = 0; i < plane.length; i++) sum += (plane[i]! - against[i]!) ** 2;
    });
    values += one!.length * width * rows;
  }
  return 10 * Math.log10(PEAK ** 2 / (sum / values));
}
