/** The directions in which features differ most, each brought to variance about 1. */
import { symmetricEigen } from "../../core/linalg/symmetric_eigen.ts";
import type { FeatureMatrix } from "../../metrics/extractor.ts";
import { gaussianOf } from "../../metrics/gaussian.ts";
import type { Projection } from "../../metrics/lab/fold.ts";

/** Added to variances, beside 1 for a feature of its own: what varies less is not blown up. */
const FLOOR = 0.01;

/** Principal components of `features`, the first `dim`, whitened. */
export function whitening(features: FeatureMatrix, dim: number): Projection {
  const { mean, covariance } = gaussianOf(features);
  const raw = features.dim;
  const { values, vectors } = symmetricEigen(covariance, raw);
  const kernel = new Float64Array(raw * dim);
  for (let k = 0; k < dim; k++) {
    const scale = 1 / Math.sqrt(Math.max(0, values[k]!) + FLOOR);
    for (let i = 0; i < raw; i++) kernel[i * dim + k] = vectors[k * raw + i]! * scale;
  }
  return { kernel, origin: mean };
}
