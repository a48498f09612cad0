/**
 * Latent arithmetic, measured: how often an edit of z sets or removes an attribute, and what else it
 * changes. Radford et al. (2015), §6.3.2, https://arxiv.org/abs/1511.06434, shows such edits; a
 * classifier of the images counts them here.
 */
import type { Vector } from "../../latent/latents.ts";
import type { Direction } from "../../latent/directions/direction.ts";
import type { ClassifiedAttribute } from "../../metrics/classifier/telling.ts";
import {
  arithmeticSteps,
  type Change,
  directionSteps,
  edited,
  meanStep,
  randomSteps,
  type Steps,
} from "./edits.ts";
import { bystanders, ExemplarPicker, having } from "./exemplars.ts";
import { type EditFigures, figuresOf } from "./figures.ts";
import type { Judge } from "./judge.ts";
import { heldFor, probe, type Probed, probedReading, probeEach } from "../probes.ts";
import type { Reading } from "./reading.ts";
import { type EditSamples, gatherSamples, rowsOf } from "./samples.ts";
import { strangers } from "./spread.ts";

/** What is edited, by whom it is judged, and how much of it. */
export interface ArithmeticPlan {
  readonly judge: Judge;
  readonly latentDim: number;
  /** Of the judge's answers. */
  readonly attributes: readonly ClassifiedAttribute[];
  readonly readings: readonly Reading[];
  /** What conditional probes are to hold, as far as it has nothing to do with what they move. */
  readonly held: readonly Probed[];
  /** Edits for each attribute, change and method; fewer where there are not so many samples. */
  readonly edits: number;
  /** In each of A and B. */
  readonly exemplars: number;
  /** Whether each exemplar of A is matched by one of B that is alike otherwise. */
  readonly match: boolean;
  /** What A − B is multiplied by: 1 in the paper. */
  readonly strength: number;
  /** Whether A − B + C is brought to the length that latents typically have: not in the paper. */
  readonly typical: boolean;
  /** How far along a probe's direction, in standard deviations of z. */
  readonly alpha: number;
  /** Samples that exemplars and probes come from. */
  readonly learnSamples: number;
  /** Samples to edit at most: drawn until every attribute has `edits` with and without it. */
  readonly mostSamples: number;
  readonly firstSeed: number;
  /** Of the bootstrap. */
  readonly resamples: number;
  /** Told when an attribute is done. */
  readonly onAttribute?: (done: number, total: number) => void;
}

/** Ways to edit, and what they are to be compared with. */
export type Method =
  | "arithmetic"
  | "probe"
  | "conditional probe"
  | "random, as arithmetic"
  | "random, as probe"
  | "another sample";

/** One way to make one change. */
export interface MethodResult {
  readonly change: Change;
  readonly method: Method;
  readonly figures: EditFigures;
}

/** How well one attribute can be edited. */
export interface AttributeResult {
  readonly reading: Reading;
  /** Share of the generator's samples that have it. */
  readonly share: number;
  readonly probe: Direction;
  readonly results: readonly MethodResult[];
}

