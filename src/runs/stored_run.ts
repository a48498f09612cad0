/** One run, for whoever reads it: the server, the command line, later the metrics. */
import { basename, join } from "@std/path";
import type { CheckpointInfo, EventPage, RunEvent, RunRecord } from "../core/protocol.ts";
import type { Direction } from "../latent/directions/direction.ts";
import { GENERATOR_FILE, type GeneratorFile } from "./checkpoint_format.ts";
import { Checkpoints } from "./checkpoints.ts";
import { readDirections, writeDirections } from "./directions_file.ts";
import { type EventBodies, type EventQuery, EventReader } from "./event_store.ts";
import { isHeld } from "./lock.ts";
import { readRecord } from "./record.ts";
import { pathInside, RUN_FILES, stepName, stepsIn } from "./run_folder.ts";
import { orStorageError, StorageError } from "./storage_error.ts";

/** The newest sample grid of a run, found without opening its events. */
export interface NewestSample {
  readonly step: number;
  /** Changes whenever the picture may have: for addresses that are cached for ever. */
  readonly version: string;
}

/** Reads a run folder's record, and says `interrupted` of a run that nobody is writing any more. */
export function readStanding(folder: string): RunRecord {
  // Held is asked first: a writer that ends in between has then written its last record.
  const held = isHeld(folder);
  const record = readRecord(folder);
  const alive = record.status === "running" || record.status === "preparing";
  const status = alive && !held ? "interrupted" : record.status;
  return { ...record, id: basename(folder), status }; // a renamed folder goes by its new name
}

/** The newest sample grid in a run folder, or null before the first. */
export function newestSample(folder: string): NewestSample | null {
  const step = stepsIn(join(folder, RUN_FILES.samples), ".png").at(-1);
  if (step === undefined) return null;
  try {
    const { mtime, size } = Deno.statSync(
      join(folder, RUN_FILES.samples, `${stepName(step)}.png`),
    );
    return { step, version: `${(mtime?.getTime() ?? 0).toString(36)}${size.toString(36)}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // removed since, by a resuming writer
    throw error;
  }
}

/**
 * A run in its folder. Every call reads anew, so it sees what a writer adds, in this process or
 * another. Nothing but the event store stays open; `close` lets it go. Whatever is missing or damaged
 * throws a StorageError that names the file.
 */
export class StoredRun implements Disposable {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly #checkpoints: Checkpoints;
  #reader: EventReader | null = null;

  /** For RunStore, which has checked that `folder` is a run of its own. */
  constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
    this.#checkpoints = new Checkpoints(folder);
  }

  /** run.json as it stands, with `interrupted` for a run that says `running` and that no process holds. */
  record(): RunRecord {
    return readStanding(this.folder);
  }

  /** Events with ids past `after`, oldest first; one page of them. */
  events(query: EventQuery = {}): EventPage {
    return this.#events().page(query);
  }

  /** As `events`, without ids and times, in a third of the time: for reading a whole run. */
  eventBodies(query: EventQuery = {}): EventBodies {
    return this.#events().bodies(query);
  }

  /** The newest event's id; 0 where there is none. */
  lastEventId(): number {
    return this.#events().lastId();
  }

  /** Every sample grid, oldest first. */
  samples(): Extract<RunEvent, { type: "sample" }>[] {
    return this.#events().all("sample");
  }

  /** Every warning, oldest first. */
  warnings(): Omit<Extract<RunEvent, { type: "warning" }>, "type">[] {
    return this.#events().all("warning").map(({ type: _, ...warning }) => warning);
  }

  /** Every metric, in the order they were measured in: a step may be older than the one before. */
  metrics(): Extract<RunEvent, { type: "metric" }>[] {
    return this.#events().all("metric");
  }

  /** The newest sample grid, or null before the first. */
  newestSample(): NewestSample | null {
    return newestSample(this.folder);
  }

  /** The PNG of a step. */
  samplePath(step: number): string {
    const name = `${stepName(step)}.png`;
    try {
      return pathInside(this.folder, RUN_FILES.samples, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new StorageError(`Run ${this.id} has no sample of step ${step}`);
    }
  }

  /** Every checkpoint with a sound manifest, by rising step. Damage in the files shows on reading. */
  checkpoints(): CheckpointInfo[] {
    return this.#checkpoints.list();
  }

  /** A checkpoint's generator, every byte checked against its sha256. */
  readGenerator(step: number): Promise<GeneratorFile> {
    return this.#checkpoints.readGenerator(step);
  }

  /** The path of a file that the checkpoint's manifest lists; no other name is accepted. */
  checkpointPath(step: number, file: string): string {
    return this.#checkpoints.path(step, file);
  }

  /** The latent directions stored for a checkpoint's generator; none where none were looked for. */
  directions(step: number): Direction[] {
    return readDirections(this.folder, step, this.#generatorHash(step));
  }

  /**
   * Stores directions of a checkpoint. Each kind among them replaces all that were stored of that
   * kind; other kinds stay.
   */
  writeDirections(step: number, directions: readonly Direction[]): void {
    const kinds = new Set(directions.map(({ kind }) => kind));
    const others = this.directions(step).filter(({ kind }) => !kinds.has(kind));
    writeDirections(this.folder, step, this.#generatorHash(step), [...others, ...directions]);
  }

  /**
   * Asks whoever writes the run, in whatever process, to finish its step, checkpoint and end.
   * Returns at once: false when nobody is writing it.
   */
  requestStop(): boolean {
    if (!isHeld(this.folder)) return false;
    const path = join(this.folder, RUN_FILES.stop);
    orStorageError("ask for a stop with", path, () => Deno.writeTextFileSync(path, ""));
    return true;
  }

  /** Closes the event store; a later call opens it again. */
  close(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #generatorHash(step: number): string {
    return this.#checkpoints.info(step).files.find(({ name }) => name === GENERATOR_FILE)!.sha256;
  }

  #events(): EventReader {
    return this.#reader ??= EventReader.open(join(this.folder, RUN_FILES.events));
  }
}
