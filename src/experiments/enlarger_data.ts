/** Patches to learn from and pictures to look at: what super-resolution trains on. */
import { PairBatches } from "../../data/pairs/batches.ts";
import { openPairs, type PairsOptions } from "../../data/pairs/open.ts";
import type { PackedPairs } from "../../data/pairs/packed_pairs.ts";
import type { PairBatch, PicturePair } from "../core/pairs.ts";
import type { DatasetInfo } from "../core/protocol.ts";
import { Rng } from "../core/rng.ts";
import { leastSideOfSsim } from "../metrics/fidelity/ssim.ts";
import type { DataOptions, RunConfig, TrainingData } from "./experiment.ts";

/** Most pictures that are held out where none are given. */
const HELD_OUT = 5;
/** Patches that the average's batch norm is set on. */
const CALIBRATION = 16;

/** The settings that say which pictures, and how they are cut. */
export interface EnlargerDataConfig extends RunConfig {
  readonly scale: number;
  /** Side of the small patches, in pixels. */
  readonly patch: number;
  /** Pictures to validate on; null holds some of the training pictures out. */
  readonly validation: string | null;
}

/** What an enlarger trains on, with what it is looked at on. */
export interface EnlargerData extends TrainingData<PairBatch> {
  /** Pictures that no patch comes from. */
  readonly validation: readonly PicturePair[];
  readonly calibration: PairBatch;
}

/** Pictures that can be measured, by index. */
function measurable({ header: { pictures, scale } }: PackedPairs): number[] {
  const least = leastSideOfSsim(scale);
  return [...pictures.keys()].filter((i) =>
    Math.min(pictures[i]!.width, pictures[i]!.height) >= least
  );
}

/** Throws a RangeError where there is nothing to measure on. */
function assertSome(pictures: readonly number[], spec: string, scale: number): void {
  if (pictures.length > 0) return;
  throw new RangeError(
    `Cannot validate on "${spec}": expected a picture of ${
      leastSideOfSsim(scale)
    } pixels or more a side, ` +
      "got none. Add larger pictures, or give others to --validation",
  );
}

/** The pictures that are held out: a tenth of them, at least one, drawn by the seed. */
function heldOut(pairs: PackedPairs, { data, scale, seed }: EnlargerDataConfig): readonly number[] {
  const count = pairs.header.pictures.length;
  const some = Math.max(1, Math.min(HELD_OUT, Math.floor(count / 10)));
  const allowed = new Set(measurable(pairs));
  const drawn = [...new Rng(seed, "held out").permutation(count)].filter((i) => allowed.has(i));
  assertSome(drawn, data, scale);
  return drawn.slice(0, some).toSorted((a, b) => a - b);
}

/**
 * Opens the pictures of the settings. The caller disposes of them. Throws a RangeError for pictures that
 * cannot be used, or too few of them.
 */
export async function openEnlargerData(
  config: EnlargerDataConfig,
  { cacheDir, threads, signal, onProgress, onNotice }: DataOptions,
): Promise<EnlargerData> {
  const { scale, patch, seed, validation } = config;
  const options: PairsOptions = {
    scale,
    cacheDir,
    threads,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(onNotice === undefined ? {} : { onNotice }),
  };
  using held = new DisposableStack();
  const pairs = held.use(await openPairs(config.data, options));
  const count = pairs.header.pictures.length;
  const out = validation === null ? heldOut(pairs, config) : [];
  const pictures = Array.from({ length: count }, (_, i) => i).filter((i) => !out.includes(i));
  if (pictures.length === 0) {
    throw new RangeError(
      `Cannot train on "${config.data}": it has one picture, which is held out to validate on. ` +
        "Add pictures, or give others to --validation",
    );
  }
  const drawing = { patch, seed, pictures };
  const batches = new PairBatches(pairs, { ...drawing, batch: config.batch });
  if (batches.tooSmall.length > 0) {
    onNotice?.(smallNotice(batches.tooSmall, "a patch", scale * patch));
  }
  const calibration = new PairBatches(pairs, { ...drawing, batch: CALIBRATION }).next().value;
  const shown = validation === null
    ? out.map((i) => pairs.read(i))
    : await readAll(validation, options);
  const opened = held.move();
  return {
    info: infoOf(pairs, config),
    batches,
    validation: shown,
    calibration,
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** Every picture of a folder that can be measured, in memory: sets to validate on are small. */
async function readAll(spec: string, options: PairsOptions): Promise<PicturePair[]> {
  using pairs = await openPairs(spec, options);
  const { pictures, scale } = pairs.header;
  const large = measurable(pairs);
  assertSome(large, spec, scale);
  if (large.length < pictures.length) {
    const names = pictures.filter((_, i) => !large.includes(i)).map(({ name }) => name);
    options.onNotice?.(smallNotice(names, "what validation takes", leastSideOfSsim(scale)));
  }
  return large.map((i) => pairs.read(i));
}

function smallNotice(names: readonly string[], what: string, side: number): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  return `Left out ${names.length} ${
    names.length === 1 ? "picture" : "pictures"
  } smaller than ${what}, ` +
    `${side}×${side} pixels: ${shown}${names.length > 3 ? ", …" : ""}`;
}

function infoOf(
  { header: { pictures, skipped, fingerprint } }: PackedPairs,
  { data, scale, patch }: EnlargerDataConfig,
): DatasetInfo {
  return {
    name: data,
    length: pictures.length,
    size: scale * patch,
    channels: 3,
    fingerprint,
    attributes: [],
    skipped,
  };
}
