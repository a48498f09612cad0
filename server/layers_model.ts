/**
 * A checkpoint's generator in the format that stock `tf.loadLayersModel(url)` opens: `model.json`
 * with the topology and a manifest, and the weights beside it, one after another.
 * https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/io/types.ts (ModelJSON)
 */
import {
  type GeneratorFile,
  type GeneratorWeights,
  weightsOf,
} from "../src/runs/checkpoint_format.ts";

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

/** The model.json of one kind of weights. Throws a StorageError where the file has none of them. */
export function layersModelJson(file: GeneratorFile, kind: GeneratorWeights): LayersModelJson {
  const weights = Array.from(weightsOf(file, kind), ([name, { shape }]): WeightSpec => (
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
  const arrays = Array.from(weightsOf(file, kind).values(), ({ data }) => data);
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return bytes;
}
