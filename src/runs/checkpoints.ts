/**
 * The checkpoints of a run: folders that appear whole or not at all, and are checked when read.
 *
 * Every order of crash leaves a sound run. A checkpoint is written and synced under a hidden name,
 * then renamed; only then are older ones thinned out, each by removing one file.
 */
import { dirname, join } from "@std/path";
import { sha256Hex, syncFolder, writeSynced } from "../core/fs.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { CheckpointInfo } from "../core/protocol.ts";
import {
  decodeGenerator,
  decodeState,
  encodeSnapshot,
  GENERATOR_FILE,
  type GeneratorFile,
  type Manifest,
  MANIFEST_FILE,
  parseManifest,
  STATE_FILE,
} from "./checkpoint_format.ts";
import {
  pathInside,
  removeIfThere,
  RUN_FILES,
  stepName,
  stepsIn,
  UNFINISHED,
} from "./run_folder.ts";
import { StorageError, storageError } from "./storage_error.ts";

/** Which checkpoints keep their state, so that training can resume from them. */
export interface Retention {
  /** The newest ones. */
  readonly keepCheckpoints: number;
  /** And those at multiples of this; 0 for none. */
  readonly milestoneEverySteps: number;
  /** And those of these steps. */
  readonly alsoKeep?: ReadonlySet<number>;
}

/** A checkpoint that was passed over, and why. */
export interface SkippedCheckpoint {
  readonly step: number;
  readonly reason: string;
}

/** What a search for a checkpoint to resume from came to. */
export interface FoundCheckpoint {
  readonly step: number;
  readonly snapshot: Snapshot;
  /** Of its files together. */
  readonly bytes: number;
  /** Newer ones, newest first, that are damaged or were thinned out. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/** The checkpoints in one run folder. Opens and holds nothing. */
export class Checkpoints {
  readonly #runFolder: string;
  readonly #folder: string;

  /** `runFolder` is the run's own. */
  constructor(runFolder: string) {
    this.#runFolder = runFolder;
    this.#folder = join(runFolder, RUN_FILES.checkpoints);
  }

