import { assertThrows } from "@std/assert";
import { encodeSafetensors } from "../../src/core/safetensors.ts";
import { decodeGenerator, decodeState } from "../../src/runs/checkpoint_format.ts";
import { StorageError } from "../../src/runs/storage_error.ts";

for (const decode of [decodeGenerator, decodeState]) {
  Deno.test(`${decode.name}() words what is no safetensors file as a fault of storage`, () => {
    assertThrows(
      () => decode(new Uint8Array(7), "some/w.safetensors"),
      StorageError,
      'Cannot read safetensors file "some/w.safetensors": expected at least 8 bytes, got 7',
    );
  });

  Deno.test(`${decode.name}() takes no weights but F32`, () => {
    const halves = { dtype: "F16", shape: [1], data: new Float16Array(1) } as const;
    const metadata = { topology: "{}", meta: "{}" };
    const bytes = encodeSafetensors({ metadata, arrays: new Map([["w", halves]]) });
    assertThrows(
      () => decode(bytes, "some/w.safetensors"),
      StorageError,
      'expected dtype F32, got F16 in "w"',
    );
  });
}
