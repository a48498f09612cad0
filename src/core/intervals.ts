/** 95 % confidence intervals of what was counted and of what was averaged. */
import { Rng } from "./rng.ts";

/** From low to high. */
export type Interval = readonly [low: number, high: number];

/** A figure with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** The 97.5th percentile of N(0, 1). */
const Z_95 = 1.959963984540054;

/**
 * A share of `count` independent trials, with Wilson's score interval (1927): it stays within [0, 1], and
 * is of use where none or all succeed. Throws a RangeError for no trials or impossible counts.
 */
export function shareOf(successes: number, count: number): Estimate {
  if (
    !(Number.isInteger(successes) && Number.isInteger(count) && count > 0) || successes < 0 ||
    successes > count
  ) {
    throw new RangeError(
      `Cannot estimate a share: expected successes of one or more trials, got ${successes} of ${count}`,
    );
  }
  const share = successes / count;
  const square = Z_95 ** 2 / count;
  const centre = (share + square / 2) / (1 + square);
  const half = Z_95 / (1 + square) * Math.sqrt(share * (1 - share) / count + square / (4 * count));
  return { value: share, interval: [Math.max(0, centre - half), Math.min(1, centre + half)] };
}

/** How a bootstrap draws. */
export interface BootstrapOptions {
  readonly seed: number;
  /** Resamples; 1,000 unless told. */
  readonly resamples?: number;
}

/**
 * Statistics of `count` independent cases with percentile bootstrap intervals (Efron, 1979): cases are
 * drawn anew with replacement, and each statistic taken of every such set. `statistics` gets how often
 * each case was drawn, [count], and returns the figures in a fixed order. The same seed gives the same
 * intervals. NaN where a statistic of all cases is NaN; resamples in which it is NaN are passed over.
 */
export function bootstrap(
  count: number,
  statistics: (drawn: Uint16Array) => readonly number[],
  { seed, resamples = 1000 }: BootstrapOptions,
): Estimate[] {
  const rng = new Rng(seed, "bootstrap");
  const drawn = new Uint16Array(count).fill(1);
  const values = statistics(drawn);
  const spread = values.map(() => [] as number[]);
  for (let i = 0; i < resamples; i++) {
    drawn.fill(0);
    for (let k = 0; k < count; k++) drawn[rng.below(count)]! += 1;
    for (const [s, value] of statistics(drawn).entries()) {
      if (!Number.isNaN(value)) spread[s]!.push(value);
    }
  }
  return values.map((value, s) => ({ value, interval: percentiles(spread[s]!) }));
}

/** The 2.5th and 97.5th percentiles, interpolated between neighbours. */
function percentiles(values: number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
  return sorted.length === 0 ? [NaN, NaN] : [at(0.025), at(0.975)];
}
