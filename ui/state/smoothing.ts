/** Exponential smoothing for charts. */

/** A point of a curve; null where there is none. */
export type Point = number | null;

/** Point count from which on the weight is spread, so that denser curves are not smoothed less. */
const REFERENCE_POINTS = 1000;

/**
 * Exponential moving average without the bias to zero at its start (Kingma & Ba, 2015, §3): the
 * first value stays itself. `weight` in [0, 1) is the share of the past, as in TensorBoard. Beyond
 * 1000 points each counts for less, so that a curve looks the same when it is thinned by half.
 */
export function smooth(values: readonly Point[], weight: number): Point[] {
  const perPoint = weight ** Math.min(1, REFERENCE_POINTS / values.length);
  let average = 0;
  let past = 1; // weight^n: what is still missing from the sum of weights
  return values.map((value) => {
    if (value === null) return null;
    average = perPoint * average + (1 - perPoint) * value;
    past *= perPoint;
    return average / (1 - past);
  });
}
