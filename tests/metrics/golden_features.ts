/** Inputs and expected numbers of tests/golden/feature_metrics.py. */
import { Rng } from "../../src/core/rng.ts";
import type { FeatureMatrix } from "../../src/metrics/extractor.ts";
import goldenJson from "../golden/feature_metrics.json" with { type: "json" };

/** The rule that a set follows. */
export interface Recipe {
  readonly seed: number;
  readonly count: number;
  readonly dim: number;
  readonly modes: number;
  readonly spread: number;
  readonly shift: number;
  readonly decades: number;
  readonly reflected: boolean;
}

export const golden = goldenJson;

/** The script's `features`: modes on a sine, scales that fall, reflected and shifted. */
export function features(recipe: Recipe): FeatureMatrix {
  const { seed, count, dim, modes, spread, shift, decades, reflected } = recipe;
  const noise = normals(seed, count * dim);
  const v = Float64Array.from({ length: dim }, (_, j) => Math.sin(1.3 * j + 0.4));
  const length = v.reduce((sum, each) => sum + each * each, 0);
  const values = new Float32Array(count * dim);
  for (let i = 0; i < count; i++) {
    const row = Float64Array.from(v, (_, j) => {
      const centre = spread * Math.sin(1.7 * ((i % modes) * dim + j));
      return centre + 10 ** (-decades * j / (dim - 1)) * noise[i * dim + j]!;
    });
    const along = reflected ? row.reduce((sum, x, j) => sum + x * v[j]!, 0) * 2 / length : 0;
    for (let j = 0; j < dim; j++) values[i * dim + j] = row[j]! - along * v[j]! + shift;
  }
  return { values, count, dim };
}

/** Pairs by Box and Muller, in float64 as the script has them. */
function normals(seed: number, count: number): Float64Array {
  const rng = new Rng(seed, "features");
  const out = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - rng.uniform()));
    const angle = 2 * Math.PI * rng.uniform();
    out[i] = radius * Math.cos(angle);
    out[i + 1] = radius * Math.sin(angle);
  }
  return out.subarray(0, count);
}

/** The script's `reflected_diagonal`: a matrix with these eigenvalues, [n, n]. */
export function reflectedDiagonal(eigenvalues: readonly number[]): Float64Array<ArrayBuffer> {
  const n = eigenvalues.length;
  const v = eigenvalues.map((_, i) => Math.sin(1.3 * i + 0.4));
  const length = v.reduce((sum, each) => sum + each * each, 0);
  const h = (i: number, j: number) => (i === j ? 1 : 0) - 2 * v[i]! * v[j]! / length;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return eigenvalues.reduce((sum, value, k) => sum + h(i, k) * value * h(k, j), 0);
  });
}

/** Rows of a set in another order. */
export function reordered(
  { values, dim }: FeatureMatrix,
  order: ArrayLike<number>,
): FeatureMatrix {
  const out = new Float32Array(order.length * dim);
  Array.from(order).forEach((row, i) => {
    out.set(values.subarray(row * dim, (row + 1) * dim), i * dim);
  });
  return { values: out, count: order.length, dim };
}

/** A set in a shuffled order. */
export function shuffled(set: FeatureMatrix, seed = 5): FeatureMatrix {
  return reordered(set, new Rng(seed, "shuffled").permutation(set.count));
}
