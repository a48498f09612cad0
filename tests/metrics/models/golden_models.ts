/** Golden numbers of tests/golden/extractor_models.py, and the pictures that they are of. */
import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { ImageBatch } from "../../../src/core/images.ts";
import golden from "../../golden/extractor_models.json" with { type: "json" };

export { golden };

/** A golden network's path. */
export const goldenModel = (name: string): string =>
  fromFileUrl(new URL(`../../golden/${name}`, import.meta.url));

/** The script's pictures. */
export function goldenPictures(count: number, size: number, channels: number): ImageBatch {
  const pixels = Float32Array.from({ length: count * size * size * channels }, (_, i) => {
    const byte = Math.round(127.5 + 127.5 * Math.sin(0.37 * i + 0.0011 * i * i));
    return byte / 127.5 - 1;
  });
  return { pixels, count, size, channels };
}

/** Fails where any value differs by more than `tolerance`. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
): void {
  assert(actual.length === expected.length, `${actual.length} values for ${expected.length}`);
  expected.forEach((value, i) => {
    const off = Math.abs(actual[i]! - value);
    assert(off <= tolerance, `value ${i}: expected ${value}, got ${actual[i]}`);
  });
}
