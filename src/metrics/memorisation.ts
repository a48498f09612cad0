/** How many samples are copies of training pictures, and whether samples lie too near to them at large. */
import type { FeatureMatrix } from "./extractor.ts";
import { assertFeatures, assertSameDim } from "./features.ts";
import { meanAndError } from "./mean_and_error.ts";
import { squaredNeighbours } from "./neighbours.ts";

/** What `memorisation` found. */
export interface Memorisation {
  /**
   * Part of the samples at less than a third of the distance to their nearest training picture than to
   * the second nearest, in [0, 1]: Yoon et al. (2023), "Diffusion probabilistic models generalize when
   * they fail to memorize"; Gu et al. (2023), https://arxiv.org/abs/2310.02664, §2.
   */
  readonly ratio: number;
  /** Mean distance to the nearest training picture. */
  readonly nearest: number;
  /** Of that mean, over samples. */
  readonly nearestError: number;
  /** The same of held-out pictures, which no generator copied; null where there are none. */
  readonly heldOut: HeldOutTest | null;
}

/** Distances of samples to the training set, calibrated by those of pictures it never held. */
export interface HeldOutTest {
  /** The memorisation ratio of held-out pictures: what chance and near duplicates alone give. */
  readonly ratio: number;
  /** Mean distance of held-out pictures to the nearest training picture. */
  readonly nearest: number;
  /** Probability that a sample lies nearer to the training set than a held-out picture; ½ by chance. */
  readonly closer: number;
  /**
   * Meehan, Chaudhuri & Dasgupta (2020), https://arxiv.org/abs/2004.05675, §3.1, over one cell: Mann and
   * Whitney's U of both sets' distances, as standard deviations from what equal distributions give.
   * Below −3 the generator copies; above 3 it stays farther from the data than new data does.
   */
  readonly dataCopying: number;
}

/** How many times nearer than the second nearest a copy is. */
const COPY = 3;

/**
 * Compares samples with training pictures, and with pictures of the same source that were not trained
 * on. A sample that equals a training picture is a copy even where the training set has it twice.
 * Exact in float64. Throws a RangeError for an empty set, fewer than two training pictures, features of
 * different extractors, and ones that are not finite.
 */
export async function memorisation(
  fake: FeatureMatrix,
  train: FeatureMatrix,
  heldOut: FeatureMatrix | null,
): Promise<Memorisation> {
  assertFeatures("memorisation", "the generated set", fake, 1);
  assertFeatures("memorisation", "the training set", train, 2);
  assertSameDim("memorisation", fake, train);
  if (heldOut === null) {
    const { ratio, nearest, nearestError } = await approach(fake, train);
    return { ratio, nearest, nearestError, heldOut: null };
  }
  assertFeatures("memorisation", "the held-out set", heldOut, 1);
  assertSameDim("memorisation", heldOut, train);
  const [ours, theirs] = [await approach(fake, train), await approach(heldOut, train)];
  const { closer, deviations } = mannWhitney(ours.squares, theirs.squares);
  return {
    ratio: ours.ratio,
    nearest: ours.nearest,
    nearestError: ours.nearestError,
    heldOut: { ratio: theirs.ratio, nearest: theirs.nearest, closer, dataCopying: deviations },
  };
}

interface Approach {
  readonly ratio: number;
  readonly nearest: number;
  readonly nearestError: number;
  /** Squared distances to the nearest training picture. */
  readonly squares: Float64Array;
}

async function approach(set: FeatureMatrix, train: FeatureMatrix): Promise<Approach> {
  const { squares: pairs } = await squaredNeighbours(set, train, 2, false);
  const squares = Float64Array.from({ length: set.count }, (_, i) => pairs[2 * i]!);
  const copies = squares.reduce((sum, square, i) => {
    return sum + (square === 0 || square * COPY ** 2 < pairs[2 * i + 1]! ? 1 : 0);
  }, 0);
  const { mean: nearest, standardError: nearestError } = meanAndError(squares.map(Math.sqrt));
  return { ratio: copies / set.count, nearest, nearestError, squares };
}

/**
 * Mann & Whitney (1947). `closer` is P(a < b) + ½·P(a = b); `deviations` U of `a` less its expectation,
 * over its standard deviation (without a correction for ties).
 */
export function mannWhitney(
  a: Float64Array,
  b: Float64Array,
): { readonly closer: number; readonly deviations: number } {
  const [m, n] = [a.length, b.length];
  const [first, second] = [a.toSorted(), b.toSorted()];
  let [below, notAbove, wins] = [0, 0, 0]; // of `second`, against one of `first`
  for (const value of first) {
    while (below < n && second[below]! < value) below++;
    while (notAbove < n && second[notAbove]! <= value) notAbove++;
    wins += (below + notAbove) / 2;
  }
  const deviations = (wins - (m * n) / 2) / Math.sqrt((m * n * (m + n + 1)) / 12);
  return { closer: 1 - wins / (m * n), deviations };
}
