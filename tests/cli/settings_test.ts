import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { UsageError } from "../../src/cli/flags.ts";
import { readSettings } from "../../src/cli/settings.ts";

const schema = z.strictObject({
  steps: z.int().min(1).optional(),
  latentDim: z.int().min(1).max(4096).optional(),
});
const flags = [
  { name: "steps", key: "steps", placeholder: "STEPS" },
  { name: "latent-dim", key: "latentDim", placeholder: "N" },
];

/** What readSettings() makes of a file with this text; the file's path reads FILE in errors. */
function read(text: string): unknown {
  const path = Deno.makeTempFileSync({ suffix: ".json" });
  try {
    Deno.writeTextFileSync(path, text);
    return readSettings(path, schema, flags);
  } catch (error) {
    throw new UsageError((error as Error).message.replace(path, "FILE"));
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("readSettings() returns what the file sets and nothing more", () => {
  assertEquals(read('{"steps": 20}'), { steps: 20 });
});

const refusals: readonly (readonly [text: string, message: string])[] = [
  [
    '{"latentDmi": 3}',
    'Cannot use the settings in "FILE":\n  "latentDmi" is no setting; did you mean "latentDim"?',
  ],
  [
    '{"latent-dim": 3, "steps": "9"}',
    'Cannot use the settings in "FILE":\n  "steps" takes a whole number at least 1, got "9"\n' +
    '  "latent-dim" is no setting; did you mean "latentDim"?',
  ],
  ["[1]", 'Cannot read settings from "FILE": expected a JSON object, {"steps": 300}, got an array'],
];
for (const [text, message] of refusals) {
  Deno.test(`readSettings() refuses ${text} and names the file`, () => {
    assertEquals(assertThrows(() => read(text), UsageError).message, message);
  });
}

Deno.test("readSettings() reads what PowerShell and Notepad write", () => {
  assertEquals(read('\ufeff{"steps": 20}'), { steps: 20 });
  const path = Deno.makeTempFileSync();
  try {
    const utf16 = Uint16Array.from('\ufeff{"steps": 20}', (letter) => letter.charCodeAt(0));
    Deno.writeFileSync(path, new Uint8Array(utf16.buffer)); // little-endian here as there
    assertEquals(readSettings(path, schema, flags), { steps: 20 });
    Deno.writeFileSync(path, Uint8Array.of(0x7b, 0xe9, 0x7d));
    assertThrows(() => readSettings(path, schema, flags), UsageError, "expected text in UTF-8");
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("readSettings() refuses a file that is missing, is a folder or is no JSON", () => {
  assertThrows(() => read("{steps"), UsageError, 'Cannot read settings from "FILE": ');
  assertThrows(
    () => readSettings("/nowhere/settings.json", schema, flags),
    UsageError,
    'Cannot read settings from "/nowhere/settings.json": there is no such file',
  );
  const folder = Deno.makeTempDirSync();
  try {
    assertThrows(
      () => readSettings(folder, schema, flags),
      UsageError,
      `Cannot read settings from "${folder}": it is a folder`,
    );
  } finally {
    Deno.removeSync(folder);
  }
});
