import { assertEquals } from "@std/assert";
import { storageError } from "../../src/runs/storage_error.ts";

/** What storageError() says of an error of SQLite with these properties. */
function worded(message: string, properties: object): string {
  const error = Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR" }, properties);
  return (storageError("store an event in", "/r/events.sqlite", error) as Error).message;
}

Deno.test("storageError() knows SQLite's errors by their code, and by their text without one", () => {
  const failed = 'Cannot store an event in "/r/events.sqlite": the disk failed, or is full. ' +
    "Free some space or check the disk, then resume the run; what it wrote before is untouched";
  const SQLITE_IOERR_SHMSIZE = 4874;
  assertEquals(worded("disk I/O error", { errcode: SQLITE_IOERR_SHMSIZE }), failed);
  assertEquals(worded("disk I/O error", {}), failed);
  assertEquals(
    worded("near SELEC: syntax error", {}),
    'Cannot store an event in "/r/events.sqlite": near SELEC: syntax error',
  );
});
