import { assert, assertEquals } from "@std/assert";
import { WriteError, writeError } from "../../src/core/write_error.ts";

Deno.test("writeError() words a disk that takes nothing, with both mends", () => {
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  const error = writeError("write the picture", "/tmp/a.png", "pass another --out", full) as Error;
  assert(error instanceof WriteError, error.name);
  assertEquals(
    error.message,
    'Cannot write the picture "/tmp/a.png": the disk is full. Free some space, or pass another --out',
  );
  assertEquals(error.cause, full);
});

Deno.test("writeError() passes everything else unchanged", () => {
  const denied = new Deno.errors.PermissionDenied("open '/x'");
  assertEquals(writeError("write", "/x", "do not", denied), denied);
  assertEquals(writeError("write", "/x", "do not", "a text"), "a text");
});
