import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import type { FeatureMatrix } from "../../../src/metrics/extractor.ts";
import { openExtractor } from "../../../src/metrics/open_extractor.ts";
import { DEVICES, useDevice, withoutLeak } from "../device.ts";
import { assertNear, goldenPictures } from "./golden_models.ts";

type Json = Record<string, unknown>;

/** A folder with model.json and its weights, gone when the test is over. */
function modelFolder(json: Json, weights: ArrayBuffer): { path: string } & Disposable {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(join(folder, "tiny net"));
  const path = join(folder, "tiny net", "model.json");
  Deno.writeTextFileSync(path, JSON.stringify(json));
  // In two files, as converters cut large ones.
  const half = weights.byteLength >> 1;
  Deno.writeFileSync(join(folder, "tiny net", "a.bin"), new Uint8Array(weights, 0, half));
  Deno.writeFileSync(join(folder, "tiny net", "b.bin"), new Uint8Array(weights, half));
  return { path, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

const PATHS = ["a.bin", "b.bin"];

/** Keeps a layers model's files in memory, as `model.save` hands them over. */
async function savedLayers(model: tf.LayersModel): Promise<[Json, ArrayBuffer]> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  const { modelTopology, weightSpecs, weightData } = saved!;
  const weightsManifest = [{ paths: PATHS, weights: weightSpecs }];
  return [{ format: "layers-model", modelTopology, weightsManifest }, weightData as ArrayBuffer];
}

const PICTURES = goldenPictures(3, 8, 3);

/** A network for 8-pixel pictures whose last layers are `pool`, [B, 5], and `classes`, [B, 4]. */
function tinyNetwork(): tf.LayersModel {
  const kernel = (seed: number) => tf.initializers.glorotNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [8, 8, 3] }),
      tf.layers.conv2d({ name: "conv", filters: 5, kernelSize: 3, kernelInitializer: kernel(1) }),
      tf.layers.globalAveragePooling2d({ name: "pool" }),
      tf.layers.dense({
        name: "classes",
        units: 4,
        activation: "softmax",
        kernelInitializer: kernel(2),
      }),
    ],
  });
}

/** What the network itself makes of the golden pictures, up to a layer. */
async function expected(network: tf.LayersModel, layer: string): Promise<number[]> {
  const part = tf.model({
    inputs: network.inputs,
    outputs: network.getLayer(layer).output as tf.SymbolicTensor,
  });
  const outputs = tf.tidy(() =>
    part.predict(tf.tensor4d(PICTURES.pixels, [3, 8, 8, 3])) as tf.Tensor
  );
  const values = [...await outputs.data()];
  outputs.dispose();
  return values;
}

const shapeOf = ({ count, dim }: FeatureMatrix) => [count, dim];

for (const device of DEVICES) {
  Deno.test(`a layers model of several files gives its features on ${device}`, async () => {
    await useDevice(device);
    const network = tinyNetwork();
    using folder = modelFolder(...await savedLayers(network));
    const [pool, classes] = [await expected(network, "pool"), await expected(network, "classes")];
    await withoutLeak(async () => {
      using alone = await openExtractor(folder.path);
      assertEquals([alone.name, alone.dim], ["tfjs-tiny-net", 4]);
      const last = await alone.extract(PICTURES);
      assertNear(last.features.values, classes, 1e-5);
      assertEquals(last.probabilities, null);
    });
    await withoutLeak(async () => {
      using inner = await openExtractor(`${folder.path},features=pool,probabilities=classes`);
      const { features, probabilities } = await inner.extract(PICTURES);
      assertEquals([shapeOf(features), shapeOf(probabilities!)], [[3, 5], [3, 4]]);
      assertNear(features.values, pool, 1e-5);
      assertNear(probabilities!.values, classes, 1e-5); // rows add up to 1 already
    });
    network.dispose();
  });
}

/** The nodes of a graph model that convolves 1×1, `conv`, and averages, `mean`. */
function tinyGraph(): [Json, ArrayBuffer] {
  const float = { type: "DT_FLOAT" };
  const list = (i: number[]) => ({ list: { i: i.map(String) } });
  const node = (name: string, op: string, input: string[], attr: Json) => ({
    name,
    op,
    input,
    attr,
  });
  const shape = { shape: { dim: [-1, 8, 8, 3].map((size) => ({ size: String(size) })) } };
  const weights = [
    { name: "kernel", shape: [1, 1, 3, 2], dtype: "float32" },
    { name: "axes", shape: [2], dtype: "int32" },
  ];
  const constant = (name: string, type: string) =>
    node(name, "Const", [], { dtype: { type }, value: { tensor: {} } });
  const nodes = [
    node("image", "Placeholder", [], { dtype: float, shape }),
    constant("kernel", "DT_FLOAT"),
    constant("axes", "DT_INT32"),
    node("conv", "Conv2D", ["image", "kernel"], {
      T: float,
      strides: list([1, 1, 1, 1]),
      dilations: list([1, 1, 1, 1]),
      padding: { s: btoa("VALID") },
      data_format: { s: btoa("NHWC") },
    }),
    node("mean", "Mean", ["conv", "axes"], { T: float, keep_dims: { b: false } }),
  ];
  const data = new ArrayBuffer(6 * 4 + 2 * 4);
  new Float32Array(data, 0, 6).set([1, 0, 0, 2, -1, 0.5]);
  new Int32Array(data, 24, 2).set([1, 2]);
  const weightsManifest = [{ paths: PATHS, weights }];
  const modelTopology = { node: nodes, versions: { producer: 1 } };
  return [{ format: "graph-model", modelTopology, weightsManifest }, data];
}

