/** How different two samples are: the scale on which to read what an edit changed. */
import { Rng } from "../../core/rng.ts";
import type { FeatureMatrix } from "../../metrics/extractor.ts";
import type { JudgedSamples } from "./judge.ts";

/** Means over pairs of samples that have nothing to do with each other. */
export interface Spread {
  /** Mean |difference| of each answer, [K]. */
  readonly answers: Float64Array;
  /** Mean of all features, [D]. */
  readonly centre: Float64Array;
  /** Mean distance of features. */
  readonly features: number;
}

/** Each sample with another one: a random order, each with the next. */
export function strangers(count: number, seed: number): (readonly [number, number])[] {
  const order = new Rng(seed, "strangers").permutation(count);
  return Array.from(order, (sample, i) => [sample, order[(i + 1) % count]!] as const);
}

function meanRow({ values, count, dim }: FeatureMatrix): Float64Array {
  const sums = new Float64Array(dim);
  for (let at = 0; at < values.length; at++) sums[at % dim]! += values[at]! / count;
  return sums;
}

/** 1 − cosine of rows `i` and `j`, both seen from `centre`: 0 the same, about 1 unrelated. */
function distance(
  a: FeatureMatrix,
  i: number,
  b: FeatureMatrix,
  j: number,
  centre: Float64Array,
): number {
  let [xx, yy, xy] = [0, 0, 0];
  for (let k = 0; k < a.dim; k++) {
    const x = a.values[i * a.dim + k]! - centre[k]!;
    const y = b.values[j * b.dim + k]! - centre[k]!;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const lengths = Math.sqrt(xx * yy);
  return lengths === 0 ? (xx === yy ? 0 : 1) : 1 - xy / lengths;
}

/**
 * The spread of samples. Features are compared by their cosine as seen from the samples' mean: they are
 * outputs of a ReLU, none negative, so that from 0 all of them point alike.
 */
export function spreadOf({ answers, features }: JudgedSamples, seed: number): Spread {
  const { values, count, dim } = answers;
  const pairs = strangers(count, seed);
  const centre = meanRow(features);
  const differences = new Float64Array(dim);
  let total = 0;
  for (const [i, j] of pairs) {
    for (let k = 0; k < dim; k++) {
      differences[k]! += Math.abs(values[i * dim + k]! - values[j * dim + k]!) / count;
    }
    total += distance(features, i, features, j, centre);
  }
  return { answers: differences, centre, features: total / count };
}

/** The distance of each row of `before` to that of `after`, [N]. */
export function featureDistance(
  before: FeatureMatrix,
  after: FeatureMatrix,
  { centre }: Spread,
): Float64Array {
  return Float64Array.from(
    { length: before.count },
    (_, i) => distance(before, i, after, i, centre),
  );
}
