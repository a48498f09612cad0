/** The folder of runs: list them, find one by what a person types, open it, make one, go on with one. */
import { basename, dirname, join, resolve } from "@std/path";
import { syncFolder } from "../core/fs.ts";
import type { BrokenRun } from "../core/protocol.ts";
import { nearest } from "../core/suggest.ts";
import { EventWriter } from "./event_store.ts";
import { RunLock } from "./lock.ts";
import { RECORD_VERSION, writeRecord } from "./record.ts";
import { entriesOf, removeIfThere, RUN_FILES, UNFINISHED } from "./run_folder.ts";
import { isRunName, randomSuffix, runId } from "./run_id.ts";
import { type Clock, type RunInit, RunWriter } from "./run_writer.ts";
import { orStorageError, StorageError, storageError } from "./storage_error.ts";
import { StoredRun } from "./stored_run.ts";
import { type ListedRun, RunSurvey } from "./survey.ts";

/** A folder in the making this old was left by a killed process. */
const ABANDONED_AFTER_MS = 60_000;
const ID_ATTEMPTS = 5;
const LATEST = "latest";

/** All runs under one folder. Opens and holds nothing itself. */
export class RunStore {
  /** Absolute. It need not exist before the first run is made. */
  readonly root: string;
  readonly #clock: Clock;
  readonly #survey: RunSurvey;

  constructor(root: string, clock: Clock = Date.now) {
    this.root = resolve(root);
    this.#clock = clock;
    this.#survey = new RunSurvey(this.root);
  }

  /** Names of the folders that may be runs, falling. Links are none: they may lead out. */
  ids(): string[] {
    return orStorageError("list the runs in", this.root, () => entriesOf(this.root))
      .filter(({ name, isDirectory }) => isDirectory && isRunName(name))
      .map(({ name }) => name)
      .sort().reverse();
  }

  /** Every readable run, newest first. Costs little to ask again: runs that ended are read once. */
  list(): readonly ListedRun[] {
    return this.#survey.look(this.ids()).runs;
  }

  /** The folders that `list` leaves out, and why. */
  broken(): readonly BrokenRun[] {
    return this.#survey.look(this.ids()).broken;
  }

  /** Opens the run of exactly this id. Throws a StorageError, with the nearest id, where there is none. */
  open(id: string): StoredRun {
    return new StoredRun(id, this.#folderOf(id));
  }

  /**
   * The id that a person means by `text`: an id, the unique beginning or end of one, the path of a run
   * folder under `root`, or `latest`. Throws a StorageError that names the nearest or all that match.
   */
  resolve(text: string): string {
    const ids = this.ids();
    const newest = text === LATEST ? this.list()[0] : undefined;
    if (newest) return newest.id;
    if (ids.includes(text)) return text;
    const path = this.#idOfPath(text);
    if (path !== null) return path;
    const matching = text === ""
      ? []
      : ids.filter((id) => id.startsWith(text) || id.endsWith(`-${text}`));
    if (matching.length === 1) return matching[0]!;
    if (matching.length > 1) {
      throw new StorageError(
        `Cannot tell which run "${text}" means; give more of its id: ${matching.join(", ")}`,
      );
    }
    throw this.#unknown(text, ids);
  }

  /** Makes a run and holds it for writing. Its folder appears whole, with the lock already taken. */
  create(init: RunInit): RunWriter {
    orStorageError("make the folder of runs", this.root, () => {
      this.#sweepAbandoned();
      Deno.mkdirSync(this.root, { recursive: true });
    });
    for (let attempt = 1;; attempt++) {
      const id = runId(init.experiment, init.dataset, new Date(this.#clock()), randomSuffix());
      const lock = this.#make(id, init);
      if (lock) return new RunWriter(id, join(this.root, id), lock, this.#clock);
      if (attempt === ID_ATTEMPTS) {
        throw new StorageError(`Cannot make a run in "${this.root}": "${id}" exists already`);
      }
    }
  }

  /**
   * Opens an existing run for writing, sweeping away what a killed writer left unfinished. Throws a
   * StorageError while another process, or another part of this one, writes it.
   */
  async resume(id: string): Promise<RunWriter> {
    const folder = this.#folderOf(id);
    return new RunWriter(id, folder, await RunLock.take(folder), this.#clock);
  }

  /** Fills a hidden folder and renames it. Returns the lock taken, or null where `id` is taken. */
  #make(id: string, init: RunInit): RunLock | null {
    const folder = join(this.root, id);
    const beside = join(this.root, `.${id}${UNFINISHED}`);
    let lock: RunLock | null = null;
    try {
      Deno.mkdirSync(beside);
      lock = RunLock.takeNow(beside);
      const now = new Date(this.#clock()).toISOString();
      Deno.mkdirSync(join(beside, RUN_FILES.samples));
      Deno.mkdirSync(join(beside, RUN_FILES.checkpoints));
      EventWriter.open(join(beside, RUN_FILES.events))[Symbol.dispose](); // SQLite minds renaming
      writeRecord(beside, {
        version: RECORD_VERSION,
        id,
        createdAt: now,
        updatedAt: now,
        status: "running",
        step: 0,
        metrics: {},
        best: null,
        ...init,
      });
      Deno.renameSync(beside, folder); // fails where a run of this id exists: its folder is not empty
      syncFolder(this.root);
      return lock;
    } catch (error) {
      lock?.[Symbol.dispose]();
      removeIfThere(beside);
      if (this.#exists(folder)) return null;
      throw storageError("make the run's folder", folder, error);
    }
  }

  #exists(folder: string): boolean {
    try {
      Deno.lstatSync(folder);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  #sweepAbandoned(): void {
    for (const { name } of entriesOf(this.root)) {
      if (!name.startsWith(".") || !name.endsWith(UNFINISHED)) continue;
      const changed = Deno.statSync(join(this.root, name)).mtime?.getTime() ?? Infinity;
      if (this.#clock() - changed > ABANDONED_AFTER_MS) removeIfThere(join(this.root, name));
    }
  }

  #folderOf(id: string): string {
    const folder = join(this.root, id);
    if (!isRunName(id) || !this.#isFolder(folder)) throw this.#unknown(id, this.ids());
    return folder;
  }

  #isFolder(path: string): boolean {
    try {
      return Deno.lstatSync(path).isDirectory;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** The id where `text` is the path of a folder right under the root; null where it is no path. */
  #idOfPath(text: string): string | null {
    if (!/[\\/]/.test(text)) return null;
    const path = resolve(text);
    if (!this.#isFolder(path)) return null;
    const real = Deno.realPathSync(path);
    if (!this.#isFolder(this.root) || dirname(real) !== Deno.realPathSync(this.root)) {
      throw new StorageError(
        `Cannot use run "${text}": expected a folder in "${this.root}". ` +
          `Pass --runs "${dirname(real)}" to use the runs there`,
      );
    }
    return basename(real);
  }

  #unknown(text: string, ids: readonly string[]): StorageError {
    const like = nearest(text, ids);
    const newest = this.list()[0];
    const hint = newest === undefined
      ? "There are no runs there yet"
      : like === null
      ? `The newest is "${newest.id}"`
      : `Did you mean "${like}"?`;
    return new StorageError(`There is no run "${text}" in "${this.root}". ${hint}`);
  }
}
