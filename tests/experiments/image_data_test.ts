import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ImageDataset } from "../../data/dataset.ts";
import { pairDistanceOf } from "../../src/experiments/image_data.ts";

function dataset(length: number, value: (index: number) => number): ImageDataset {
  const info = { name: "test", length, size: 16, channels: 1 };
  return {
    ...info,
    info: { ...info, fingerprint: "", attributes: [], skipped: [] },
    read(index, out) {
      out.fill(value(index));
    },
    attributes: () => [],
    [Symbol.dispose]() {},
  };
}

Deno.test("pairDistanceOf() is the mean over pictures from the whole dataset, sorted or not", () => {
  // Half of the pairs of two kinds are of different kinds: 64·64 of 128·127/2.
  const sorted = dataset(10_000, (index) => index < 5000 ? -0.5 : 0.5);
  assertAlmostEquals(pairDistanceOf(sorted), 64 * 64 / (128 * 127 / 2), 1e-6);
});

Deno.test("pairDistanceOf() takes all of a few pictures, and cannot tell from one", () => {
  assertAlmostEquals(pairDistanceOf(dataset(3, (index) => index / 2)), (0.5 + 0.5 + 1) / 3, 1e-6);
  assertEquals(pairDistanceOf(dataset(1, () => 1)), NaN);
});