Deno.test("a graph model gives its output, or the node that is named", async () => {
  await useDevice("cpu");
  using folder = modelFolder(...tinyGraph());
  const means = Array.from({ length: 3 }, (_, i) => {
    const sums = [0, 0, 0];
    PICTURES.pixels.slice(i * 192, (i + 1) * 192).forEach((v, at) => sums[at % 3]! += v / 64);
    const [r, g, b] = sums as [number, number, number];
    return [r - b, 2 * g + 0.5 * b]; // the kernel's columns
  }).flat();
  for (const node of ["", ",features=conv"]) { // a map is averaged: the same numbers
    await withoutLeak(async () => {
      using extractor = await openExtractor(folder.path + node);
      assertEquals([extractor.name, extractor.dim], ["tfjs-tiny-net", 2]);
      assertNear((await extractor.extract(PICTURES)).features.values, means, 1e-5);
    });
  }
  const error = await assertRejects(
    () => openExtractor(`${folder.path},features=nope`),
    RangeError,
  );
  assert(error.message.startsWith("Cannot compute nope: "), error.message);
});

Deno.test("inception: takes the place of 2,048 numbers within a layers model", async () => {
  await useDevice("simd");
  const network = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [null, null, 3] as unknown as tf.Shape }),
      tf.layers.conv2d({ name: "conv", filters: 2048, kernelSize: 1, strides: 64 }),
      tf.layers.globalAveragePooling2d({ name: "avg_pool" }),
      tf.layers.dense({ name: "predictions", units: 1000 }),
    ],
  });
  using folder = modelFolder(...await savedLayers(network));
  using extractor = await openExtractor(`inception:${folder.path}`);
  assertEquals([extractor.name, extractor.dim], ["inception", 2048]);
  const { features, probabilities } = await extractor.extract(goldenPictures(2, 16, 1));
  assertEquals([shapeOf(features), shapeOf(probabilities!)], [[2, 2048], [2, 1000]]);
  const sums = [0, 1].map((i) =>
    probabilities!.values.slice(1000 * i, 1000 * i + 1000).reduce((a, b) => a + b, 0)
  );
  assertNear(sums, [1, 1], 1e-4);
  network.dispose();
});

const tiny = (): Json => ({
  modelTopology: { node: [], versions: { producer: 1 } },
  weightsManifest: [{ paths: PATHS, weights: [] }],
});

const REFUSED: readonly [what: string, json: () => Json, message: string][] = [
  ["what is no model.json", () => ({ weights: 1 }), 'and "modelTopology" is not as there'],
  ["a model without nodes", tiny, "expected one input, for pictures, got none"],
  [
    "a topology of no layers",
    () => ({ ...tiny(), modelTopology: { a: 1 } }),
    "Cannot open the model",
  ],
];

for (const [what, json, message] of REFUSED) {
  Deno.test(`openExtractor() refuses ${what}`, async () => {
    await useDevice("cpu");
    using folder = modelFolder(json(), new ArrayBuffer(0));
    const error = await assertRejects(() => openExtractor(folder.path), RangeError);
    assert(error.message.includes(message), error.message);
    assert(error.message.includes(folder.path), error.message);
  });
}

Deno.test("openExtractor() names a weights file that is missing, and one that is short", async () => {
  await useDevice("cpu");
  const [json, weights] = tinyGraph();
  using short = modelFolder(json, weights.slice(0, 8));
  const cut = await assertRejects(() => openExtractor(short.path), RangeError);
  assert(cut.message.includes(`Cannot open the model "${short.path}"`), cut.message);
  using folder = modelFolder(json, weights);
  Deno.removeSync(join(folder.path, "../b.bin"));
  const missing = await assertRejects(() => openExtractor(folder.path), RangeError);
  assert(/Cannot read the model file ".*b\.bin": there is no such file/.test(missing.message));
});

Deno.test("a model that gives NaN is refused on opening", async () => {
  await useDevice("cpu");
  const [json, weights] = tinyGraph();
  new Float32Array(weights, 0, 1).set([NaN]);
  using folder = modelFolder(json, weights);
  const error = await assertRejects(() => openExtractor(folder.path), RangeError);
  assert(error.message.includes('it gives NaN in "mean"'), error.message);
});
