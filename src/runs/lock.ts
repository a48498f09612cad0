/** Who may write a run: the process that holds a lock the system frees when the process dies. */
import { join } from "@std/path";
import { RUN_FILES } from "./run_folder.ts";
import { orStorageError, StorageError } from "./storage_error.ts";

/** Readers that look whether a run is held take the lock for an instant; so a writer tries again. */
const ATTEMPTS = 20;
const PAUSE_MS = 10;

/** The right to write one run, held until disposed or until the process ends, however it ends. */
export class RunLock implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Takes the run's lock. Throws a StorageError when another writer holds it. */
  static async take(folder: string): Promise<RunLock> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      const lock = RunLock.#tryOnce(folder);
      if (lock) return lock;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return RunLock.takeNow(folder);
  }

  /** As `take`, without a second try: for a folder that no reader knows of yet. */
  static takeNow(folder: string): RunLock {
    const lock = RunLock.#tryOnce(folder);
    if (lock) return lock;
    const holder = Deno.readTextFileSync(join(folder, RUN_FILES.lock)).trim();
    throw new StorageError(
      `Cannot write run "${folder}": process ${holder || "unknown"} is writing it. ` +
        "Stop that training first, or start a new run",
    );
  }

  static #tryOnce(folder: string): RunLock | null {
    const path = join(folder, RUN_FILES.lock);
    const file = orStorageError(
      "lock the run with",
      path,
      () => Deno.openSync(path, { read: true, write: true, create: true }),
    );
    try {
      if (file.tryLockSync(true)) {
        file.truncateSync();
        file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
        return new RunLock(file);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return null;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Whether a living process writes the run. Never waits, and changes nothing. */
export function isHeld(folder: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(join(folder, RUN_FILES.lock), { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false; // a copy, made without its lock file
    throw error;
  }
  try {
    return !file.tryLockSync(false);
  } finally {
    file.close();
  }
}
