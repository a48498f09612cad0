/**
 * Exemplars of a concept and of its absence, picked from judged samples: clear ones, in pairs that are
 * alike in everything else that can be told, so that the difference of their means is the concept's.
 */
import { areRelated } from "../../core/attributes.ts";
import type { Rng } from "../../core/rng.ts";
import { canTell, type ClassifiedAttribute } from "../../metrics/classifier/telling.ts";
import type { JudgedSamples } from "./judge.ts";
import type { Reading } from "./reading.ts";

/** Partners that a clear example has to choose among: its likest. */
const PARTNERS = 8;

/** Told attributes that a reading says nothing of by its meaning: what an edit is to leave alone. */
export function bystanders(attributes: readonly ClassifiedAttribute[], reading: Reading): number[] {
  return attributes.flatMap((attribute, column) =>
    canTell(attribute) && !areRelated(attribute, reading.attribute) ? [column] : []
  );
}

/** Whether each of the samples has what is read. */
export function having({ answers }: JudgedSamples, { column, threshold }: Reading): Uint8Array {
  return Uint8Array.from(
    { length: answers.count },
    (_, i) => Number(answers.values[i * answers.dim + column]! >= threshold),
  );
}

/** Indices of samples, sorted by how clearly they are what is asked for; the clearer half of them. */
function clearHalf(
  samples: JudgedSamples,
  { column, threshold }: Reading,
  present: boolean,
): number[] {
  const { values, count, dim } = samples.answers;
  const answer = (i: number) => values[i * dim + column]!;
  const chosen = Array.from({ length: count }, (_, i) => i)
    .filter((i) => (answer(i) >= threshold) === present)
    .sort((a, b) => present ? answer(b) - answer(a) : answer(a) - answer(b));
  return chosen.slice(0, Math.ceil(chosen.length / 2));
}

/** Picks exemplars for one reading. Remembers which examples are alike. */
export class ExemplarPicker {
  readonly #samples: JudgedSamples;
  readonly #with: readonly number[];
  readonly #without: readonly number[];
  readonly #match: boolean;
  /** Standardized answers of the bystanders, [N, M]. */
  readonly #rest: Float32Array;
  readonly #width: number;
  readonly #partners = new Map<number, readonly number[]>();

  /**
   * Borrows the samples. With `match` each example with the concept comes with one of the eight clear
   * ones without that are likest otherwise; else any clear ones come.
   */
  constructor(
    samples: JudgedSamples,
    attributes: readonly ClassifiedAttribute[],
    reading: Reading,
    { match }: { readonly match: boolean },
  ) {
    this.#samples = samples;
    this.#with = clearHalf(samples, reading, true);
    this.#without = clearHalf(samples, reading, false);
    const columns = bystanders(attributes, reading);
    this.#match = match && columns.length > 0;
    this.#width = columns.length;
    this.#rest = standardized(samples, attributes, columns);
  }

  /** Clear examples with the concept, and without it. */
  get available(): { readonly with: number; readonly without: number } {
    return { with: this.#with.length, without: this.#without.length };
  }

  /** Means of `count` different examples with and without, A − B, [Z]. */
  difference(count: number, rng: Rng): Float32Array<ArrayBuffer> {
    const { values, count: samples } = this.#samples.latents;
    const Z = values.length / samples;
    const sums = new Float64Array(Z);
    for (const [a, b] of this.#pairs(count, rng)) {
      for (let k = 0; k < Z; k++) sums[k]! += values[a * Z + k]! - values[b * Z + k]!;
    }
    return Float32Array.from(sums, (sum) => sum / count);
  }

  #pairs(count: number, rng: Rng): [number, number][] {
    const order = rng.permutation(this.#with.length);
    const used = new Set<number>();
    return Array.from({ length: count }, (_, i) => {
      const example = this.#with[order[i]!]!;
      const partner = this.#partnerOf(example, used, rng);
      used.add(partner);
      return [example, partner];
    });
  }

  #partnerOf(example: number, used: ReadonlySet<number>, rng: Rng): number {
    const likest = this.#match ? this.#likest(example) : this.#without;
    const free = likest.filter((sample) => !used.has(sample));
    const choice = free.length > 0 ? free : this.#without.filter((sample) => !used.has(sample));
    return choice[rng.below(choice.length)]!;
  }

  /** The clear samples without the concept that are nearest in all else. */
  #likest(example: number): readonly number[] {
    const known = this.#partners.get(example);
    if (known !== undefined) return known;
    const [rest, M] = [this.#rest, this.#width];
    const distances = this.#without.map((sample) => {
      let sum = 0;
      for (let k = 0; k < M; k++) sum += (rest[sample * M + k]! - rest[example * M + k]!) ** 2;
      return { sample, sum };
    });
    const likest = distances.sort((a, b) => a.sum - b.sum).slice(0, PARTNERS)
      .map(({ sample }) => sample);
    this.#partners.set(example, likest);
    return likest;
  }
}

/** Answers in units of each attribute's standard deviation, [N, columns]. */
function standardized(
  { answers: { values, count, dim } }: JudgedSamples,
  attributes: readonly ClassifiedAttribute[],
  columns: readonly number[],
): Float32Array {
  const out = new Float32Array(count * columns.length);
  for (let i = 0; i < count; i++) {
    columns.forEach((column, k) =>
      out[i * columns.length + k] = values[i * dim + column]! / attributes[column]!.deviation
    );
  }
  return out;
}
