/**
 * Whether an extractor's Fréchet distance does what it is for: pictures are spoilt by growing amounts, and
 * the distance to untouched ones must rise with every step.
 *
 * The untouched pictures are never those that were spoilt: a dataset is cut in two halves, of which one is
 * the reference and the other is spoilt, so that step 0, nothing done, is what sampling alone gives.
 */
import type { Preparation } from "../../../data/dataset.ts";
import type { ImageBatch } from "../../core/images.ts";
import { Rng } from "../../core/rng.ts";
import type { FeatureExtractor, FeatureMatrix } from "../../metrics/extractor.ts";
import { frechetDistance } from "../../metrics/frechet.ts";
import { type Gaussian, gaussianOf } from "../../metrics/gaussian.ts";
import { PixelExtractor } from "../../metrics/pixel_extractor.ts";
import type { ImageSource } from "../source.ts";
import { type Ladder, LADDERS } from "./ladders.ts";
import { clusters } from "./modes.ts";

/** Clusters that a set is sorted into, and how many of them are dropped, one step after the other. */
const MODES = 10;
const DROPPED = [1, 2, 3, 4, 5, 6];
/** Images spoilt and extracted at once. */
const AT_ONCE = 100;

/** The distances of a ladder for one seed. */
export interface Rise {
  readonly seed: number;
  /** Untouched, and then at each amount. */
  readonly distances: readonly number[];
  /** Whether each distance is more than the one before. */
  readonly rises: boolean;
}

/** A ladder, climbed. */
export interface Climb {
  readonly name: string;
  readonly unit: string;
  readonly amounts: readonly number[];
  /** One a seed. */
  readonly rises: readonly Rise[];
}

/** Two halves of a dataset for a seed: the reference, and what is spoilt. */
export type Halves = (seed: number) => readonly [reference: ImageSource, spoilt: ImageSource];

/** With what to climb. */
export interface StudyOptions {
  readonly extractor: FeatureExtractor;
  readonly seeds: readonly number[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Preparation) => void) | undefined;
}

/** Whether every value is more than the one before; false where one is no number. */
export const rising = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 ? !Number.isNaN(value) : value > values[i - 1]!);

const MODES_LADDER = {
  name: "modes",
  unit: `clusters dropped, of ${MODES}`,
  amounts: DROPPED,
} as const;

/** Features of a source's images, each batch changed by `change` before. */
async function extractAll(
  source: ImageSource,
  extractor: FeatureExtractor,
  change: (images: ImageBatch) => Promise<ImageBatch>,
): Promise<FeatureMatrix> {
  const values = new Float32Array(source.count * extractor.dim);
  for (let from = 0; from < source.count; from += AT_ONCE) {
    const images = await source.read(from, Math.min(AT_ONCE, source.count - from));
    const { features } = await extractor.extract(await change(images));
    values.set(features.values, from * extractor.dim);
  }
  return { values, count: source.count, dim: extractor.dim };
}

const rows = ({ values, dim }: FeatureMatrix, of: readonly number[]): FeatureMatrix => {
  const chosen = new Float32Array(of.length * dim);
  of.forEach((row, i) => chosen.set(values.subarray(row * dim, (row + 1) * dim), i * dim));
  return { values: chosen, count: of.length, dim };
};

/**
 * Distances as more and more clusters are dropped. Each is of as many pictures as the last step has left,
 * as a distance falls with the number of samples.
 */
function dropModes(
  untouched: FeatureMatrix,
  labels: Uint32Array,
  reference: Gaussian,
  rng: Rng,
): number[] {
  const order = [...rng.permutation(untouched.count)];
  const left = [0, ...DROPPED].map((dropped) => order.filter((i) => labels[i]! >= dropped));
  const count = left.at(-1)!.length;
  return left.map((some) =>
    frechetDistance(reference, gaussianOf(rows(untouched, some.slice(0, count))))
  );
}

/** All ladders for one seed: distances by ladder. `tell` is called after each set of features. */
async function climbOnce(
  [reference, spoilt]: readonly [ImageSource, ImageSource],
  extractor: FeatureExtractor,
  seed: number,
  tell: () => void,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const asItIs = (images: ImageBatch) => Promise.resolve(images);
  const truth = gaussianOf(await extractAll(reference, extractor, asItIs));
  tell();
  const untouched = await extractAll(spoilt, extractor, asItIs);
  tell();
  const nothing = frechetDistance(truth, gaussianOf(untouched));
  const distances = new Map<string, readonly number[]>();
  for (const { name, amounts, spoil } of LADDERS) {
    const climbed = [nothing];
    for (const amount of amounts) {
      const rng = new Rng(seed, `${name} ${amount}`);
      const features = await extractAll(spoilt, extractor, (images) => spoil(images, amount, rng));
      climbed.push(frechetDistance(truth, gaussianOf(features)));
      tell();
    }
    distances.set(name, climbed);
  }
  const rng = new Rng(seed, "modes");
  using pixels = new PixelExtractor();
  const labels = clusters(await extractAll(spoilt, pixels, asItIs), MODES, rng);
  return distances.set(MODES_LADDER.name, dropModes(untouched, labels, truth, rng));
}

/**
 * Climbs every ladder for every seed. Borrows everything; disposes of nothing that `halves` gives. Throws
 * the signal's reason, and what reading and extracting throw.
 */
export async function studyDegradation(halves: Halves, options: StudyOptions): Promise<Climb[]> {
  const { extractor, seeds, signal, onProgress } = options;
  const sets = 2 + LADDERS.reduce((sum, { amounts }) => sum + amounts.length, 0);
  let done = 0;
  const tell = () => {
    onProgress?.({ label: "Spoiling", done: ++done, total: sets * seeds.length, unit: "sets" });
    signal?.throwIfAborted();
  };
  const climbed: ReadonlyMap<string, readonly number[]>[] = [];
  for (const seed of seeds) climbed.push(await climbOnce(halves(seed), extractor, seed, tell));
  const ladders: readonly Omit<Ladder, "spoil">[] = [...LADDERS, MODES_LADDER];
  return ladders.map(({ name, unit, amounts }) => ({
    ...{ name, unit, amounts },
    rises: seeds.map((seed, i) => {
      const distances = climbed[i]!.get(name)!;
      return { seed, distances, rises: rising(distances) };
    }),
  }));
}