  /** The steps that have a folder, rising; what the folders hold is not looked at. */
  steps(): number[] {
    return stepsIn(this.#folder, "");
  }

  /** Every checkpoint with a sound manifest, rising. Files are not read: see `read`. */
  list(): CheckpointInfo[] {
    return this.steps().flatMap((step) => {
      try {
        return [this.info(step)];
      } catch (error) {
        if (error instanceof StorageError) return []; // its reader will say what is wrong with it
        throw error;
      }
    });
  }

  /** One checkpoint, as its manifest says. Throws a StorageError where there is none, or no sound one. */
  info(step: number): CheckpointInfo {
    const resumable = this.#has(step, STATE_FILE);
    const files = this.#manifest(step).files
      .filter(({ name }) => name !== STATE_FILE || resumable);
    return { step, files, resumable };
  }

  /** The path of one file that the manifest lists. Throws a StorageError for any other name. */
  path(step: number, file: string): string {
    const listed = this.info(step).files.find(({ name }) => name === file);
    if (!listed) {
      throw new StorageError(
        `Cannot open "${file}" of checkpoint ${stepName(step)}: expected ${
          this.info(step).files.map(({ name }) => name).join(" or ")
        }`,
      );
    }
    return this.#locate(step, listed.name);
  }

  /** The generator, every byte checked. Throws a StorageError for a missing or damaged one. */
  async readGenerator(step: number): Promise<GeneratorFile> {
    const { bytes, sha256, path } = await this.#readChecked(step, GENERATOR_FILE);
    return { step, sha256, ...decodeGenerator(bytes, path) };
  }

  /** The whole snapshot, every byte checked. Throws a StorageError for a missing or damaged one. */
  async read(step: number): Promise<Snapshot> {
    const generator = await this.#readChecked(step, GENERATOR_FILE);
    const state = await this.#readChecked(step, STATE_FILE);
    const { topology, weights } = decodeGenerator(generator.bytes, generator.path);
    return { generator: weights, topology, ...decodeState(state.bytes, state.path) };
  }

  /**
   * The newest checkpoint that is whole, or null where the run has not made any. Throws a
   * StorageError that tells what is wrong with each where none of them is whole.
   */
  async newestWhole(): Promise<FoundCheckpoint | null> {
    const skipped: SkippedCheckpoint[] = [];
    for (const step of this.steps().reverse()) {
      try {
        const snapshot = await this.read(step);
        const bytes = this.info(step).files.reduce((sum, file) => sum + file.bytes, 0);
        return { step, snapshot, bytes, skipped };
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        skipped.push({ step, reason: error.message });
      }
    }
    if (skipped.length === 0) return null;
    throw new StorageError(
      `Cannot resume from "${this.#folder}": none of its ${skipped.length} checkpoints is whole. ` +
        `Restore one from a copy, or start a new run.\n` +
        skipped.map(({ reason }) => `  ${reason}`).join("\n"),
    );
  }

  /** Writes a checkpoint. On an error nothing of it stays, and every earlier one is as it was. */
  async write(step: number, snapshot: Snapshot): Promise<CheckpointInfo> {
    const name = stepName(step);
    const beside = join(this.#folder, `.${name}.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`);
    try {
      const files: Manifest["files"] = [];
      Deno.mkdirSync(beside);
      for (const [file, bytes] of encodeSnapshot(snapshot, step)) {
        writeSynced(join(beside, file), bytes);
        const sha256 = await sha256Hex(bytes);
        files.push({
          name: file as Manifest["files"][number]["name"],
          bytes: bytes.length,
          sha256,
        });
      }
      const manifest: Manifest = { version: 1, step, files };
      const text = JSON.stringify(manifest, null, 2) + "\n";
      writeSynced(join(beside, MANIFEST_FILE), new TextEncoder().encode(text));
      syncFolder(beside);
      this.#putInPlace(beside, join(this.#folder, name));
      return { step, files, resumable: true };
    } catch (error) {
      removeIfThere(beside);
      throw storageError("write the checkpoint", join(this.#folder, name), error);
    }
  }

  /** Removes the state of checkpoints that need not stay resumable. Their generators stay. */
  thin({ keepCheckpoints, milestoneEverySteps, alsoKeep }: Retention): void {
    const resumable = this.steps().filter((step) => this.#has(step, STATE_FILE));
    for (const step of resumable.slice(0, -keepCheckpoints)) {
      if (milestoneEverySteps > 0 && step % milestoneEverySteps === 0) continue;
      if (alsoKeep?.has(step)) continue;
      removeIfThere(join(this.#folder, stepName(step), STATE_FILE));
    }
  }

  /** Removes every checkpoint past a step: the run is about to go there anew. */
  removeAfter(step: number): void {
    for (const later of this.steps().filter((made) => made > step)) {
      const path = join(this.#folder, stepName(later));
      const aside = join(this.#folder, `.${stepName(later)}.removed${UNFINISHED}`);
      removeIfThere(aside);
      Deno.renameSync(path, aside); // in one stroke, so that no half of it is ever listed
      removeIfThere(aside);
    }
  }

  #putInPlace(beside: string, target: string): void {
    const aside = join(dirname(target), `.${crypto.randomUUID().slice(0, 8)}${UNFINISHED}`);
    try {
      Deno.renameSync(target, aside); // one of this step is there when a stopped run stops again
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    Deno.renameSync(beside, target);
    syncFolder(dirname(target));
    removeIfThere(aside);
  }

  #has(step: number, file: string): boolean {
    try {
      return Deno.lstatSync(join(this.#folder, stepName(step), file)).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  #locate(step: number, file: string): string {
    try {
      return pathInside(this.#runFolder, RUN_FILES.checkpoints, stepName(step), file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const thinned = file === STATE_FILE ? ": it was thinned out, or removed" : "";
      throw new StorageError(`Checkpoint ${stepName(step)} has no ${file}${thinned}`);
    }
  }

  #manifest(step: number): Manifest {
    const path = this.#locate(step, MANIFEST_FILE);
    return parseManifest(Deno.readTextFileSync(path), path, step);
  }

  async #readChecked(step: number, name: string): Promise<
    { bytes: Uint8Array<ArrayBuffer>; sha256: string; path: string }
  > {
    const listed = this.#manifest(step).files.find((file) => file.name === name);
    if (!listed) throw new StorageError(`Checkpoint ${stepName(step)} lists no ${name}`);
    const path = this.#locate(step, name);
    const bytes = Deno.readFileSync(path);
    if (bytes.length !== listed.bytes) {
      throw new StorageError(
        `"${path}" is damaged: expected ${listed.bytes} bytes, got ${bytes.length}`,
      );
    }
    const sha256 = await sha256Hex(bytes);
    if (sha256 !== listed.sha256) {
      throw new StorageError(
        `"${path}" is damaged: expected sha256 ${listed.sha256}, got ${sha256}`,
      );
    }
    return { bytes, sha256, path };
  }
}
