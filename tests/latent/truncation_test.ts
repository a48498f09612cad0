import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { latentOfSeed } from "../../src/core/rng.ts";
import { resampledLatent, scaleToMean, truncatedLatent } from "../../src/latent/truncation.ts";

Deno.test("scaleToMean() moves towards the mean, 0", () => {
  const z = Float32Array.of(1, -2);
  assertEquals(scaleToMean(z, 0.5), Float32Array.of(0.5, -1));
  assertEquals(scaleToMean(z, 1), z);
});

Deno.test("resampledLatent() redraws what is beyond the threshold and nothing else", () => {
  const plain = latentOfSeed(7, 1000);
  const resampled = resampledLatent(7, 1000, 1);
  assert(resampled.every((value) => Math.abs(value) <= 1));
  plain.forEach((value, i) => {
    if (Math.abs(value) <= 1) assertEquals(resampled[i], value);
  });
  assertEquals(resampledLatent(7, 1000, 1), resampled);
  assertEquals(resampledLatent(7, 100, 100), latentOfSeed(7, 100));
});

Deno.test("resampledLatent() is of the truncated normal", () => {
  const z = resampledLatent(3, 40_000, 1);
  // Variance of N(0, 1) cut at ±1: 1 − 2φ(1)/(2Φ(1) − 1).
  const variance = 1 - 2 * 0.24197072 / 0.68268949;
  assertAlmostEquals(z.reduce((sum, value) => sum + value * value, 0) / z.length, variance, 0.005);
  assertThrows(() => resampledLatent(3, 10, 0), RangeError, "got 0");
});

Deno.test("truncatedLatent() takes either way, or none", () => {
  const plain = latentOfSeed(5, 8);
  assertEquals(truncatedLatent(5, 8, null), plain);
  assertEquals(truncatedLatent(5, 8, { by: "scale", psi: 0.7 }), scaleToMean(plain, 0.7));
  assertEquals(truncatedLatent(5, 8, { by: "resample", psi: 1 }), resampledLatent(5, 8, 1));
});
