/** Judged samples for an evaluation: some to learn from, others to edit. */
import type { Predictions } from "../../metrics/classifier/attribute_classifier.ts";
import type { FeatureMatrix } from "../../metrics/extractor.ts";
import { having } from "./exemplars.ts";
import { type Judge, type JudgedSamples, judgeSeeds } from "./judge.ts";
import type { Reading } from "./reading.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** Samples of different seeds. */
export interface EditSamples {
  /** Where exemplars and probes come from. */
  readonly learn: JudgedSamples;
  /** What is edited. */
  readonly edit: JudgedSamples;
  /** Of the samples to edit. */
  readonly spread: Spread;
}

/** How many samples it takes, and from which seed on. */
export interface GatherPlan {
  readonly judge: Judge;
  readonly latentDim: number;
  readonly readings: readonly Reading[];
  readonly edits: number;
  readonly learnSamples: number;
  readonly mostSamples: number;
  readonly firstSeed: number;
}

/** Samples drawn at a time, until there are enough of every kind. */
const CHUNK = 2048;

/** Draws and judges samples until every reading has `edits` with it and without, or `mostSamples`. */
export async function gatherSamples(plan: GatherPlan): Promise<EditSamples> {
  const { judge, latentDim, readings, edits, learnSamples, mostSamples, firstSeed } = plan;
  const learn = await judgeSeeds(judge, { firstSeed, count: learnSamples, latentDim });
  let edit: JudgedSamples | null = null;
  while (edit === null || (edit.latents.count < mostSamples && !enough(edit, readings, edits))) {
    const drawn: number = edit?.latents.count ?? 0;
    const count = Math.min(Math.max(CHUNK, drawn === 0 ? 2 * edits : 0), mostSamples - drawn);
    const from = firstSeed + learnSamples + drawn;
    const more = await judgeSeeds(judge, { firstSeed: from, count, latentDim });
    edit = edit === null ? more : appended(edit, more);
  }
  return { learn, edit, spread: spreadOf(edit, firstSeed) };
}

function enough(samples: JudgedSamples, readings: readonly Reading[], edits: number): boolean {
  return readings.every((reading) => {
    const has = having(samples, reading);
    const count = has.reduce((sum, value) => sum + value, 0);
    return Math.min(count, has.length - count) >= edits;
  });
}

function appended(a: JudgedSamples, b: JudgedSamples): JudgedSamples {
  const join = (x: Float32Array, y: Float32Array) => {
    const values = new Float32Array(x.length + y.length);
    values.set(x);
    values.set(y, x.length);
    return values;
  };
  const stacked = (x: FeatureMatrix, y: FeatureMatrix): FeatureMatrix => (
    { values: join(x.values, y.values), count: x.count + y.count, dim: x.dim }
  );
  return {
    firstSeed: a.firstSeed,
    latents: {
      values: join(a.latents.values, b.latents.values),
      count: a.latents.count + b.latents.count,
    },
    answers: stacked(a.answers, b.answers),
    features: stacked(a.features, b.features),
  };
}

/** The predictions of some samples, in the order of `indices`. */
export function rowsOf(
  { answers, features }: Predictions,
  indices: readonly number[],
): Predictions {
  const rows = ({ values, dim }: FeatureMatrix): FeatureMatrix => {
    const some = new Float32Array(indices.length * dim);
    indices.forEach((index, i) =>
      some.set(values.subarray(index * dim, (index + 1) * dim), i * dim)
    );
    return { values: some, count: indices.length, dim };
  };
  return { answers: rows(answers), features: rows(features) };
}
