/** Where things lie in a run folder, and paths that cannot leave it. */
import { join, SEPARATOR } from "@std/path";
import { StorageError } from "./storage_error.ts";

/** What a run folder's entries are called. */
export const RUN_FILES = {
  record: "run.json",
  events: "events.sqlite",
  lock: "lock",
  stop: "stop",
  samples: "samples",
  checkpoints: "checkpoints",
  directions: "directions",
} as const;

/** What a file or folder in the making ends in; a killed writer may leave some. */
export const UNFINISHED = ".tmp";

/** The name a step's files go by: 500 is `000500`. */
export function stepName(step: number): string {
  return String(step).padStart(6, "0");
}

/** The step that `name` stands for, or null where `stepName` could not have made it. */
export function parseStepName(name: string): number | null {
  if (!/^\d{6,15}$/.test(name)) return null;
  const step = Number(name);
  return stepName(step) === name ? step : null;
}

/** Steps of the entries `<step><suffix>` in a folder, rising. A missing folder has none. */
export function stepsIn(folder: string, suffix: string): number[] {
  const steps: number[] = [];
  for (const { name } of entriesOf(folder)) {
    if (!name.endsWith(suffix)) continue;
    const step = parseStepName(name.slice(0, name.length - suffix.length));
    if (step !== null) steps.push(step);
  }
  return steps.sort((a, b) => a - b);
}

/** The entries of a folder; none where it is missing. */
export function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * The real path of a file of the run. Throws a StorageError where a link in it leads out of the
 * run's folder, and Deno.errors.NotFound where there is no such file.
 */
export function pathInside(folder: string, ...parts: string[]): string {
  const path = Deno.realPathSync(join(folder, ...parts));
  if (!path.startsWith(Deno.realPathSync(folder) + SEPARATOR)) {
    throw new StorageError(
      `Cannot open "${join(folder, ...parts)}": it leads out of the run's folder, to "${path}"`,
    );
  }
  return path;
}

/** Removes a file or a whole folder; one that is not there is as good as removed. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes what killed writers left unfinished in the run folder. Only for who holds its lock. */
export function sweepUnfinished(folder: string): void {
  for (const part of [".", RUN_FILES.samples, RUN_FILES.checkpoints]) {
    for (const { name } of entriesOf(join(folder, part))) {
      if (name.endsWith(UNFINISHED)) removeIfThere(join(folder, part, name));
    }
  }
}
