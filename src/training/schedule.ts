/** Step sizes over a training. */

/** When a step size falls, and how far. */
export interface CosineOptions {
  /** At the first update. */
  readonly learningRate: number;
  /** What it has fallen to at the last update, as a share of the first. */
  readonly finalShare: number;
  readonly totalSteps: number;
}

/**
 * The step size of update number `step`, from 1: half a cosine from the first to the last (Loshchilov &
 * Hutter, 2017, https://arxiv.org/abs/1608.03983, equation 5, without restarts). It stays at the end's
 * for updates past the last.
 */
export function cosineRate(step: number, options: CosineOptions): number {
  const { learningRate, finalShare, totalSteps } = options;
  const done = totalSteps <= 1 ? 1 : Math.min(1, (step - 1) / (totalSteps - 1));
  const share = finalShare + (1 - finalShare) * (1 + Math.cos(Math.PI * done)) / 2;
  return learningRate * share;
}
