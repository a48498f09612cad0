/** The score of a classifier's answers. Salimans et al. (2016), https://arxiv.org/abs/1606.03498, §4 */
import type { FeatureMatrix } from "./extractor.ts";
import { assertFeatures } from "./features.ts";

/** From 1, all answers alike, to the number of classes. Called Inception score only of InceptionV3. */
export interface ClassifierScore {
  /** Mean over the splits. */
  readonly value: number;
  /** Standard deviation over the splits (divided by their number, as in the authors' code). */
  readonly standardDeviation: number;
}

/**
 * exp(E KL(p(y|x) ‖ p(y))), by splits of consecutive samples, p(y) being each split's own mean. Takes
 * class probabilities, [N, K], rows summing to 1. Throws a RangeError for rows that are no
 * probabilities and for fewer samples than splits.
 */
export function classifierScore(probabilities: FeatureMatrix, splits = 10): ClassifierScore {
  if (!Number.isInteger(splits) || splits < 1) {
    throw new RangeError(
      `Cannot compute the classifier score: expected 1 split or more, got ${splits}`,
    );
  }
  assertFeatures("the classifier score", "the set", probabilities, splits);
  assertProbabilities(probabilities);
  const { count } = probabilities;
  const scores = Array.from({ length: splits }, (_, i) => {
    const from = Math.floor((i * count) / splits);
    return scoreOf(probabilities, from, Math.floor(((i + 1) * count) / splits));
  });
  const value = scores.reduce((sum, score) => sum + score, 0) / splits;
  const squares = scores.reduce((sum, score) => sum + (score - value) ** 2, 0);
  return { value, standardDeviation: Math.sqrt(squares / splits) };
}

function assertProbabilities({ values, count, dim }: FeatureMatrix): void {
  for (let i = 0; i < count; i++) {
    let [sum, least] = [0, 0];
    for (let j = 0; j < dim; j++) {
      sum += values[i * dim + j]!;
      least = Math.min(least, values[i * dim + j]!);
    }
    if (least >= 0 && Math.abs(sum - 1) <= 1e-3) continue;
    throw new RangeError(
      `Cannot compute the classifier score: expected probabilities that sum to 1, sample ${i} has ` +
        `the sum ${sum} and the least ${least}. Take the classifier's softmax, not its logits`,
    );
  }
}

/** The score of samples `from` … `to` − 1. Classes of probability 0 add nothing: p·ln p goes to 0. */
function scoreOf({ values, dim }: FeatureMatrix, from: number, to: number): number {
  const marginal = new Float64Array(dim);
  for (let i = from; i < to; i++) {
    for (let j = 0; j < dim; j++) marginal[j]! += values[i * dim + j]! / (to - from);
  }
  let divergence = 0;
  for (let i = from; i < to; i++) {
    for (let j = 0; j < dim; j++) {
      const p = values[i * dim + j]!;
      if (p > 0) divergence += p * Math.log(p / marginal[j]!);
    }
  }
  return Math.exp(divergence / (to - from));
}
