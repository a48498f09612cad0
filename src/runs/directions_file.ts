/** directions/<step>.json: the latent directions found for a checkpoint, checked whenever it is read. */
import { join } from "@std/path";
import { z } from "zod";
import { writeWhole } from "../core/fs.ts";
import { type Direction, DIRECTION_KINDS } from "../latent/directions/direction.ts";
import { firstIssue } from "./record.ts";
import { pathInside, RUN_FILES, stepName } from "./run_folder.ts";
import { orStorageError, StorageError } from "./storage_error.ts";

/** How far the length of a stored direction may be from 1: it is kept in single precision. */
const LENGTH_TOLERANCE = 1e-3;

const Vector = z.array(z.number()).min(1)
  .refine(
    (vector) => Math.abs(Math.hypot(...vector) - 1) <= LENGTH_TOLERANCE,
    "expected a vector of length 1",
  );

const DirectionsFile = z.strictObject({
  version: z.literal(1),
  step: z.int().min(0),
  /** sha256 of the generator file that they were found for. */
  generator: z.string().regex(/^[0-9a-f]{64}$/),
  directions: z.array(z.strictObject({
    name: z.string().min(1),
    kind: z.enum(DIRECTION_KINDS),
    vector: Vector,
    evidence: z.record(z.string(), z.number()),
    range: z.number().positive(),
  })).refine(
    (directions) => new Set(directions.map(({ name }) => name)).size === directions.length,
    "expected every name once",
  ).refine(
    (directions) => new Set(directions.map(({ vector }) => vector.length)).size <= 1,
    "expected vectors of one length",
  ),
});

function parse(text: string, path: string): z.output<typeof DirectionsFile> {
  const broken = (why: string) =>
    new StorageError(
      `Cannot read the directions "${path}": ${why}. Delete the file and run ` +
        `"deno task directions" again`,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(`it is not JSON (${(error as SyntaxError).message})`);
  }
  const parsed = DirectionsFile.safeParse(json);
  if (!parsed.success) throw broken(firstIssue(parsed.error));
  return parsed.data;
}

/**
 * The directions stored for a checkpoint whose generator file hashes to `generator`. None where there
 * is no file, and where it is of another generator: the run was trained anew from an earlier step.
 * Throws a StorageError for a damaged file.
 */
export function readDirections(folder: string, step: number, generator: string): Direction[] {
  let text: string;
  let path: string;
  try {
    path = pathInside(folder, RUN_FILES.directions, `${stepName(step)}.json`);
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const file = parse(text, path);
  if (file.generator !== generator) return [];
  return file.directions.map(({ vector, ...rest }) => ({
    ...rest,
    vector: Float32Array.from(vector),
  }));
}

/** Puts the file in place in one stroke. Throws a StorageError for directions it could not read back. */
export function writeDirections(
  folder: string,
  step: number,
  generator: string,
  directions: readonly Direction[],
): void {
  const path = join(folder, RUN_FILES.directions, `${stepName(step)}.json`);
  const plain = directions.map(({ name, kind, vector, evidence, range }) => (
    { name, kind, range, evidence, vector: Array.from(vector) }
  ));
  const checked = DirectionsFile.safeParse({ version: 1, step, generator, directions: plain });
  if (!checked.success) {
    throw new StorageError(`Cannot write the directions "${path}": ${firstIssue(checked.error)}`);
  }
  const text = JSON.stringify(checked.data) + "\n";
  orStorageError("write the directions", path, () => {
    Deno.mkdirSync(join(folder, RUN_FILES.directions), { recursive: true });
    writeWhole(path, new TextEncoder().encode(text));
  });
}
