/** Latents as the lab passes them around. Typed arrays only: the page uses this file, too. */
import { latentOfSeed } from "../core/rng.ts";

/** A vector of numbers: a latent, [Z], or a row of some. */
export type Vector = Float32Array<ArrayBuffer>;

/** Latents of several images, [B, Z] row-major. */
export interface LatentBatch {
  readonly values: Vector;
  readonly count: number;
}

/** `latentOfSeed` of each seed, [B, Z]. */
export function latentsOfSeeds(seeds: readonly number[], latentDim: number): LatentBatch {
  const values = new Float32Array(seeds.length * latentDim);
  seeds.forEach((seed, i) => values.set(latentOfSeed(seed, latentDim), i * latentDim));
  return { values, count: seeds.length };
}

/** Puts latents of one length below each other. Throws a RangeError for none and for unequal lengths. */
export function stackLatents(latents: readonly Float32Array[]): LatentBatch {
  const Z = latents[0]?.length ?? 0;
  const odd = latents.find(({ length }) => length !== Z);
  if (Z === 0 || odd !== undefined) {
    throw new RangeError(
      `Cannot stack latents: expected one or more of one length, got ${
        odd === undefined ? latents.length === 0 ? "none" : "empty ones" : `${Z} and ${odd.length}`
      }`,
    );
  }
  const values = new Float32Array(latents.length * Z);
  latents.forEach((latent, i) => values.set(latent, i * Z));
  return { values, count: latents.length };
}

/** The latents of a batch one by one, each [Z], as views. */
export function latentsIn({ values, count }: LatentBatch): Vector[] {
  const Z = count === 0 ? 0 : values.length / count;
  return Array.from({ length: count }, (_, i) => values.subarray(i * Z, (i + 1) * Z));
}

/** The inner product, summed in double precision. Throws a RangeError for unequal lengths. */
export function dot(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) {
    throw new RangeError(
      `Cannot multiply vectors: expected equal lengths, got ${a.length} and ${b.length}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** |z|. Of N(0, I) it is near √Z, and rarely far from it: such latents are typical. */
export function normOf(z: Float32Array): number {
  return Math.sqrt(dot(z, z));
}
