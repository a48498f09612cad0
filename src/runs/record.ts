/** run.json: what a run is and how it stands, checked whenever it is read. */
import { join } from "@std/path";
import { z } from "zod";
import { writeWhole } from "../core/fs.ts";
import type { RunRecord } from "../core/protocol.ts";
import { RUN_FILES } from "./run_folder.ts";
import { orStorageError, StorageError } from "./storage_error.ts";

/** Of run.json; a reader refuses any other. */
export const RECORD_VERSION = 1;

const Count = z.int().min(0);

const Device = z.strictObject({
  backend: z.enum(["webgpu", "simd", "cpu"]),
  name: z.string(),
  software: z.boolean(),
  reason: z.string(),
});

const Data = z.strictObject({
  name: z.string(),
  length: Count,
  size: Count,
  channels: Count,
  fingerprint: z.string(),
  attributes: z.array(z.string()),
  skipped: z.array(z.string()),
});

/** JSON has no NaN: a figure that is not finite is left out when written. */
const Figures = z.record(z.string(), z.number());

const RunRecordFile = z.strictObject({
  version: z.literal(RECORD_VERSION),
  id: z.string(),
  experiment: z.string(),
  dataset: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  status: z.enum(["preparing", "running", "completed", "stopped", "failed"]),
  seed: Count,
  config: z.record(z.string(), z.unknown()),
  device: Device.nullable(),
  versions: z.strictObject({ atelier: z.string(), deno: z.string(), tfjs: z.string() }),
  data: Data.nullable(),
  parameters: z.record(z.string(), Count),
  step: Count,
  totalSteps: Count,
  metrics: Figures,
  best: z.strictObject({ step: Count, metric: z.string(), value: z.number() })
    .nullable().default(null), // records from before there were metrics lack it
  message: z.string().exactOptional(),
});

/** First line of what zod found, with the key it found it at. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  return issue.path.length > 0 ? `${issue.path.join(".")}: ${issue.message}` : issue.message;
}

/**
 * Checks the text of a run.json; `path` is for the message. Throws a StorageError for what is no
 * record, and for a record of a version that this program does not know.
 */
export function parseRecord(text: string, path: string): RunRecord {
  const broken = (why: string) =>
    new StorageError(`Cannot read the run's record "${path}": ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(`it is not JSON (${(error as SyntaxError).message}). Restore it from a copy`);
  }
  const version = z.object({ version: z.unknown() }).safeParse(json).data?.version;
  if (version !== RECORD_VERSION) {
    throw broken(
      `expected version ${RECORD_VERSION}, got ${JSON.stringify(version) ?? "none"}. ` +
        "A newer Atelier may have written it: open it with that one",
    );
  }
  const parsed = RunRecordFile.safeParse(json);
  if (!parsed.success) throw broken(`${firstIssue(parsed.error)}. Restore it from a copy`);
  return parsed.data;
}

/** Reads a run folder's record. Throws a StorageError where it is missing or broken. */
export function readRecord(folder: string): RunRecord {
  const path = join(folder, RUN_FILES.record);
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    throw new StorageError(`Cannot open run "${folder}": there is no ${RUN_FILES.record} in it`);
  }
  return parseRecord(text, path);
}

/** Puts the record in place in one stroke. `interrupted` is derived by readers and never written. */
export function writeRecord(folder: string, record: RunRecord): void {
  if (record.status === "interrupted") {
    throw new RangeError(`Cannot write a run as "interrupted": expected how it really ended`);
  }
  const path = join(folder, RUN_FILES.record);
  const finite = Object.entries(record.metrics).filter(([, value]) => Number.isFinite(value));
  const text = JSON.stringify({ ...record, metrics: Object.fromEntries(finite) }, null, 2) + "\n";
  orStorageError(
    "write the run's record",
    path,
    () => writeWhole(path, new TextEncoder().encode(text)),
  );
}
