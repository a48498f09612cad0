/** From an id in an address to a run, with what is missing said as 404. */
import { HTTPException } from "hono/http-exception";
import type { CheckpointFile } from "../src/core/protocol.ts";
import { Checkpoints } from "../src/runs/checkpoints.ts";
import { stepName } from "../src/runs/run_folder.ts";
import type { RunStore } from "../src/runs/store.ts";
import { StorageError } from "../src/runs/storage_error.ts";
import type { StoredRun } from "../src/runs/stored_run.ts";
import { notFound } from "./request.ts";

/** Runs `find`; what the store says is not there is 404, in the store's words. */
export function orNotFound<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new HTTPException(404, { message: error.message, cause: error });
  }
}

/** Opens a run for one request; the caller closes it. Throws 404 where there is none. */
export function openRun(runs: RunStore, id: string): StoredRun {
  return orNotFound(() => runs.open(id));
}

/** What the manifest says of a file. Throws 404 where the checkpoint has no such file. */
export function listedFile(run: StoredRun, step: number, name: string): CheckpointFile {
  const checkpoints = new Checkpoints(run.folder);
  if (!checkpoints.steps().includes(step)) {
    throw notFound(`Run ${run.id} has no checkpoint of step ${step}`);
  }
  const { files } = checkpoints.info(step);
  const file = files.find((each) => each.name === name);
  if (file) return file;
  const names = files.map((each) => each.name).join(" or ");
  throw notFound(
    `Checkpoint ${stepName(step)} of run ${run.id} has no "${name}": expected ${names}`,
  );
}
