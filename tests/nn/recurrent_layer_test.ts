import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { Gru, Lstm, type RecurrentOptions } from "../../src/nn/recurrent_layer.ts";
import { countTrainable, everything } from "../../src/nn/weights.ts";

await tf.setBackend("cpu");

const [LENGTH, DEPTH, UNITS] = [6, 3, 4];
const options = (direction: RecurrentOptions["direction"], returnSequences: boolean) => ({
  name: "recurrent",
  units: UNITS,
  direction,
  returnSequences,
});
const modelOf = (layer: tf.layers.Layer) =>
  tf.sequential({
    name: "texts",
    layers: [tf.layers.inputLayer({ name: "text", inputShape: [LENGTH, DEPTH] }), layer],
  });
const draw = () => tf.randomNormal([2, LENGTH, DEPTH], 0, 1, "float32", 7);

/** The model as stock TensorFlow.js opens it, weights by name. */
async function reopened(model: tf.LayersModel): Promise<tf.LayersModel> {
  const saved = Promise.withResolvers<tf.io.ModelArtifacts>();
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved.resolve(artifacts);
    return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
  }));
  return await tf.loadLayersModel(tf.io.fromMemory(await saved.promise));
}

const layers: readonly [string, tf.layers.Layer][] = [
  ...(["forward", "both"] as const).flatMap((direction) =>
    [true, false].flatMap((sequences): [string, tf.layers.Layer][] => [
      [`Lstm ${direction}, ${sequences}`, new Lstm(options(direction, sequences), new Rng(1))],
      [
        `Gru ${direction}, ${sequences}`,
        new Gru({ ...options(direction, sequences), resetAfter: false }, new Rng(2)),
      ],
    ])
  ),
  ["Lstm backward", new Lstm(options("backward", false), new Rng(3))],
];

for (const [name, layer] of layers) {
  Deno.test(`${name}: stock TensorFlow.js opens a saved model and computes the same`, async () => {
    const model = modelOf(layer);
    const stock = await reopened(model);
    assert(stock.layers[1]!.constructor !== layer.constructor);
    const [ours, theirs] = tf.tidy(() => {
      const x = draw();
      return [model, stock].map((m) => (m.predict(x) as tf.Tensor).dataSync()) as [
        ...[Float32Array, Float32Array],
      ];
    });
    assertEquals(ours.length, theirs.length);
    for (const [i, value] of theirs.entries()) assertAlmostEquals(ours[i]!, value, 1e-5);
    assertEquals(model.outputs[0]!.shape, stock.outputs[0]!.shape);
    model.dispose();
    stock.dispose();
  });
}

Deno.test("what stock layers cannot compute has names of its own, or is refused by them", async () => {
  const backward = new Lstm(options("backward", true), new Rng(1));
  assertEquals(backward.getClassName(), "BackwardLSTM");
  const model = modelOf(new Gru({ ...options("forward", true), resetAfter: true }, new Rng(1)));
  const refused = await reopened(model).then(() => null, (error: Error) => error.message);
  assert(refused?.includes("reset_after"), String(refused));
  model.dispose();
});

Deno.test("Lstm begins with orthogonal recurrent weights and a forget bias of 1, by its seed", () => {
  const read = (seed: number) => {
    const model = modelOf(new Lstm(options("both", true), new Rng(seed)));
    const weights = everything(model).map(({ name, variable }) =>
      [name, variable.dataSync().slice()] as const
    );
    assertEquals(countTrainable(model), 2 * 4 * UNITS * (DEPTH + UNITS + 1));
    model.dispose();
    return new Map(weights);
  };
  const weights = read(1);
  assertEquals(read(1), weights);
  assertEquals([...weights.keys()].slice(0, 3), [
    "recurrent/forward_lstm/kernel",
    "recurrent/forward_lstm/recurrent_kernel",
    "recurrent/forward_lstm/bias",
  ]);
  const zeros = Array.from({ length: UNITS }, () => 0);
  const bias = [...zeros, ...zeros.map(() => 1), ...zeros, ...zeros];
  assertEquals(Array.from(weights.get("recurrent/backward_lstm/bias")!), bias);
  const matrix = weights.get("recurrent/forward_lstm/recurrent_kernel")!;
  for (let a = 0; a < UNITS; a++) {
    for (let b = 0; b < UNITS; b++) {
      let dot = 0;
      for (let i = 0; i < 4 * UNITS; i++) {
        dot += matrix[a * 4 * UNITS + i]! * matrix[b * 4 * UNITS + i]!;
      }
      assertAlmostEquals(dot, a === b ? 1 : 0, 1e-6);
    }
  }
});

Deno.test("recurrent layers take batches of any size and leave no tensor", () => {
  for (const direction of ["forward", "backward", "both"] as const) {
    const model = modelOf(new Lstm(options(direction, false), new Rng(1)));
    const before = tf.memory().numTensors;
    for (const batch of [1, 3]) {
      const y = tf.tidy(() => model.predict(tf.zeros([batch, LENGTH, DEPTH])) as tf.Tensor);
      assertEquals(y.shape, [batch, direction === "both" ? 2 * UNITS : UNITS]);
      y.dispose();
    }
    assertEquals(tf.memory().numTensors, before);
    model.dispose();
  }
});
