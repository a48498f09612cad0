/** From what a person types to the sets that are compared. */
import { assertSpec } from "../../data/open.ts";
import type { GeneratorWeights } from "../runs/checkpoint_format.ts";
import { StorageError } from "../runs/storage_error.ts";
import type { RunStore } from "../runs/store.ts";
import {
  type DatasetContext,
  datasetSource,
  type Geometry,
  halvesOf,
  naturalSize,
  openNamedDataset,
  openRunDataset,
  pictureSettings,
} from "./dataset_source.ts";
import { openRunSource } from "./run_source.ts";
import { type ImageSource, parseSource, type SourceSpec } from "./source.ts";

/** Side of pictures where nothing else says one: what training takes. */
const USUAL_SIZE = 64;

/** What is compared. */
export interface Plan {
  /** Judged one after the other; several only of one run. */
  readonly judged: readonly [SourceSpec, ...SourceSpec[]];
  /** Null for a run's own data, or the other half of a dataset. */
  readonly reference: SourceSpec | null;
}

/** Which checkpoints of A's run are judged: the one that A names, some, or all. */
export type Steps = readonly number[] | "all" | null;

/** How sets are opened. */
export interface SetOptions {
  readonly store: RunStore;
  /** Of each set: a generator draws as many, a dataset gives at most as many. */
  readonly samples: number;
  /** The first sample's seed; chooses pictures of larger datasets, too. */
  readonly seed: number;
  readonly weights: GeneratorWeights;
  /** Null for the run's, or the pictures' own. */
  readonly size: number | null;
  readonly channels: 1 | 3 | null;
  /** Null for as the run was trained. */
  readonly mirror: boolean | null;
  readonly resize: boolean;
  readonly data: DatasetContext;
  /** What a person may do where the data a run was trained on is gone; `evaluate`'s way unless told. */
  readonly elsewhere?: string;
}

/**
 * Finds what two texts name; nothing is opened that lasts. Throws a StorageError for runs and
 * checkpoints that are not there, and a RangeError for texts that name nothing, with what was meant.
 */
export function planComparison(
  store: RunStore,
  a: string,
  b: string | null,
  steps: Steps,
): Plan {
  const judged = parseSource(store, a);
  const reference = b === null ? null : parseSource(store, b);
  for (const each of [judged, reference]) if (each?.kind === "dataset") assertSpec(each.spec);
  if (steps === null) return { judged: [judged], reference };
  if (judged.kind !== "run") {
    throw new RangeError(`Cannot look at checkpoints of "${a}": it is a data set, and has none`);
  }
  using run = store.open(judged.run);
  const there = run.checkpoints().map(({ step }) => step);
  const missing = steps === "all" ? undefined : steps.find((step) => !there.includes(step));
  if (missing !== undefined) {
    throw new StorageError(
      `Run ${run.id} has no checkpoint of step ${missing}. It has ${there.join(", ")}`,
    );
  }
  const [first, ...others] = (steps === "all" ? there : steps).map((step) => ({ ...judged, step }));
  return { judged: [first!, ...others], reference };
}

/** Two sets of a comparison; `judge` opens further judged ones against the same reference. */
export class OpenedPlan implements Disposable {
  readonly #options: SetOptions;
  readonly #geometry: Geometry;
  readonly #trainedOn: string | null;
  readonly #firstHalf: ImageSource | null;

  private constructor(
    readonly reference: ImageSource,
    firstHalf: ImageSource | null,
    geometry: Geometry,
    trainedOn: string | null,
    options: SetOptions,
  ) {
    this.#firstHalf = firstHalf;
    this.#geometry = geometry;
    this.#trainedOn = trainedOn;
    this.#options = options;
  }

  /** Opens the reference on the open device. Throws as opening runs and datasets does. */
  static async open({ judged, reference }: Plan, options: SetOptions): Promise<OpenedPlan> {
    const [first] = judged;
    const runs = [first, reference].filter((each) => each?.kind === "run");
    const geometry = await geometryOf(first, reference, options);
    const trainedOn = runs.map(({ run }) => dataOf(options.store, run)).find((spec) =>
      spec !== null
    );
    const opened = (set: ImageSource, half: ImageSource | null = null) =>
      new OpenedPlan(set, half, geometry, trainedOn ?? null, options);
    if (reference !== null) {
      return opened(await openSet(reference, geometry, trainedOn ?? null, options));
    }
    const { samples, seed, mirror } = options;
    if (first.kind === "run") {
      using run = options.store.open(first.run);
      const own = await openRunDataset(run, options.data, options.elsewhere);
      const choice = { count: samples, seed, mirror: mirror ?? own.mirror };
      return opened(datasetSource(own.dataset, choice));
    }
    const allowed = { resize: options.resize, trainedOn: null };
    const dataset = await openNamedDataset(first.spec, geometry, allowed, options.data);
    const halves = halvesOf(dataset, { count: samples, seed, mirror: mirror ?? false });
    return opened(...halves);
  }

  /** Opens a judged set; the caller disposes of it. */
  async judge(spec: SourceSpec): Promise<ImageSource> {
    if (this.#firstHalf !== null) return this.#firstHalf;
    return await openSet(spec, this.#geometry, this.#trainedOn, this.#options);
  }

  [Symbol.dispose](): void {
    this.reference[Symbol.dispose]();
  }
}

/** What a run was trained on, as its settings have it; null for a run of other settings. */
function dataOf(store: RunStore, id: string): string | null {
  using run = store.open(id);
  const { data } = run.record().config;
  return typeof data === "string" ? data : null;
}

async function openSet(
  spec: SourceSpec,
  geometry: Geometry,
  trainedOn: string | null,
  options: SetOptions,
): Promise<ImageSource> {
  const { store, samples, seed, weights, mirror, resize } = options;
  if (spec.kind === "run") {
    return await openRunSource(store, spec, { count: samples, firstSeed: seed, weights });
  }
  const allowed = { resize, trainedOn };
  const dataset = await openNamedDataset(spec.spec, geometry, allowed, options.data);
  return datasetSource(dataset, { count: samples, seed, mirror: mirror ?? false });
}

/** Runs say what images are like; between datasets the pictures themselves do. */
async function geometryOf(
  a: SourceSpec,
  b: SourceSpec | null,
  { store, size, channels, data }: SetOptions,
): Promise<Geometry> {
  const spec = [a, b].find((each) => each?.kind === "run");
  if (spec?.kind === "run") {
    using run = store.open(spec.run);
    const of = run.record().data ?? { size: pictureSettings(run).size, channels: null };
    const own = of.channels === 1 || of.channels === 3 ? of.channels : null;
    return { size: of.size, channels: own };
  }
  for (const each of [a, b]) {
    if (size !== null || each?.kind !== "dataset") continue;
    const natural = await naturalSize(each.spec, data);
    if (natural !== null) return { size: natural, channels };
  }
  return { size: size ?? USUAL_SIZE, channels };
}
