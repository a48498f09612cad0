/** Improved precision and recall. Kynkäänniemi et al. (2019), https://arxiv.org/abs/1904.06991 */
import type { FeatureMatrix } from "./extractor.ts";
import { assertFeatures, assertSameDim } from "./features.ts";
import { countContained, type Spheres, spheresOf } from "./spheres.ts";

/** Both in [0, 1]; more is better. */
export interface PrecisionRecall {
  /** Part of the generated samples that lie among the real ones: fidelity. */
  readonly precision: number;
  /** Part of the real samples that lie among the generated ones: diversity. */
  readonly recall: number;
}

/**
 * Equations 1 and 2: a set's manifold is the union of the closed spheres from each sample to its `k`-th
 * nearest neighbour (§3.1 takes 3). A set compared with itself has both 1. Exact in float64. Throws a
 * RangeError for `k` samples or fewer, features of different extractors, and ones that are not finite.
 */
export async function precisionRecall(
  real: FeatureMatrix,
  fake: FeatureMatrix,
  k = 3,
): Promise<PrecisionRecall> {
  assertFeatures("precision and recall", "the real set", real, k + 1);
  assertFeatures("precision and recall", "the generated set", fake, k + 1);
  assertSameDim("precision and recall", real, fake);
  return {
    precision: await within(fake, await spheresOf(real, k)),
    recall: await within(real, await spheresOf(fake, k)),
  };
}

async function within(points: FeatureMatrix, spheres: Spheres): Promise<number> {
  const { spheresOfPoint } = await countContained(points, spheres, true);
  return spheresOfPoint.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) / points.count;
}
