/** From `run@step`, as a person types it, to the checkpoint and the generator in it. */
import { isEnlarger } from "../core/enlarge_protocol.ts";
import { type Address, parseAddress } from "../latent/address.ts";
import { Generator } from "../latent/generator.ts";
import { type GeneratorWeights, weightsOf } from "./checkpoint_format.ts";
import type { RunStore } from "./store.ts";
import { StorageError } from "./storage_error.ts";
import type { StoredRun } from "./stored_run.ts";

/** A checkpoint that is there. */
export interface ResolvedCheckpoint {
  readonly run: string;
  readonly step: number;
  /** The seed of the address; null where it had none. */
  readonly seed: number | null;
}

/**
 * The checkpoint that `text` names (`run`, `run@step`, `run@best`, each with `#seed` or without). Throws
 * a RangeError for a text that is no address and a StorageError, naming the nearest, for a run or
 * checkpoint that is not there.
 */
export function resolveCheckpoint(store: RunStore, text: string): ResolvedCheckpoint {
  const address = parseAddress(text);
  using run = store.open(store.resolve(address.run));
  return { run: run.id, step: chooseStep(run, address.step), seed: address.seed };
}

/** The step asked for, or the best, else the newest. Throws a StorageError naming the nearest. */
export function chooseStep(run: StoredRun, asked: Address["step"]): number {
  const steps = run.checkpoints().map(({ step }) => step);
  const newest = steps.at(-1);
  if (newest === undefined) throw new StorageError(`Run ${run.id} has no checkpoint yet`);
  if (asked === null) return newest;
  if (asked === "best") return bestStep(run, steps);
  if (steps.includes(asked)) return asked;
  const near = steps.toSorted((a, b) => Math.abs(a - asked) - Math.abs(b - asked)).slice(0, 3);
  throw new StorageError(
    `Run ${run.id} has no checkpoint of step ${asked}. ` +
      `Nearest: ${near.toSorted((a, b) => a - b).join(", ")}`,
  );
}

/** The step of the best checkpoint, of those that are there. */
function bestStep(run: StoredRun, steps: readonly number[]): number {
  const { best } = run.record();
  if (best === null) {
    throw new StorageError(
      `Run ${run.id} has no best checkpoint: it was trained without --metrics`,
    );
  }
  if (steps.includes(best.step)) return best.step;
  throw new StorageError(
    `Run ${run.id} has lost its best checkpoint, of step ${best.step} (${best.metric} ${best.value}). ` +
      `It has those of steps ${steps.join(", ")}`,
  );
}

/** Throws a RangeError for a run whose network enlarges pictures and draws none. */
export function assertDraws(run: StoredRun): void {
  const { experiment } = run.record();
  if (!isEnlarger(experiment)) return;
  throw new RangeError(
    `Cannot draw from run ${run.id}: expected a run whose generator makes pictures of latents, as ` +
      `train-gan's do, got one of "${experiment}", whose network enlarges pictures. That is for ` +
      `"deno task upscale PICTURE --model ${run.id}"; evaluate-sr and compare-sr judge it`,
  );
}

/**
 * Opens the generator of a checkpoint on the open device. The caller disposes of it. Throws a
 * StorageError for a damaged file and a RangeError for weights that cannot draw.
 */
export async function openGenerator(
  run: StoredRun,
  step: number,
  which: GeneratorWeights = "ema",
): Promise<Generator> {
  assertDraws(run);
  const file = await run.readGenerator(step);
  try {
    return await Generator.from(file.topology, weightsOf(file, which));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${run.id}@${step}: ${error.message}`, { cause: error });
  }
}
