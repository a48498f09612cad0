/**
 * A checkpoint's generator in the format that stock `tf.loadLayersModel(url)` opens: `model.json`
 * with the topology and a manifest, and the weights beside it, one after another.
 * https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/io/types.ts (ModelJSON)
 */
import {
  GENERATOR_PREFIXES,
  type GeneratorFile,
  type GeneratorWeights,
} from "../src/runs/checkpoint_format.ts";
import type { NamedArray } from "../src/core/named_arrays.ts";
import { StorageError } from "../src/runs/storage_error.ts";

/** The name that model.json gives its weights. */
export const WEIGHTS_FILE = "weights.bin";

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32";
}

/** model.json, as TensorFlow.js reads it. */
export interface LayersModelJson {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: unknown;
  readonly weightsManifest: readonly [
    { readonly paths: readonly [string]; readonly weights: readonly WeightSpec[] },
  ];
}

/** The weights of one kind under the names that the topology's layers give them, in its order. */
function weightsOf(file: GeneratorFile, kind: GeneratorWeights): [string, NamedArray][] {
  const prefix = GENERATOR_PREFIXES[kind];
  const weights: [string, NamedArray][] = [];
  for (const [name, array] of file.weights) {
    if (name.startsWith(prefix)) weights.push([name.slice(prefix.length), array]);
  }
  if (weights.length > 0) return weights;
  throw new StorageError(
    `Cannot export the ${kind} generator of step ${file.step}: expected weights named "${prefix}…", ` +
      `got ${[...file.weights.keys()].join(", ") || "none"}`,
  );
}

/** The model.json of one kind of weights. Throws a StorageError where the file has none of them. */
export function layersModelJson(file: GeneratorFile, kind: GeneratorWeights): LayersModelJson {
  const weights = weightsOf(file, kind).map(([name, { shape }]): WeightSpec => (
    { name, shape, dtype: "float32" }
  ));
  return {
    format: "layers-model",
    generatedBy: "Atelier",
    convertedBy: null,
    modelTopology: JSON.parse(file.topology),
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights }],
  };
}

/** The bytes that belong to `layersModelJson` of the same arguments: float32, little-endian. */
export function layersModelWeights(
  file: GeneratorFile,
  kind: GeneratorWeights,
): Uint8Array<ArrayBuffer> {
  const arrays = weightsOf(file, kind).map(([, { data }]) => data);
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}
