import { assert, assertEquals } from "@std/assert";
import { DownloadError } from "../../data/download.ts";
import { PackedFileError } from "../../data/packed.ts";
import { HeapError } from "../../src/backends/simd/heap.ts";
import { failureText } from "../../src/cli/command.ts";
import { WriteError } from "../../src/core/write_error.ts";
import { StorageError } from "../../src/runs/storage_error.ts";

Deno.test("failureText() shows errors that carry their mend without a stack", () => {
  for (
    const kind of [DownloadError, HeapError, PackedFileError, StorageError, WriteError, RangeError]
  ) {
    assertEquals(failureText(new kind("what and how"), false), "error: what and how\n");
  }
});

Deno.test("failureText() asks to report what nobody expected, stack and all", () => {
  const text = failureText(new TypeError("x is not a function"), false);
  assert(text.startsWith("error: TypeError: x is not a function\n    at "), text);
  assert(text.includes("This is a mistake in Atelier"), text);
});
