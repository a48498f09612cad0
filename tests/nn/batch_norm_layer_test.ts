import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  BatchNormalization,
  batchNormalization,
  type BatchNormalizationOptions,
  type PassOptions,
} from "../../src/nn/batch_norm_layer.ts";
import { assertClose, waves } from "./differences.ts";
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

registerReferenceKernels();
await tf.setBackend("cpu");

const normal = (seed: number) => tf.initializers.randomNormal({ mean: 1, stddev: 0.1, seed });

const OPTIONS: BatchNormalizationOptions = {
  name: "norm",
  momentum: 0.9,
  epsilon: 1e-5,
  gammaInitializer: normal(1),
  betaInitializer: normal(2),
  movingMeanInitializer: normal(3),
  movingVarianceInitializer: normal(4),
};

/** The same layer twice, the stock one first. */
const pair = (options: BatchNormalizationOptions = OPTIONS) =>
  [tf.layers.batchNormalization(options), batchNormalization(options)] as const;

const batch = (shape: number[], phase = 1) =>
  tf.tensor(Float32Array.from(waves(shape.reduce((a, b) => a * b), phase, 2, 1)), shape);

/** What the layer makes of a batch, and its weights afterwards. */
function pass(layer: tf.layers.Layer, shape: number[], kwargs: PassOptions): Float32Array[] {
  return tf.tidy(() => {
    const y = layer.apply(batch(shape), { ...kwargs }) as tf.Tensor;
    return [y, ...layer.getWeights()].map((tensor) => tensor.dataSync() as Float32Array);
  });
}

for (const backend of ["cpu", REFERENCE_KERNELS]) {
  for (const shape of [[6, 4], [2, 5, 4], [2, 3, 3, 4]]) {
    Deno.test(`BatchNormalization on ${backend} gives and moves what the stock layer does: [${shape}]`, async () => {
      await tf.setBackend(backend);
      const [stock, ours] = pair();
      for (const training of [true, true, false]) {
        const expected = pass(stock, shape, { training });
        for (const [i, values] of pass(ours, shape, { training }).entries()) {
          assertClose(values, expected[i]!, 1e-5, `${i ? stock.weights[i - 1]!.name : "y"}`);
        }
      }
      stock.dispose();
      ours.dispose();
      await tf.setBackend("cpu");
    });
  }
}

Deno.test("BatchNormalization leaves its statistics where the pass asks for it", () => {
  const [, layer] = pair();
  const shape = [6, 4];
  const [y, ...before] = pass(layer, shape, { training: true, moveStatistics: false });
  const [same, ...after] = pass(layer, shape, { training: true });
  assertEquals(same, y);
  assertEquals(after.slice(0, 2), before.slice(0, 2));
  assertNotEquals(after.slice(2), before.slice(2));
  assertClose(before[2]!, tf.tidy(() => normal(3).apply([4]).dataSync()), 1e-6);
  layer.dispose();
});

Deno.test("model.apply() hands the wish for unmoved statistics on, to nested models too", () => {
  const inner = tf.sequential({ layers: [batchNormalization({ inputShape: [4], name: "inner" })] });
  const model = tf.sequential({ layers: [inner, batchNormalization({ name: "outer" })] });
  const statistics = () => model.nonTrainableWeights.map((w) => w.read().dataSync().slice());
  const start = statistics();
  tf.tidy(() => void model.apply(batch([6, 4]), { training: true, moveStatistics: false }));
  assertEquals(statistics(), start);
  tf.tidy(() => void model.apply(batch([6, 4]), { training: true }));
  for (const [i, values] of statistics().entries()) assertNotEquals(values, start[i]);
  model.dispose();
});

Deno.test("BatchNormalization saves as the stock layer, which opens what it saved", async () => {
  const build = (layer: tf.layers.Layer) => tf.sequential({ name: "model", layers: [layer] });
  const [stock, ours] = pair({ ...OPTIONS, inputShape: [4] }).map(build) as [
    tf.Sequential,
    tf.Sequential,
  ];
  const config = (model: tf.Sequential) => model.toJSON() as string;
  assertEquals(config(ours), config(stock));
  const names = (model: tf.Sequential) => model.weights.map(({ originalName }) => originalName);
  assertEquals(names(ours), names(stock));

  const saved = Promise.withResolvers<tf.io.ModelArtifacts>();
  await ours.save(tf.io.withSaveHandler((artifacts) => {
    saved.resolve(artifacts);
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  const opened = await tf.loadLayersModel(tf.io.fromMemory(await saved.promise));
  assert(!(opened.layers[0] instanceof BatchNormalization));
  tf.tidy(() => {
    const [x, y] = [
      batch([3, 4]),
      (model: tf.LayersModel, x: tf.Tensor) => model.predict(x) as tf.Tensor,
    ];
    assertEquals(y(opened, x).dataSync(), y(ours, x).dataSync());
  });
  for (const model of [stock, ours, opened]) model.dispose();
});

Deno.test("BatchNormalization trains without a scale or an offset", () => {
  for (const absent of ["scale", "center"] as const) {
    const { gammaInitializer: _gamma, betaInitializer: _beta, ...rest } = OPTIONS;
    const [whole, without] = [
      batchNormalization(rest),
      batchNormalization({ ...rest, [absent]: false }),
    ];
    const shape = [6, 4];
    assertEquals(
      pass(without, shape, { training: true })[0],
      pass(whole, shape, { training: true })[0],
    );
    assertEquals(without.weights.length, 3);
    whole.dispose();
    without.dispose();
  }
});

Deno.test("BatchNormalization over another axis than the last does as the stock layer", () => {
  const [stock, ours] = pair({ ...OPTIONS, axis: 1 });
  const shape = [3, 4, 5];
  assertEquals(pass(ours, shape, { training: true }), pass(stock, shape, { training: true }));
  stock.dispose();
  ours.dispose();
});

Deno.test("BatchNormalization takes one kernel call forward, one back, one for its statistics", async () => {
  await tf.setBackend(REFERENCE_KERNELS);
  const layer = batchNormalization(OPTIONS);
  const before = tf.tidy(() => (layer.apply(batch([6, 4])), tf.memory().numTensors));
  calls.clear();
  tf.tidy(() => {
    const x = batch([6, 4]);
    tf.grad((at) => layer.apply(at, { training: true }) as tf.Tensor)(x);
  });
  assertEquals(Object.fromEntries(calls), {
    AtelierBatchNorm: 1,
    AtelierLerp: 1,
    AtelierBatchNormGradient: 1,
  });
  assertEquals(tf.memory().numTensors, before - 2); // before counted a batch and what became of it
  layer.dispose();
  await tf.setBackend("cpu");
});
