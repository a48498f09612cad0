/** What every metric asks of features before it trusts them. */
import type { FeatureMatrix } from "./extractor.ts";

/**
 * Throws a RangeError unless `features` hold at least `atLeast` rows of finite numbers. `metric` and
 * `name` begin the message: `Cannot compute KID: the first set …`.
 */
export function assertFeatures(
  metric: string,
  name: string,
  { values, count, dim }: FeatureMatrix,
  atLeast: number,
): void {
  if (!Number.isInteger(dim) || dim < 1 || values.length !== count * dim) {
    throw new RangeError(
      `Cannot compute ${metric}: ${name} says ${count} samples of ${dim} features and has ` +
        `${values.length} values`,
    );
  }
  if (count < atLeast) {
    throw new RangeError(
      `Cannot compute ${metric}: expected at least ${atLeast} samples, ${name} has ${count}. ` +
        "Take more samples",
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    throw new RangeError(
      `Cannot compute ${metric}: expected finite features, ${name} has ${values[i]} in sample ` +
        `${Math.floor(i / dim)}, feature ${
          i % dim
        }. Its images or the extractor's weights are ruined`,
    );
  }
}

/** Throws a RangeError unless both have features of one extractor, as far as their number tells. */
export function assertSameDim(
  metric: string,
  a: { readonly dim: number },
  b: { readonly dim: number },
): void {
  if (a.dim === b.dim) return;
  throw new RangeError(
    `Cannot compute ${metric}: expected features of one extractor, got ${a.dim} and ${b.dim} a sample`,
  );
}

/** The mean row of features, [D], summed in float64. */
export function meanOf({ values, count, dim }: FeatureMatrix): Float64Array<ArrayBuffer> {
  const mean = new Float64Array(dim);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dim; j++) mean[j]! += values[i * dim + j]!;
  }
  return mean.map((sum) => sum / count);
}
