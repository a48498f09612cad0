/** Figures measured on several sets of samples, and what may be said of two of them. */
import { meanAndError } from "../../metrics/mean_and_error.ts";
import type { Better } from "../../core/protocol.ts";

/** A figure's mean over sets, and how far another choice of as many sets would move it. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** Of one checkpoint by another's side; `level` where the noise hides which is better. */
export type Verdict = "better" | "worse" | "level";

/** One figure less another, set by set. */
export interface Difference extends Estimate {
  readonly verdict: Verdict;
}

/** Fewest and most sets that figures are measured on. */
export const SETS = { least: 3, most: 20 } as const;

/** Student's t that 97.5 % lie below, for 1 … 19 degrees of freedom. */
// deno-fmt-ignore
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
  2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093,
] as const;

/** The mean of figures of disjoint sets, and its standard error. */
export const estimateOf: (figures: readonly number[]) => Estimate = meanAndError;

/**
 * `figures` less `others`, measured on the same sets: a paired t-test. What both share, such as seeds
 * that are hard for either, cancels. The verdict is of 95 % confidence: of twenty pairs of
 * equals one is told apart. Throws a RangeError for lists of different lengths, or too short or long.
 */
export function differenceOf(
  figures: readonly number[],
  others: readonly number[],
  better: Better,
): Difference {
  const n = figures.length;
  if (n !== others.length || n < 2 || n > SETS.most) {
    throw new RangeError(
      `Cannot tell figures apart: expected two of each of 2 to ${SETS.most} sets, got ${n} and ` +
        others.length,
    );
  }
  const { mean, standardError } = estimateOf(figures.map((figure, i) => figure - others[i]!));
  const level = Math.abs(mean) <= T_975[n - 2]! * standardError;
  const verdict = level ? "level" : (mean < 0) === (better === "lower") ? "better" : "worse";
  return { mean, standardError, verdict };
}
