/** Edits of latents: what is added to a sample's z to set an attribute, or taken away to remove it. */
import { Rng } from "../../core/rng.ts";
import { toTypicalLength } from "../../latent/arithmetic.ts";
import type { LatentBatch } from "../../latent/latents.ts";
import type { ExemplarPicker } from "./exemplars.ts";
import type { JudgedSamples } from "./judge.ts";

/** To give an attribute to samples that lack it, or to take it from those that have it. */
export type Change = "set" | "remove";

/** Latents before and after, each [N, Z]. */
export interface EditedLatents {
  readonly before: LatentBatch;
  readonly after: LatentBatch;
}

/** What is added to `before` to get `after`: one step a sample, [N, Z]. */
export type Steps = (sample: number) => Float32Array;

/**
 * Moves samples `indices` by their steps; removing goes the other way. With `typical` what comes out is
 * brought to the length that latents typically have, else it stays as long as it is.
 */
export function edited(
  samples: JudgedSamples,
  indices: readonly number[],
  steps: Steps,
  { change, typical = false }: { readonly change: Change; readonly typical?: boolean },
): EditedLatents {
  const { values, count } = samples.latents;
  const Z = values.length / count;
  const before = new Float32Array(indices.length * Z);
  const after = new Float32Array(indices.length * Z);
  const sign = change === "set" ? 1 : -1;
  indices.forEach((index, i) => {
    const z = values.subarray(index * Z, (index + 1) * Z);
    const step = steps(i);
    before.set(z, i * Z);
    const moved = z.map((value, k) => value + sign * step[k]!);
    after.set(typical ? toTypicalLength(moved) : moved, i * Z);
  });
  return {
    before: { values: before, count: indices.length },
    after: { values: after, count: indices.length },
  };
}

/** The paper's arithmetic: A − B of exemplars drawn anew for each edit, times `strength`. */
export function arithmeticSteps(
  picker: ExemplarPicker,
  { exemplars, strength, seed }: { exemplars: number; strength: number; seed: number },
): Steps {
  const rng = new Rng(seed, "exemplars");
  return () => picker.difference(exemplars, rng).map((value) => strength * value);
}

/** The same step for every sample: `alpha` along a unit vector. */
export function directionSteps(vector: Float32Array, alpha: number): Steps {
  const step = vector.map((value) => alpha * value);
  return () => step;
}

/** Steps in directions drawn at random, each as long as that of the edits it is the baseline of. */
export function randomSteps({ before, after }: EditedLatents, seed: number): Steps {
  const rng = new Rng(seed, "random directions");
  const Z = before.values.length / before.count;
  return (sample) => {
    const length = distance(before.values, after.values, sample * Z, Z);
    const direction = rng.fillNormal(new Float32Array(Z));
    const scale = length / Math.hypot(...direction);
    return direction.map((value) => scale * value);
  };
}

/** |after − before| of one sample. */
function distance(a: Float32Array, b: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let k = from; k < from + count; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}

/** The mean length of the steps. */
export function meanStep({ before, after }: EditedLatents): number {
  const Z = before.values.length / before.count;
  let sum = 0;
  for (let i = 0; i < before.count; i++) sum += distance(before.values, after.values, i * Z, Z);
  return sum / before.count;
}
