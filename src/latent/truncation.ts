/**
 * Truncation: nearer to the mean latent pictures get more alike and more even. Typed arrays only: the
 * page uses this file, too.
 */
import { latentOfSeed, Rng } from "../core/rng.ts";
import type { Vector } from "./latents.ts";

/** Towards the mean, or by drawing anew what lies far from it. */
export const TRUNCATIONS = ["scale", "resample"] as const;

/** How latents are truncated. */
export interface Truncation {
  readonly by: typeof TRUNCATIONS[number];
  /** ψ of `scale`, the threshold of `resample`. */
  readonly psi: number;
}

/**
 * StyleGAN's truncation trick (Karras et al., 2019, §B, https://arxiv.org/abs/1812.04948) for a plain z
 * of N(0, I), whose mean is 0: ψ·z. 1 changes nothing, 0 is the mean's picture. Unlike StyleGAN's w,
 * such a z is shorter than those the generator was trained on.
 */
export function scaleToMean(z: Float32Array, psi: number): Vector {
  return Float32Array.from(z, (value) => psi * value);
}

/**
 * BigGAN's truncation trick (Brock et al., 2019, §3.1, https://arxiv.org/abs/1809.11096): values beyond
 * ±threshold are drawn anew until they are within, so that each is of the truncated normal. Values of
 * the seed's own latent that are within stay.
 */
export function resampledLatent(seed: number, latentDim: number, threshold: number): Vector {
  if (!(threshold >= 0.01)) {
    throw new RangeError(
      `Cannot resample a latent: expected a threshold of 0.01 or more, got ${threshold}`,
    );
  }
  const rng = new Rng(seed, "latent truncation");
  return latentOfSeed(seed, latentDim).map((value) => {
    while (Math.abs(value) > threshold) value = rng.normal();
    return value;
  });
}

/** The latent that a seed names, [Z], truncated; null is not at all. */
export function truncatedLatent(
  seed: number,
  latentDim: number,
  truncation: Truncation | null,
): Vector {
  if (truncation === null) return latentOfSeed(seed, latentDim);
  const { by, psi } = truncation;
  return by === "resample"
    ? resampledLatent(seed, latentDim, psi)
    : scaleToMean(latentOfSeed(seed, latentDim), psi);
}
