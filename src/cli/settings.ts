/** Settings from a JSON file, under those from flags and over the defaults. */
import type { z } from "zod";
import { nearest } from "../core/suggest.ts";
import { describeIssues, type Flag, UsageError } from "./flags.ts";

/** Settings by key, checked but not resolved: what a user gave and nothing else. */
export type Settings = Readonly<Record<string, unknown>>;

function parseObject(path: string, text: string): Settings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot read settings from "${path}": ${(error as SyntaxError).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(
      `Cannot read settings from "${path}": expected a JSON object, {"steps": 300}, got ${
        Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`
      }`,
    );
  }
  return value as Settings;
}

/** Text in UTF-8, or in the UTF-16 that `>` writes in Windows PowerShell; a byte order mark is dropped. */
function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
}

/**
 * Reads a settings file: a JSON object with the keys that --print-config prints. Throws a
 * UsageError that names the file and, for each key that is wrong, what came and what was expected. A key
 * written as a flag (`latent-dim`) is refused with the key it stands for.
 */
export function readSettings(path: string, schema: z.ZodObject, flags: readonly Flag[]): Settings {
  let text: string;
  try {
    text = decode(Deno.readFileSync(path));
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.IsADirectory
      ? "it is a folder"
      : error instanceof TypeError
      ? "expected text in UTF-8"
      : null;
    if (why === null) throw error;
    throw new UsageError(`Cannot read settings from "${path}": ${why}`);
  }
  const values = parseObject(path, text);
  const parsed = schema.safeParse(values);
  if (parsed.success) return values; // as the file has them: a default is no setting of the file
  const known = Object.keys(schema.shape);
  const meant = (key: string) =>
    flags.find((flag) => flag.name === key && known.includes(flag.key))?.key ?? nearest(key, known);
  const problems = describeIssues(parsed.error, {
    shape: schema.shape,
    values,
    nameOf: (key) => `"${key}"`,
    meant,
  });
  throw new UsageError([`Cannot use the settings in "${path}":`, ...problems].join("\n  "));
}
