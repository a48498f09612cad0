/** A checkpoint's two safetensors files and its manifest, to and from what trainers exchange. */
import { z } from "zod";
import type { NamedArray, NamedArrays, Snapshot } from "../core/named_arrays.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsArray,
  SafetensorsError,
} from "../core/safetensors.ts";
import { firstIssue } from "./record.ts";
import { StorageError } from "./storage_error.ts";

/** What sampling and comparing need. */
export const GENERATOR_FILE = "generator.safetensors";
/** What only resuming needs. */
export const STATE_FILE = "state.safetensors";
/** Lists the other files with their sizes and hashes. */
export const MANIFEST_FILE = "checkpoint.json";

/** Where each of a generator's two sets of weights stands among a file's names. */
export const GENERATOR_PREFIXES = { raw: "generator/", ema: "generator_ema/" } as const;
/** The last update's weights, or their moving average. */
export type GeneratorWeights = keyof typeof GENERATOR_PREFIXES;

/** What sampling, exporting and comparing need of a checkpoint. */
export interface GeneratorFile {
  readonly step: number;
  /** Of the whole file. */
  readonly sha256: string;
  /** TensorFlow.js `modelTopology`, as JSON text. */
  readonly topology: string;
  /** `generator/…` and `generator_ema/…`, each in the topology's order of weights. */
  readonly weights: NamedArrays;
}

/** Reads a file of a run: what the format refuses is, here, a fault of the run's storage. */
function decode(bytes: Uint8Array<ArrayBuffer>, source: string): Safetensors {
  try {
    return decodeSafetensors(bytes, source);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new StorageError(error.message, { cause: error });
  }
}

function asArrays(named: NamedArrays): Map<string, SafetensorsArray> {
  return new Map(
    Array.from(named, ([name, { shape, data }]) => [name, { dtype: "F32", shape, data }]),
  );
}

function asNamed({ arrays }: Safetensors, source: string): NamedArrays {
  return new Map(Array.from(arrays, ([name, { dtype, shape, data }]) => {
    if (!(data instanceof Float32Array)) {
      throw new StorageError(
        `Cannot read weights from "${source}": expected dtype F32, got ${dtype} in "${name}"`,
      );
    }
    return [name, { shape, data }];
  }));
}

function metadataOf({ metadata }: Safetensors, key: string, source: string): string {
  const value = metadata[key];
  if (value !== undefined) return value;
  throw new StorageError(
    `Cannot read "${source}": expected "${key}" among its metadata, got ${
      Object.keys(metadata).join(", ") || "none"
    }`,
  );
}

/** The files of a checkpoint by name, without the manifest. No time or place goes in. */
export function encodeSnapshot(
  snapshot: Snapshot,
  step: number,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const generator = encodeSafetensors({
    metadata: {
      step: String(step),
      topology: snapshot.topology,
      prefixes: JSON.stringify(GENERATOR_PREFIXES),
    },
    arrays: asArrays(snapshot.generator),
  });
  const state = encodeSafetensors({
    metadata: { step: String(step), meta: JSON.stringify(snapshot.meta) },
    arrays: asArrays(snapshot.state),
  });
  return new Map([[GENERATOR_FILE, generator], [STATE_FILE, state]]);
}

/** Reads a generator file's bytes, `source` being its path; the arrays are views on `bytes`. */
export function decodeGenerator(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): Pick<GeneratorFile, "topology" | "weights"> {
  const file = decode(bytes, source);
  return { topology: metadataOf(file, "topology", source), weights: asNamed(file, source) };
}

/** Reads a state file's bytes, `source` being its path; the arrays are views on `bytes`. */
export function decodeState(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): Pick<Snapshot, "state" | "meta"> {
  const file = decode(bytes, source);
  const meta = JSON.parse(metadataOf(file, "meta", source)) as Snapshot["meta"];
  return { state: asNamed(file, source), meta };
}

/** Either set of a generator file's weights, by the names that its layers give them. */
export function weightsOf(file: GeneratorFile, which: GeneratorWeights): NamedArrays {
  const prefix = GENERATOR_PREFIXES[which];
  const weights = new Map<string, NamedArray>();
  for (const [name, array] of file.weights) {
    if (name.startsWith(prefix)) weights.set(name.slice(prefix.length), array);
  }
  if (weights.size > 0) return weights;
  throw new StorageError(
    `Cannot open the ${which} generator of step ${file.step}: expected weights named "${prefix}…", ` +
      `got ${[...file.weights.keys()].join(", ") || "none"}`,
  );
}

const Manifest = z.strictObject({
  version: z.literal(1),
  step: z.int().min(0),
  files: z.array(z.strictObject({
    name: z.enum([GENERATOR_FILE, STATE_FILE]),
    bytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })).length(2),
});

/** checkpoint.json: which files make the checkpoint, and what their bytes hash to. */
export type Manifest = z.infer<typeof Manifest>;

/** Checks a manifest's text. Throws a StorageError that names `source`. */
export function parseManifest(text: string, source: string, step: number): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StorageError(`Cannot read "${source}": not JSON (${(error as Error).message})`);
  }
  const manifest = Manifest.safeParse(json);
  if (!manifest.success) {
    throw new StorageError(`Cannot read "${source}": ${firstIssue(manifest.error)}`);
  }
  if (manifest.data.step !== step) {
    throw new StorageError(
      `Cannot read "${source}": expected step ${step}, as its folder says, got ${manifest.data.step}`,
    );
  }
  return manifest.data;
}
