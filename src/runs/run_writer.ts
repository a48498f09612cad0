/** One run, for the process that trains it: holds the run's lock and writes its files. */
import { join } from "@std/path";
import { writeWhole } from "../core/fs.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { CheckpointInfo, RunEvent, RunRecord, StoredEvent } from "../core/protocol.ts";
import { Checkpoints, type FoundCheckpoint, type Retention } from "./checkpoints.ts";
import { EventWriter } from "./event_store.ts";
import { RunLock } from "./lock.ts";
import { readRecord, writeRecord } from "./record.ts";
import { removeIfThere, RUN_FILES, stepName, stepsIn, sweepUnfinished } from "./run_folder.ts";
import { orStorageError } from "./storage_error.ts";

/** What of a run's record may change after its making. */
export type RecordChanges = Partial<
  Omit<RunRecord, "version" | "id" | "experiment" | "dataset" | "createdAt" | "updatedAt">
>;

/** What a run is made of, as its first record says. */
export type RunInit = Pick<
  RunRecord,
  | "experiment"
  | "dataset"
  | "seed"
  | "config"
  | "device"
  | "versions"
  | "data"
  | "parameters"
  | "totalSteps"
>;

/** Milliseconds since 1970; a parameter, so that tests can say what time it is. */
export type Clock = () => number;

/** The one writer of a run. Holds its lock until disposed, or until the process ends. */
export class RunWriter implements Disposable {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly #lock: RunLock;
  readonly #events: EventWriter;
  readonly #checkpoints: Checkpoints;
  readonly #clock: Clock;
  #record: RunRecord;

  /** Takes over `lock`, and disposes it also when this throws. For RunStore. */
  constructor(id: string, folder: string, lock: RunLock, clock: Clock) {
    this.id = id;
    this.folder = folder;
    this.#lock = lock;
    this.#clock = clock;
    this.#checkpoints = new Checkpoints(folder);
    try {
      this.#record = readRecord(folder);
      orStorageError("clean the run's folder", folder, () => {
        sweepUnfinished(folder);
        removeIfThere(join(folder, RUN_FILES.stop)); // asked of a writer that has ended
      });
      this.#events = EventWriter.open(join(folder, RUN_FILES.events));
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** The record as last written. */
  get record(): RunRecord {
    return this.#record;
  }

  /** Writes run.json anew, with these changes. `message: undefined` takes the message away. */
  update(
    { message, ...changes }: Omit<RecordChanges, "message"> & { message?: string | undefined },
  ): void {
    const { message: _, ...kept } = this.#record;
    const updatedAt = new Date(this.#clock()).toISOString();
    const record: RunRecord = {
      ...kept,
      ...changes,
      updatedAt,
      ...(message === undefined ? {} : { message }),
    };
    writeRecord(this.folder, record);
    this.#record = record;
  }

  /** Stores an event; readers see it when this returns. */
  append(event: RunEvent): StoredEvent {
    return this.#events.append(event, this.#clock());
  }

  /** Puts a sample grid's PNG in place. */
  writeSample(step: number, png: Uint8Array<ArrayBuffer>): void {
    const path = join(this.folder, RUN_FILES.samples, `${stepName(step)}.png`);
    orStorageError("write the sample", path, () => writeWhole(path, png));
  }

  /** Writes a checkpoint, after which older ones are thinned out. */
  async writeCheckpoint(
    step: number,
    snapshot: Snapshot,
    retention: Retention,
  ): Promise<CheckpointInfo> {
    this.#events.flush(); // after a power cut no checkpoint is there without its past
    const info = await this.#checkpoints.write(step, snapshot);
    this.thin(retention);
    return info;
  }

  /** Thins out checkpoints that need not stay resumable any more. */
  thin(retention: Retention): void {
    orStorageError("thin out checkpoints of", this.folder, () => this.#checkpoints.thin(retention));
  }

  /** The newest checkpoint that is whole; see `Checkpoints.newestWhole`. */
  newestCheckpoint(): Promise<FoundCheckpoint | null> {
    return this.#checkpoints.newestWhole();
  }

  /** Whether an event of this type and step is stored. */
  hasEvent(type: RunEvent["type"], step: number): boolean {
    return this.#events.has(type, step);
  }

  /**
   * Goes back to the step of `started`: deletes every event, sample and checkpoint past it, and stores
   * `started`. Cut short, it leaves a run that can be rewound again.
   */
  rewind(started: Extract<RunEvent, { type: "started" }>): StoredEvent {
    const stored = this.#events.rewind(started, this.#clock());
    orStorageError("rewind the run in", this.folder, () => {
      const samples = join(this.folder, RUN_FILES.samples);
      for (const step of stepsIn(samples, ".png")) {
        if (step > started.step) removeIfThere(join(samples, `${stepName(step)}.png`));
      }
      this.#checkpoints.removeAfter(started.step);
    });
    return stored;
  }

  /** Whether someone has asked for a stop through the run's folder. */
  stopRequested(): boolean {
    try {
      Deno.statSync(join(this.folder, RUN_FILES.stop));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** Closes the event store and frees the lock. */
  [Symbol.dispose](): void {
    using _lock = this.#lock;
    using _events = this.#events; // let go of also where the file cannot be removed
    removeIfThere(join(this.folder, RUN_FILES.stop));
  }
}
