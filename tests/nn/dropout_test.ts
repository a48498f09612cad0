import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { Dropout } from "../../src/nn/dropout.ts";

await tf.setBackend("cpu");

const build = (rate: number, seed = 1) => new Dropout({ name: "dropout", rate }, new Rng(seed));
const masked = (layer: Dropout, training: boolean, count = 10_000) =>
  tf.tidy(() => (layer.apply(tf.ones([count]), { training }) as tf.Tensor).dataSync());

Deno.test("Dropout zeroes a share of its inputs in training and keeps their mean", () => {
  const values = Array.from(masked(build(0.25), true));
  assertEquals(new Set(values.map((x) => x.toFixed(4))), new Set(["0.0000", "1.3333"]));
  const zeros = values.filter((x) => x === 0).length / values.length;
  assertAlmostEquals(zeros, 0.25, 4 * Math.sqrt(0.25 * 0.75 / values.length));
});

Deno.test("Dropout leaves inputs as they are outside training and at rate 0", () => {
  assert(masked(build(0.25), false).every((x) => x === 1));
  assert(masked(build(0), true).every((x) => x === 1));
});

Deno.test("Dropout draws another mask each time, all by its seed, and goes on from any of them", () => {
  const [a, b] = [build(0.5), build(0.5)];
  const masks = [masked(a, true, 64), masked(a, true, 64), masked(a, true, 64)];
  assertNotEquals(masks[0], masks[1]);
  assertEquals([masked(b, true, 64), masked(b, true, 64)], masks.slice(0, 2));
  const resumed = build(0.5);
  resumed.draws = 2;
  assertEquals(masked(resumed, true, 64), masks[2]);
  assertNotEquals(masked(build(0.5, 2), true, 64), masks[0]);
});

Deno.test("Dropout passes gradients where it passed values", () => {
  const layer = build(0.5);
  const mask = masked(layer, true, 32);
  layer.draws = 0;
  const gradient = tf.tidy(() =>
    tf.grad((x) => layer.apply(x, { training: true }) as tf.Tensor)(tf.ones([32])).dataSync()
  );
  assertEquals(gradient, mask);
});

Deno.test("a model with Dropout opens in stock TensorFlow.js", async () => {
  const layers = [tf.layers.inputLayer({ inputShape: [4] }), build(0.3)];
  const { modelTopology } = await saved(tf.sequential({ layers }));
  const opened = await tf.models.modelFromJSON(modelTopology as tf.io.ModelJSON["modelTopology"]);
  const config = opened.layers[1]!.getConfig();
  assertEquals([opened.layers[1]!.getClassName(), config["rate"]], ["Dropout", 0.3]);
});

function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  const { promise, resolve } = Promise.withResolvers<tf.io.ModelArtifacts>();
  model.save(tf.io.withSaveHandler((artifacts) => {
    resolve(artifacts);
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  return promise;
}

Deno.test("Dropout refuses rates that leave nothing", () => {
  for (const rate of [-0.1, 1, NaN]) {
    assertThrows(() => build(rate), RangeError, `expected 0 ≤ rate < 1, got ${rate}`);
  }
});
