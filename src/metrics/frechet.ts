/**
 * Fréchet distance between the normal distributions nearest to two sets of features. Heusel et al.
 * (2017), https://arxiv.org/abs/1706.08500, eq. 6; Dowson & Landau (1982).
 */
import type { Gaussian } from "./gaussian.ts";
import { pivotedFactor } from "./linalg/factor.ts";
import { timesTransposed, transposed } from "../core/linalg/products.ts";
import { singularValues } from "./linalg/singular_values.ts";

/**
 * ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½·Σ₂·Σ₁^½)^½), 0 or more; the squared distance of the paper, in
 * squared units of the features. Called FID only where they are InceptionV3's.
 *
 * The trace of the root is the sum of the singular values of L₁ᵀ·L₂ for any factors L·Lᵀ = Σ. That is
 * symmetric, never complex, and squares nothing: a set's distance to itself is 0 to within rounding
 * (1e-12 of its variance) even where there were fewer samples than features. Biased upward for few
 * samples: compare only distances of equal counts. Takes 40 ms for 256 features and 20 s for
 * 2,048. Throws a RangeError for Gaussians of different features or not of finite numbers.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  assertGaussian("the first set", a);
  assertGaussian("the second set", b);
  const dim = a.mean.length;
  if (b.mean.length !== dim) {
    throw new RangeError(
      "Cannot compute the Fréchet distance: expected features of one extractor, got " +
        `${dim} and ${b.mean.length} a sample`,
    );
  }
  let squares = 0;
  let variances = 0;
  for (let i = 0; i < dim; i++) {
    squares += (a.mean[i]! - b.mean[i]!) ** 2;
    variances += a.covariance[i * dim + i]! + b.covariance[i * dim + i]!;
  }
  return Math.max(0, squares + variances - 2 * traceOfRoot(a.covariance, b.covariance, dim));
}

/** tr((A^½·B·A^½)^½) of covariances A and B, [n, n]. Equal to tr((B^½·A·B^½)^½). */
export function traceOfRoot(a: Float64Array, b: Float64Array, n: number): number {
  const [first, second] = [pivotedFactor(a, n), pivotedFactor(b, n)];
  if (first.rank === 0 || second.rank === 0) return 0; // images that are all alike
  const product = timesTransposed( // L₁ᵀ·L₂
    transposed(first.values, n, first.rank),
    first.rank,
    transposed(second.values, n, second.rank),
    second.rank,
  );
  return singularValues(product, first.rank, second.rank).reduce((sum, value) => sum + value, 0);
}

function assertGaussian(name: string, { mean, covariance, count }: Gaussian): void {
  if (covariance.length !== mean.length ** 2) {
    throw new RangeError(
      `Cannot compute the Fréchet distance: ${name} has ${mean.length} means, so expected ` +
        `${mean.length ** 2} covariances, got ${covariance.length}`,
    );
  }
  if (count < 2) {
    throw new RangeError(
      `Cannot compute the Fréchet distance: expected 2 samples or more, ${name} has ${count}`,
    );
  }
  for (const values of [mean, covariance]) {
    const ruined = values.find((value) => !Number.isFinite(value));
    if (ruined === undefined) continue;
    throw new RangeError(
      `Cannot compute the Fréchet distance: expected finite statistics, ${name} has ${ruined}. ` +
        "Its images or the extractor's weights are ruined",
    );
  }
}
