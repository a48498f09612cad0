/** Peak signal-to-noise ratio. */
import type { Raster } from "../../core/images.ts";
import { assertSameShape, channelsOf, type Protocol } from "./protocol.ts";

const PEAK = 255;

/**
 * 10 log₁₀(255² / mean squared error) in decibels, over the protocol's pixels and channels together;
 * Infinity for equal pictures. Symmetric. Throws a RangeError for pictures of different shapes.
 */
export function psnr(a: Raster, b: Raster, protocol: Protocol): number {
  assertSameShape(a, b);
  const [one, other] = [channelsOf(a, protocol), channelsOf(b, protocol)];
  let sum = 0;
  one.planes.forEach((plane, c) => {
    const against = other.planes[c]!;
    for (let i = 0; i < plane.length; i++) sum += (plane[i]! - against[i]!) ** 2;
  });
  const error = sum / (one.planes.length * one.width * one.height);
  return 10 * Math.log10(PEAK ** 2 / error);
}
