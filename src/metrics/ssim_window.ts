/** What SSIM weighs pixels by. Wang et al. (2004), https://doi.org/10.1109/TIP.2003.819861, §III-B and §III-C */

/** Side of the window, in pixels: Gaussian, of standard deviation 1.5. */
export const SSIM_WINDOW = 11;
const SIGMA = 1.5;

/** How far the window reaches from its middle. */
export const SSIM_HALF = (SSIM_WINDOW - 1) / 2;

/** One side of the window, from the middle outwards; both sides together sum to 1. */
export const ssimTaps: readonly number[] = (() => {
  const side = Array.from(
    { length: SSIM_HALF + 1 },
    (_, i) => Math.exp(-(i * i) / (2 * SIGMA ** 2)),
  );
  const sum = side.reduce((total, tap) => total + tap) * 2 - side[0]!;
  return side.map((tap) => tap / sum);
})();

/** Shares of the greatest value whose squares keep quotients steady where a window is flat. */
export const SSIM_K1 = 0.01;
/** The same of the contrast and structure term. */
export const SSIM_K2 = 0.03;
