/** Who can enlarge pictures: the checkpoints of runs that trained networks for it, and bicubic. Opens no network. */
import { join } from "@std/path";
import { z } from "zod";
import {
  ENLARGE_SCALES,
  ENLARGER_EXPERIMENTS,
  type EnlargerInfo,
  isEnlarger,
} from "../core/enlarge_protocol.ts";
import type { CheckpointInfo, RunRecord } from "../core/protocol.ts";
import { GENERATOR_FILE } from "./checkpoint_format.ts";
import { RUN_FILES, stepName } from "./run_folder.ts";
import type { RunStore } from "./store.ts";
import { StorageError } from "./storage_error.ts";

/** What is needed of a run's settings. */
const Settings = z.object({ scale: z.literal(ENLARGE_SCALES), model: z.string() });

/** A network that enlarges, and the file it is in. */
export interface FoundEnlarger {
  readonly info: EnlargerInfo;
  /** Of the network's file; null for bicubic. */
  readonly sha256: string | null;
}

/** Whether the network's file is there, and as long as the manifest says. */
function isWhole(folder: string, { step, files }: CheckpointInfo): boolean {
  const listed = files.find(({ name }) => name === GENERATOR_FILE);
  try {
    const path = join(folder, RUN_FILES.checkpoints, stepName(step), GENERATOR_FILE);
    return Deno.statSync(path).size === listed?.bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The checkpoints of a run whose networks can be opened, rising. */
function openable(store: RunStore, id: string): CheckpointInfo[] {
  using run = store.open(id);
  return run.checkpoints().filter((checkpoint) => isWhole(run.folder, checkpoint));
}

/** null for runs that hold no enlarger, and settings that are none of an enlarger. */
function infoOf(record: RunRecord, checkpoints: readonly CheckpointInfo[]): EnlargerInfo | null {
  const { id, experiment, config, parameters, dataset } = record;
  const settings = Settings.safeParse(config);
  const newest = checkpoints.at(-1);
  if (!isEnlarger(experiment) || !settings.success || newest === undefined) return null;
  return {
    model: `${id}@${newest.step}`,
    run: id,
    step: newest.step,
    scale: settings.data.scale,
    experiment,
    network: settings.data.model,
    parameters: parameters["generator"] ?? null,
    data: dataset,
    steps: checkpoints.map(({ step }) => step),
  };
}

const BICUBIC: readonly EnlargerInfo[] = ENLARGE_SCALES.map((scale) => ({
  model: "bicubic",
  run: null,
  step: null,
  scale,
  experiment: null,
  network: "bicubic",
  parameters: 0,
  data: null,
  steps: [],
}));

/** Every run that enlarges and has a whole checkpoint, newest first; then bicubic, once a scale. */
export function listEnlargers(store: RunStore): EnlargerInfo[] {
  const found = store.list().filter(({ experiment }) => isEnlarger(experiment)).flatMap(
    (record) => {
      try {
        return [infoOf(record, openable(store, record.id))];
      } catch (error) {
        if (error instanceof StorageError) return []; // gone since, or broken: its own page says how
        throw error;
      }
    },
  );
  return [...found.filter((info) => info !== null), ...BICUBIC];
}

/**
 * The enlarger of `RUN@STEP`, by the run's whole id, or of `bicubic`. Throws a StorageError for one that is
 * not there, and a RangeError for a run that does not enlarge.
 */
export function findEnlarger(store: RunStore, model: string, scale: number): FoundEnlarger {
  if (model === "bicubic") {
    return { info: BICUBIC.find((each) => each.scale === scale)!, sha256: null };
  }
  const [, id, step] = /^(.+)@(\d{1,15})$/.exec(model) ?? [];
  if (id === undefined) {
    throw new StorageError(
      `There is no enlarger "${model}": expected bicubic, or a run's checkpoint as RUN@STEP`,
    );
  }
  using run = store.open(id);
  const record = run.record();
  if (!isEnlarger(record.experiment)) {
    throw new RangeError(
      `Cannot enlarge with run ${id}: it is of "${record.experiment}", expected one of ${
        ENLARGER_EXPERIMENTS.join(" or ")
      }`,
    );
  }
  const checkpoints = openable(store, id);
  const checkpoint = checkpoints.find((each) => each.step === Number(step));
  if (checkpoint === undefined) {
    const steps = checkpoints.map((each) => each.step).join(", ") || "none";
    throw new StorageError(
      `Run ${id} has no whole checkpoint of step ${step}. It has those of steps: ${steps}`,
    );
  }
  const info = infoOf(record, checkpoints);
  if (info === null) {
    throw new RangeError(
      `Cannot enlarge with run ${id}: its record names no network and no scale of ${
        ENLARGE_SCALES.join(", ")
      }`,
    );
  }
  const { sha256 } = checkpoint.files.find(({ name }) => name === GENERATOR_FILE)!;
  return { info: { ...info, model, step: checkpoint.step }, sha256 };
}
