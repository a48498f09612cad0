/** Patches to learn from and pictures to look at: what super-resolution trains on. */
import { PairBatches } from "../../data/pairs/batches.ts";
import { openPairs, type PairsOptions } from "../../data/pairs/open.ts";
import type { PackedPairs } from "../../data/pairs/packed_pairs.ts";
import type { PairBatch, PicturePair } from "../core/pairs.ts";
import type { DatasetInfo } from "../core/protocol.ts";
import { Rng } from "../core/rng.ts";
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

/** The pictures that are held out: a tenth of them, at least one, drawn by the seed. */
function heldOut(count: number, seed: number): readonly number[] {
  const some = Math.max(1, Math.min(HELD_OUT, Math.floor(count / 10)));
  return [...new Rng(seed, "held out").permutation(count).subarray(0, some)].toSorted((a, b) =>
    a - b
  );
}

/**
 * Opens the pictures of the settings. The caller disposes of them. Throws a RangeError for pictures that
 * cannot be used, or too few of them.
 */
export async function openEnlargerData(
  config: EnlargerDataConfig,
  { cacheDir, threads, signal, onProgress, onNotice }: DataOptions,
): Promise<EnlargerData> {
  const { scale, patch, seed } = config;
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
  const out = config.validation === null ? heldOut(count, seed) : [];
  const pictures = Array.from({ length: count }, (_, i) => i).filter((i) => !out.includes(i));
  if (pictures.length === 0) {
    throw new RangeError(
      `Cannot train on "${config.data}": it has one picture, which is held out to validate on. ` +
        "Add pictures, or give others to --validation",
    );
  }
  const drawing = { patch, seed, pictures };
  const batches = new PairBatches(pairs, { ...drawing, batch: config.batch });
  if (batches.tooSmall.length > 0) onNotice?.(smallNotice(batches.tooSmall, scale * patch));
  const calibration = new PairBatches(pairs, { ...drawing, batch: CALIBRATION }).next().value;
  const validation = config.validation === null
    ? out.map((i) => pairs.read(i))
    : await readAll(config.validation, options);
  const opened = held.move();
  return {
    info: infoOf(pairs, config),
    batches,
    validation,
    calibration,
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** Every picture of a folder, in memory: sets to validate on are small. */
async function readAll(spec: string, options: PairsOptions): Promise<PicturePair[]> {
  using pairs = await openPairs(spec, options);
  return pairs.header.pictures.map((_, i) => pairs.read(i));
}

function smallNotice(names: readonly string[], side: number): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  return `Left out ${names.length} ${
    names.length === 1 ? "picture" : "pictures"
  } smaller than a patch ` +
    `of ${side}×${side} pixels: ${shown}${names.length > 3 ? ", …" : ""}`;
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
