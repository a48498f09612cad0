/** How far a Fréchet distance may be off for the samples it was computed from. */
import type { FeatureMatrix } from "../metrics/extractor.ts";
import { frechetDistance } from "../metrics/frechet.ts";
import { type Gaussian, gaussianOf } from "../metrics/gaussian.ts";

/** Groups of samples that are left out in turn, of each set. */
const GROUPS = 10;
/** With more features each distance takes seconds. */
const MOST_FEATURES = 512;

/** Features, and their Gaussian. */
export interface MeasuredFeatures {
  readonly features: FeatureMatrix;
  readonly gaussian: Gaussian;
}

/**
 * The standard error of `frechetDistance` by the delete-a-group jackknife (Kott, 2001): each set in turn
 * without each of ten groups of consecutive samples. It says how the figure scatters for other samples
 * of the same number; the bias that few samples give it, upward and alike in every such figure, is not
 * in it. Null for more than 512 features, where it would take
 * minutes, and for fewer than twenty samples.
 */
export function frechetStandardError(
  a: MeasuredFeatures,
  b: MeasuredFeatures,
): number | null {
  const fewest = Math.min(a.features.count, b.features.count);
  if (a.features.dim > MOST_FEATURES || fewest < 2 * GROUPS) return null;
  const variance = (set: MeasuredFeatures, other: Gaussian) => {
    const parts = withoutGroups(set.features, set.gaussian);
    const distances = parts.map((part) => frechetDistance(part, other));
    const mean = distances.reduce((sum, each) => sum + each, 0) / GROUPS;
    const squares = distances.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    return ((GROUPS - 1) / GROUPS) * squares;
  };
  return Math.sqrt(variance(a, b.gaussian) + variance(b, a.gaussian));
}

/** Sums about the mean of a whole set, which those of parts of it can be taken from. */
interface Sums {
  readonly count: number;
  /** Σ (x − centre), [D]. */
  readonly first: Float64Array<ArrayBuffer>;
  /** Σ (x − centre)·(x − centre)ᵀ, [D, D]. */
  readonly second: Float64Array<ArrayBuffer>;
}

/** The Gaussians of a set less one group each. */
function withoutGroups(features: FeatureMatrix, { mean, covariance, count }: Gaussian): Gaussian[] {
  const { values, dim } = features;
  const total = covariance.map((value) => value * (count - 1));
  return Array.from({ length: GROUPS }, (_, i) => {
    const from = Math.floor((i * count) / GROUPS);
    const to = Math.floor(((i + 1) * count) / GROUPS);
    const group = { values: values.subarray(from * dim, to * dim), count: to - from, dim };
    const left = sumsAbout(mean, gaussianOf(group));
    const rest = count - left.count;
    const shift = left.first.map((sum) => -sum / rest); // the others' mean less the centre
    const others = total.map((sum, at) => {
      const [row, column] = [Math.floor(at / dim), at % dim];
      return (sum - left.second[at]! - rest * shift[row]! * shift[column]!) / (rest - 1);
    });
    return { mean: mean.map((centre, j) => centre + shift[j]!), covariance: others, count: rest };
  });
}

function sumsAbout(centre: Float64Array, { mean, covariance, count }: Gaussian): Sums {
  const dim = mean.length;
  const offset = mean.map((value, j) => value - centre[j]!);
  const second = covariance.map((value, at) =>
    (count - 1) * value + count * offset[Math.floor(at / dim)]! * offset[at % dim]!
  );
  return { count, first: offset.map((value) => count * value), second };
}
