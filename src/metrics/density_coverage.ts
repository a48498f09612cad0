/** Density and coverage. Naeem et al. (2020), https://arxiv.org/abs/2002.09797 */
import type { FeatureMatrix } from "./extractor.ts";
import { assertFeatures, assertSameDim } from "./features.ts";
import { meanAndError } from "./mean_and_error.ts";
import { countContained, spheresOf } from "./spheres.ts";

/** More is better. */
export interface DensityCoverage {
  /** How densely generated samples lie among the real ones; 1 for equal distributions, and may exceed it. */
  readonly density: number;
  /** Of the density, over generated samples; the real ones are taken as they are. */
  readonly densityError: number;
  /** Part of the real samples with a generated one near, in [0, 1]. */
  readonly coverage: number;
}

/**
 * Equations 3 and 4: of the spheres from each real sample to its `k`-th nearest real neighbour (§5 takes
 * 5), how many hold each generated sample, over k; and how many hold any. Spheres are open, as in the
 * authors' code, so that a set compared with itself has density 1. Exact in float64. Throws a
 * RangeError for `k` real samples or fewer, features of different extractors, and ones not finite.
 */
export async function densityCoverage(
  real: FeatureMatrix,
  fake: FeatureMatrix,
  k = 5,
): Promise<DensityCoverage> {
  assertFeatures("density and coverage", "the real set", real, k + 1);
  assertFeatures("density and coverage", "the generated set", fake, 1);
  assertSameDim("density and coverage", real, fake);
  const { spheresOfPoint, pointsOfSphere } = await countContained(
    fake,
    await spheresOf(real, k),
    false,
  );
  const { mean, standardError } = meanAndError(spheresOfPoint);
  return {
    density: mean / k,
    densityError: standardError / k,
    coverage: pointsOfSphere.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) / real.count,
  };
}
