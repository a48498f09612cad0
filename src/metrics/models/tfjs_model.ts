/** Networks in TensorFlow.js' own formats, layers and graph models, on the open device. */
import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import type { ModelFiles } from "./model_files.ts";
import {
  cannotOpen,
  type LoadedModel,
  type Model,
  type ModelOutput,
  onlyInput,
  type Port,
  portsText,
} from "./model.ts";

const Manifest = z.looseObject({
  format: z.string().nullish(),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.looseObject({
    paths: z.array(z.string().min(1)),
    weights: z.array(z.looseObject({ name: z.string() })),
  })),
});

function parseManifest(bytes: Uint8Array, place: string): z.infer<typeof Manifest> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RangeError(
      `Cannot open the model "${place}": not JSON (${(error as Error).message})`,
      { cause: error },
    );
  }
  const manifest = Manifest.safeParse(json);
  if (manifest.success) return manifest.data;
  const issue = manifest.error.issues[0]!;
  throw new RangeError(
    `Cannot open the model "${place}": expected TensorFlow.js' model.json, and "${
      issue.path.join(".")
    }" is not as there: ${issue.message}`,
  );
}

const portOf = (tensor: tf.SymbolicTensor | tf.ModelTensorInfo): Port => ({
  name: tensor.name,
  shape: tensor.shape?.map((n) => n === null || n < 0 ? null : n) ?? null,
});

/** Reads back and frees what a model gave. */
async function outputsOf(tensors: readonly tf.Tensor[]): Promise<ModelOutput[]> {
  try {
    return await Promise.all(tensors.map(async (tensor) => ({
      values: Float32Array.from(await tensor.data()),
      shape: tensor.shape,
    })));
  } finally {
    tf.dispose([...tensors]);
  }
}

class GraphPort implements Model {
  readonly format = "tfjs";
  readonly input: Port;
  readonly outputs: readonly Port[];
  readonly inner = []; // the format does not tell the shapes of its nodes
  readonly #model: tf.GraphModel;

  constructor(model: tf.GraphModel, place: string) {
    this.#model = model;
    this.outputs = model.outputs.map(portOf);
    this.input = onlyInput(model.inputs.map(portOf), place);
  }

  async run(input: tf.Tensor4D, names: readonly string[]): Promise<readonly ModelOutput[]> {
    const run = async () => {
      try {
        return await this.#model.executeAsync({ [this.input.name]: input }, [...names]);
      } catch (error) {
        throw new RangeError(
          `Cannot compute ${names.join(", ")}: ${(error as Error).message}. The model gives ${
            portsText(this.outputs)
          }`,
          { cause: error },
        );
      }
    };
    return await outputsOf([await run()].flat());
  }

  [Symbol.dispose](): void {
    this.#model.dispose();
  }
}

class LayersPort implements Model {
  readonly format = "tfjs";
  readonly input: Port;
  readonly outputs: readonly Port[];
  readonly inner: readonly Port[];
  readonly #model: tf.LayersModel;
  /** The part of the model up to the names last asked for. */
  #part: { readonly names: string; readonly model: tf.LayersModel } | null = null;

  constructor(model: tf.LayersModel, place: string) {
    this.#model = model;
    this.input = onlyInput(model.inputs.map(portOf), place);
    this.outputs = model.outputs.map((output) => ({
      ...portOf(output),
      name: output.sourceLayer.name, // a sequential model has no outputNames
    }));
    this.inner = model.layers.flatMap(({ name, output }) =>
      Array.isArray(output) ? [] : [{ ...portOf(output), name }]
    );
  }

  async run(input: tf.Tensor4D, names: readonly string[]): Promise<readonly ModelOutput[]> {
    const key = names.join();
    if (this.#part?.names !== key) {
      const outputs = names.map((name) => this.#outputOf(name));
      this.#part = { names: key, model: tf.model({ inputs: this.#model.inputs, outputs }) };
    }
    const { model } = this.#part;
    return await outputsOf(
      tf.tidy(() => [model.predict(input, { batchSize: input.shape[0] })].flat()),
    );
  }

  #outputOf(name: string): tf.SymbolicTensor {
    const output = this.#model.outputs.find(({ sourceLayer }) => sourceLayer.name === name);
    if (output) return output;
    if (this.inner.some((port) => port.name === name)) {
      return this.#model.getLayer(name).output as tf.SymbolicTensor;
    }
    throw new RangeError(
      `Cannot compute "${name}": expected one of the model's layers, ${
        this.inner.map((port) => port.name).join(", ")
      }`,
    );
  }

  [Symbol.dispose](): void {
    this.#model.dispose();
  }
}

/** Reads model.json and the weights that it lists, and builds the model. The caller disposes of it. */
export async function loadTfjsModel(files: ModelFiles): Promise<LoadedModel> {
  const { place } = files;
  const bytes = [await files.read()];
  const manifest = parseManifest(bytes[0]!, place);
  const specs = manifest.weightsManifest.flatMap(({ weights }) => weights);
  for (const path of manifest.weightsManifest.flatMap(({ paths }) => paths)) {
    bytes.push(await files.read(path));
  }
  const handler: tf.io.IOHandler = {
    load: () =>
      tf.io.getModelArtifactsForJSON(
        manifest as unknown as tf.io.ModelJSON,
        () =>
          Promise.resolve([
            specs as unknown as tf.io.WeightsManifestEntry[],
            joined(bytes.slice(1)),
          ]),
      ),
  };
  const graph = manifest.format === "graph-model" || "node" in manifest.modelTopology;
  let loaded: tf.GraphModel | tf.LayersModel;
  try {
    loaded = graph ? await tf.loadGraphModel(handler) : await tf.loadLayersModel(handler);
  } catch (error) {
    throw cannotOpen(place, error);
  }
  try {
    const port = loaded instanceof tf.GraphModel
      ? new GraphPort(loaded, place)
      : new LayersPort(loaded, place);
    return { model: port, bytes };
  } catch (error) {
    loaded.dispose();
    throw error;
  }
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all.buffer;
}
