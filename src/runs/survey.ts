/** Looking over all runs again and again, as an open page does, without reading each anew. */
import { join } from "@std/path";
import type { BrokenRun, RunRecord } from "../core/protocol.ts";
import { RUN_FILES } from "./run_folder.ts";
import { type NewestSample, newestSample, readStanding } from "./stored_run.ts";

/** A run as lists show it. */
export interface ListedRun extends RunRecord {
  readonly newestSample: NewestSample | null;
}

/** What one look over the folder of runs found. */
export interface Surveyed {
  /** Newest first. */
  readonly runs: readonly ListedRun[];
  readonly broken: readonly BrokenRun[];
}

/** A run that had ended when it was read, and how its files stood then. */
interface EndedRun {
  readonly version: string;
  readonly run: ListedRun;
}

/** Reads of each run its record, lock and newest sample's name only, and of ended ones once. */
export class RunSurvey {
  readonly #root: string;
  #ended: ReadonlyMap<string, EndedRun> = new Map();

  constructor(root: string) {
    this.#root = root;
  }

  /** Looks at the folders of these names. */
  look(ids: readonly string[]): Surveyed {
    const runs: ListedRun[] = [];
    const broken: BrokenRun[] = [];
    const ended = new Map<string, EndedRun>();
    for (const id of ids) {
      const folder = join(this.#root, id);
      try {
        const version = versionOf(folder);
        const known = this.#ended.get(id);
        const run = known?.version === version
          ? known.run
          : { ...readStanding(folder), newestSample: newestSample(folder) };
        runs.push(run);
        if (hasEnded(run)) ended.set(id, { version, run });
      } catch (error) {
        broken.push({ id, message: error instanceof Error ? error.message : String(error) });
      }
    }
    this.#ended = ended;
    return { runs: runs.sort(newestFirst), broken };
  }
}

/** Nobody writes such a run, unless it is resumed: then its record is written first. */
function hasEnded({ status }: RunRecord): boolean {
  return status === "completed" || status === "stopped" || status === "failed";
}

/** Differs once the record or the list of samples has changed: files appear by renaming. */
function versionOf(folder: string): string {
  const stamp = (name: string) => {
    try {
      const { ino, mtime, size } = Deno.statSync(join(folder, name));
      return `${ino} ${mtime?.getTime()} ${size}`;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "none";
      throw error;
    }
  };
  return `${stamp(RUN_FILES.record)}, ${stamp(RUN_FILES.samples)}`;
}

/** By the time they were made, as folders can be renamed. */
function newestFirst(a: RunRecord, b: RunRecord): number {
  const [before, after] = [`${a.createdAt} ${a.id}`, `${b.createdAt} ${b.id}`];
  return before < after ? 1 : before > after ? -1 : 0;
}
