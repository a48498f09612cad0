/** Arrays kept in a file that appears whole, and that damage anywhere makes worthless. */
import { sha256 } from "../../data/packed.ts";
import { writeWhole } from "../core/fs.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsArray,
  SafetensorsError,
} from "../core/safetensors.ts";

/** Arrays by name, and words about them. */
export interface SealedArrays {
  readonly arrays: ReadonlyMap<string, SafetensorsArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Digest of everything that counts, as text. */
function seal({ arrays, metadata }: SealedArrays): string {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const parts = [...arrays].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(
    ([name, { dtype, shape, data }]) => [
      encode([name, dtype, shape]),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ],
  );
  const words = Object.entries(metadata).filter(([name]) => name !== "sha256").sort();
  return Array.from(sha256(encode(words), ...parts), (b) => b.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** Writes the file in one stroke, over what is there. */
export function writeSealed(path: string, { arrays, metadata }: SealedArrays): void {
  const sealed = { ...metadata, sha256: seal({ arrays, metadata }) };
  writeWhole(path, encodeSafetensors({ arrays, metadata: sealed }));
}

/**
 * Reads a file that `writeSealed` wrote. Returns null where there is none; throws a SafetensorsError
 * for one that is damaged.
 */
export function readSealed(path: string): SealedArrays | null {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const { arrays, metadata } = decodeSafetensors(bytes, path);
  if (metadata.sha256 !== seal({ arrays, metadata })) {
    throw new SafetensorsError(`"${path}" is damaged: its content differs from its checksum`);
  }
  return { arrays, metadata };
}
