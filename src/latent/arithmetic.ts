/**
 * Arithmetic on latents: "smiling woman − neutral woman + neutral man". Radford et al. (2015), §6.3.2
 * and Figure 7, https://arxiv.org/abs/1511.06434. Typed arrays only: the page uses this file, too.
 */
import { Rng } from "../core/rng.ts";
import { type LatentBatch, latentsIn, normOf, stackLatents, type Vector } from "./latents.ts";

/** What the paper adds to a result for its neighbours: uniform noise of ±0.25. */
export const NEIGHBOUR_NOISE = 0.25;

/** The three concepts of A − B + C, each as the latents of its exemplars. */
export interface Concepts {
  readonly a: LatentBatch;
  readonly b: LatentBatch;
  readonly c: LatentBatch;
}

/** A − B + C with the means that it is made of, each [Z]. */
export interface ArithmeticResult {
  readonly means: { readonly a: Vector; readonly b: Vector; readonly c: Vector };
  readonly result: Vector;
}

/**
 * The mean latent of exemplars, [Z]: a single one is unstable, three are enough (§6.3.2). Throws a
 * RangeError for none.
 */
export function meanLatent(exemplars: LatentBatch): Vector {
  if (exemplars.count === 0) {
    throw new RangeError("Cannot average latents: expected one or more, got none");
  }
  const sums = new Float64Array(exemplars.values.length / exemplars.count);
  for (const z of latentsIn(exemplars)) z.forEach((value, i) => sums[i]! += value);
  return Float32Array.from(sums, (sum) => sum / exemplars.count);
}

/** A − B + C of the concepts' mean latents. Throws a RangeError for latents of unequal lengths. */
export function arithmetic({ a, b, c }: Concepts): ArithmeticResult {
  const means = { a: meanLatent(a), b: meanLatent(b), c: meanLatent(c) };
  const { length } = means.a;
  if (means.b.length !== length || means.c.length !== length) {
    throw new RangeError(
      `Cannot compute A − B + C: expected latents of one length, got ${length}, ` +
        `${means.b.length} and ${means.c.length}`,
    );
  }
  const result = means.a.map((value, i) => value - means.b[i]! + means.c[i]!);
  return { means, result };
}

/**
 * z scaled to the length √Z that latents of N(0, I) have. A − B + C of means of n exemplars has length
 * √(3Z/n): typical for the paper's three, short for more. A zero stays zero.
 */
export function toTypicalLength(z: Float32Array): Vector {
  const length = normOf(z);
  const scale = length === 0 ? 1 : Math.sqrt(z.length) / length;
  return Float32Array.from(z, (value) => value * scale);
}

/**
 * `count` latents round `z`, [count, Z]: z plus uniform noise of ±`noise` in every component (§6.3.2,
 * Figure 7). The same seed gives the same neighbours.
 */
export function noiseNeighbours(
  z: Float32Array,
  { count, seed, noise = NEIGHBOUR_NOISE }: {
    readonly count: number;
    readonly seed: number;
    readonly noise?: number;
  },
): LatentBatch {
  if (count === 0) return { values: new Float32Array(0), count };
  const rng = new Rng(seed, "latent neighbours");
  return stackLatents(
    Array.from(
      { length: count },
      () => Float32Array.from(z, (value) => value + rng.uniform(-noise, noise)),
    ),
  );
}
