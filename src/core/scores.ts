/** How well predictions agree with what is known. All sums in double precision. */

/** Refuses lists of unequal length, and what cannot be scored at all. */
function assertPaired(what: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length === b.length && a.length > 0) return;
  throw new RangeError(
    `Cannot score ${what}: expected a known value for each of one or more predictions, got ` +
      `${a.length} predictions and ${b.length} values`,
  );
}

/** Shares of right decisions. */
export interface DecisionScores {
  /** Of all. */
  readonly accuracy: number;
  /** Mean of the shares among those that are 1 and those that are 0: 0.5 for any blind guess. */
  readonly balancedAccuracy: number;
}

/**
 * Scores decisions, 0 or 1, against labels, 0 or 1. Throws a RangeError where labels are all the same,
 * as nothing then tells a decision from a habit.
 */
export function decisionScores(
  decisions: ArrayLike<number>,
  labels: ArrayLike<number>,
): DecisionScores {
  assertPaired("decisions", decisions, labels);
  const counts = [0, 0];
  const right = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] === 1 ? 1 : 0;
    counts[label]! += 1;
    if ((decisions[i] === 1 ? 1 : 0) === label) right[label]! += 1;
  }
  const [negatives, positives] = counts as [number, number];
  if (negatives === 0 || positives === 0) {
    throw new RangeError(
      `Cannot score decisions: expected labels of 0 and of 1, got ${positives} of 1 among ` +
        `${labels.length}`,
    );
  }
  return {
    accuracy: (right[0]! + right[1]!) / labels.length,
    balancedAccuracy: (right[0]! / negatives + right[1]! / positives) / 2,
  };
}

/**
 * Area under the ROC curve: the probability that an image with the attribute has a higher score than one
 * without, ties counting half (Hanley & McNeil, 1982; Mann & Whitney's U). Throws a RangeError where
 * labels, 0 or 1, are all the same.
 */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  assertPaired("an order", scores, labels);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0; // of those with label 1, ranks from 1, tied ones sharing their mean
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    for (let i = from; i < to; i++) {
      if (labels[order[i]!] !== 1) continue;
      positives += 1;
      rankSum += (from + 1 + to) / 2;
    }
    from = to;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `Cannot score an order: expected labels of 0 and of 1, got ${positives} of 1 among ` +
        `${order.length}`,
    );
  }
  return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
}

/**
 * R², the share of the variance that predictions explain: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². Below 0 where the
 * mean would predict better. Throws a RangeError where all values are the same.
 */
export function determination(predicted: ArrayLike<number>, values: ArrayLike<number>): number {
  assertPaired("numbers", predicted, values);
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    residual += (values[i]! - predicted[i]!) ** 2;
    total += (values[i]! - mean) ** 2;
  }
  if (!(total > 0)) {
    throw new RangeError(
      `Cannot score numbers: expected values that differ, got ${values.length} times ${values[0]}`,
    );
  }
  return 1 - residual / total;
}
