/** Going on with a run: its settings, its newest whole checkpoint, and whether both still fit. */
import { ExperimentName } from "../core/config.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { DatasetInfo, DeviceInfo, RunEvent, RunRecord } from "../core/protocol.ts";
import type { Experiment, RunConfig } from "../experiments/experiment.ts";
import type { FoundCheckpoint } from "./checkpoints.ts";
import { stepName } from "./run_folder.ts";
import type { RunWriter } from "./run_writer.ts";
import type { RunStore } from "./store.ts";

/** A run held for writing, and what it goes on from. Disposing it lets go of the run. */
export class Resumption implements Disposable {
  readonly writer: RunWriter;
  readonly experiment: Experiment;
  /** The recorded settings, changed by those given anew. */
  readonly config: RunConfig;
  /** The checkpoint's; 0 where the run ended before its first and starts over. */
  readonly step: number;
  readonly #found: Omit<FoundCheckpoint, "snapshot"> | null;
  #snapshot: Snapshot | null;
  /** The record as it was before. */
  readonly #record: RunRecord;

  /** Takes over `writer`. */
  constructor(
    writer: RunWriter,
    experiment: Experiment,
    config: RunConfig,
    found: FoundCheckpoint | null,
  ) {
    this.writer = writer;
    this.experiment = experiment;
    this.config = config;
    this.step = found?.step ?? 0;
    this.#found = found && { step: found.step, bytes: found.bytes, skipped: found.skipped };
    this.#snapshot = found && found.snapshot;
    this.#record = writer.record;
  }

  /** The checkpoint's snapshot, given away once: it is as large as all networks and optimizers. */
  takeSnapshot(): Snapshot | null {
    const snapshot = this.#snapshot;
    this.#snapshot = null;
    return snapshot;
  }

  /** Throws a RangeError where the dataset is not the one the run was trained on so far. */
  assertSameData(info: DatasetInfo): void {
    const before = this.#record.data;
    if (before === null || before.fingerprint === info.fingerprint) return;
    throw new RangeError(
      `Cannot resume run "${this.#record.id}": its dataset "${before.name}" has changed since. ` +
        `Expected ${before.length} images with fingerprint ${before.fingerprint}, got ` +
        `${info.length} with ${info.fingerprint} from "${info.name}". Restore the pictures, or start a new run on these`,
    );
  }

  /** What makes the resumed run differ from one that was never interrupted. */
  warnings(
    device: DeviceInfo,
    { threads }: RunConfig,
    versions: RunRecord["versions"],
  ): string[] {
    const before = this.#record;
    const warnings = (this.#found?.skipped ?? []).map(({ step, reason }) =>
      `Passed over checkpoint ${stepName(step)}: ${reason}`
    );
    if (this.#found === null) {
      warnings.push("The run ended before its first checkpoint and starts over from step 0");
    }
    const changes = [
      ["device", described(before.device), described(device)],
      ["threads", String(before.config.threads), String(threads)],
      ["tfjs version", before.versions.tfjs, versions.tfjs],
      ["deno version", before.versions.deno, versions.deno],
    ].filter(([, was, is]) => was !== is);
    if (changes.length > 0) {
      const shown = changes.map(([what, was, is]) => `${what} ${was} → ${is}`).join(", ");
      warnings.push(`Resumed with other equipment, so not exact to the bit: ${shown}`);
    }
    return warnings;
  }

  /** The event that a process killed right after writing the checkpoint did not get to store. */
  missingCheckpointEvent(): RunEvent | null {
    if (this.#found === null || this.writer.hasEvent("checkpoint", this.#found.step)) return null;
    const { step, bytes } = this.#found;
    return { type: "checkpoint", step, bytes };
  }

  [Symbol.dispose](): void {
    this.writer[Symbol.dispose]();
  }
}

function described(device: DeviceInfo | null): string {
  return device === null ? "none" : `${device.backend} (${device.name})`;
}

/**
 * Takes hold of run `id` and reads what it goes on from. Throws a RangeError for settings that a
 * resumed run cannot change and for a run with no steps left, a StorageError where the run is held by
 * another process, or where it has checkpoints and none is whole. The run is then as it was.
 */
export async function resumption(
  store: RunStore,
  id: string,
  experiments: Readonly<Record<ExperimentName, Experiment>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<Resumption> {
  const writer = await store.resume(id);
  try {
    const { record } = writer;
    const name = ExperimentName.safeParse(record.experiment);
    if (!name.success) {
      throw new RangeError(
        `Cannot resume run "${id}": expected experiment ${ExperimentName.options.join(", ")}, ` +
          `got "${record.experiment}"`,
      );
    }
    const experiment = experiments[name.data];
    const config = experiment.resume(experiment.parseConfig(record.config), settings);
    const found = await writer.newestCheckpoint();
    assertStepsLeft(record, config, found?.step ?? 0);
    return new Resumption(writer, experiment, config, found);
  } catch (error) {
    writer[Symbol.dispose]();
    throw error;
  }
}

function assertStepsLeft(record: RunRecord, { steps }: RunConfig, done: number): void {
  // A run killed between its last checkpoint and its end has no step left but still an end to record.
  if (steps > done || (steps === done && record.status !== "completed")) return;
  throw new RangeError(
    `Cannot resume run "${record.id}": it has done ${done} of ${steps} steps. ` +
      `Pass more than ${done} to --steps to train on`,
  );
}
