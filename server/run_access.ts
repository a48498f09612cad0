/** From an id in an address to a run, with what is missing said as 404. */
import { HTTPException } from "hono/http-exception";
import type { RunStore } from "../src/runs/store.ts";
import { StorageError } from "../src/runs/storage_error.ts";
import type { StoredRun } from "../src/runs/stored_run.ts";

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