/** All attributes' results. */
export interface ArithmeticResult {
  /** Samples that exemplars and probes came from, and samples there were to edit. */
  readonly learnSamples: number;
  readonly editSamples: number;
  readonly attributes: readonly AttributeResult[];
  /** Attributes, and changes of one, that could not be evaluated, each with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

const CHANGES = ["set", "remove"] as const;
/** Samples with and without an attribute that it takes to learn what it is. */
const LEAST_TO_LEARN = 40;
/** Edits below which figures would say little. */
const LEAST_EDITS = 30;

/** Why a reading cannot be evaluated on these samples, or null. */
function problemOf(reading: Reading, samples: EditSamples, exemplars: number): string | null {
  const least = Math.max(LEAST_TO_LEARN, 4 * exemplars);
  const learn = having(samples.learn, reading);
  const count = learn.reduce((sum, has) => sum + has, 0);
  if (Math.min(count, learn.length - count) >= least) return null;
  return `${count} of ${learn.length} samples have it; expected at least ${least} with and ${least} ` +
    `without`;
}

/**
 * Edits samples and counts what the judge says of them. Exemplars and probes are learnt from one set of
 * seeds, the samples edited are of others. The same plan gives the same figures on one device. Throws
 * the signal's reason where the judge's is aborted.
 */
export async function evaluateArithmetic(plan: ArithmeticPlan): Promise<ArithmeticResult> {
  const { readings, exemplars } = plan;
  const samples = await gatherSamples(plan);
  const problems = readings.map((reading) => problemOf(reading, samples, exemplars));
  const able = readings.filter((_, i) => problems[i] === null);
  const held = probeEach(samples.learn, plan.held).found;
  const attributes: AttributeResult[] = [];
  const leftOut = readings.flatMap(({ name }, i) => {
    const reason = problems[i]!;
    return reason === null ? [] : [{ name, reason }];
  });
  for (const [i, reading] of able.entries()) {
    const others = heldFor(reading.attribute, held);
    const result = await evaluateReading(plan, samples, reading, others);
    attributes.push(result);
    leftOut.push(...missingChanges(result, samples.edit.latents.count));
    plan.onAttribute?.(i + 1, able.length);
  }
  return {
    learnSamples: samples.learn.latents.count,
    editSamples: samples.edit.latents.count,
    attributes,
    leftOut,
  };
}

/** The changes of an attribute for which there were too few samples to edit. */
function missingChanges({ reading, share, results }: AttributeResult, count: number) {
  return CHANGES.filter((change) => !results.some((result) => result.change === change)).map(
    (change) => {
      const able = Math.round((change === "set" ? 1 - share : share) * count);
      const reason = `${able} of ${count} samples could be edited so; expected ${LEAST_EDITS}`;
      return { name: `${change} ${reading.name}`, reason };
    },
  );
}

async function evaluateReading(
  plan: ArithmeticPlan,
  samples: EditSamples,
  reading: Reading,
  others: readonly Vector[],
): Promise<AttributeResult> {
  const has = having(samples.edit, reading);
  const picker = new ExemplarPicker(samples.learn, plan.attributes, reading, plan);
  const probed = probedReading(reading);
  const plain = probe(samples.learn, probed);
  const conditional = others.length === 0 ? null : probe(samples.learn, probed, others);
  const results: MethodResult[] = [];
  for (const change of CHANGES) {
    const wanted = change === "set" ? 0 : 1;
    const indices = Array.from(has.keys()).filter((i) => has[i] === wanted).slice(0, plan.edits);
    if (indices.length < LEAST_EDITS) continue;
    const run = new EditRun(plan, samples, reading, change, indices);
    const seed = plan.firstSeed;
    const steps = arithmeticSteps(picker, { ...plan, seed });
    results.push(...await run.measure("arithmetic", steps, "random, as arithmetic"));
    results.push(
      ...await run.measure("probe", directionSteps(plain.vector, plan.alpha), "random, as probe"),
    );
    if (conditional !== null) {
      const steps = directionSteps(conditional.vector, plan.alpha);
      results.push(...await run.measure("conditional probe", steps, null));
    }
    results.push(run.strangers());
  }
  const share = has.reduce((sum, value) => sum + value, 0) / has.length;
  return { reading, share, probe: plain, results };
}

/** Edits of the same samples, one way after the other. */
class EditRun {
  readonly #plan: ArithmeticPlan;
  readonly #samples: EditSamples;
  readonly #reading: Reading;
  readonly #change: Change;
  readonly #indices: readonly number[];

  constructor(
    plan: ArithmeticPlan,
    samples: EditSamples,
    reading: Reading,
    change: Change,
    indices: readonly number[],
  ) {
    this.#plan = plan;
    this.#samples = samples;
    this.#reading = reading;
    this.#change = change;
    this.#indices = indices;
  }

  /** Figures of one way, and of random steps of the same lengths where a name for them is given. */
  async measure(method: Method, steps: Steps, random: Method | null): Promise<MethodResult[]> {
    const { edit } = this.#samples;
    const change = this.#change;
    const typical = method === "arithmetic" && this.#plan.typical;
    const moved = edited(edit, this.#indices, steps, { change, typical });
    const results = [this.#result(method, await this.#plan.judge(moved.after), meanStep(moved))];
    if (random === null) return results;
    const drawn = randomSteps(moved, this.#plan.firstSeed);
    const baseline = edited(edit, this.#indices, drawn, { change });
    const judged = await this.#plan.judge(baseline.after);
    return [...results, this.#result(random, judged, meanStep(baseline))];
  }

  /** Figures of taking any other sample instead: what forgetting everything looks like. */
  strangers(): MethodResult {
    const { edit } = this.#samples;
    const other = new Map(strangers(edit.latents.count, this.#plan.firstSeed + 1));
    const indices = this.#indices.map((index) => other.get(index)!);
    return this.#result("another sample", rowsOf(edit, indices), NaN);
  }

  #result(
    method: Method,
    after: Parameters<typeof figuresOf>[0]["after"],
    step: number,
  ): MethodResult {
    const { attributes, resamples, firstSeed: seed } = this.#plan;
    const [reading, change] = [this.#reading, this.#change];
    const before = rowsOf(this.#samples.edit, this.#indices);
    const others = bystanders(attributes, reading);
    const { spread } = this.#samples;
    const edits = { before, after, change, reading, attributes, others, spread };
    return { change, method, figures: figuresOf({ ...edits, step, seed, resamples }) };
  }
}
