import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { profileKernels } from "../../src/backends/profile.ts";
import { embed, embedding } from "../../src/nn/embedding.ts";

await tf.setBackend("cpu");

const ids = () => tf.tensor2d([[1, 3, 1], [0, 1, 4]], [2, 3], "int32");

Deno.test("embed() gives rows of its table, and sums gradients over the places of a word", () => {
  tf.tidy(() => {
    const table = tf.range(0, 10).reshape<tf.Tensor2D>([5, 2]);
    const rows = embed(table, ids());
    assertEquals(rows.shape, [2, 3, 2]);
    assertEquals(Array.from(rows.dataSync()), [2, 3, 6, 7, 2, 3, 0, 1, 2, 3, 8, 9]);
    const dy = tf.range(1, 13).reshape([2, 3, 2]);
    const gradient = tf.grad((table) => embed(table as tf.Tensor2D, ids()))(table, dy);
    assertEquals(Array.from(gradient.dataSync()), [7, 8, 15, 18, 0, 0, 3, 4, 11, 12]);
  });
});

Deno.test("embedding() is the stock layer, opened by stock TensorFlow.js", () => {
  const options = { name: "words", inputDim: 5, outputDim: 2, inputLength: 3 };
  const [ours, stock] = [embedding(options), tf.layers.embedding(options)];
  tf.tidy(() => {
    const [got, expected] = [ours, stock].map((layer) => {
      layer.apply(ids());
      layer.setWeights([tf.range(0, 10).reshape([5, 2])]);
      return (layer.apply(ids()) as tf.Tensor).dataSync();
    });
    assertEquals(got, expected);
  });
  assertEquals(ours.getClassName(), stock.getClassName());
  assertEquals(ours.getConfig(), stock.getConfig());
  assertEquals(ours.weights[0]!.originalName, stock.weights[0]!.originalName);
  ours.dispose();
  stock.dispose();
});

Deno.test("embed()'s gradient moves nothing about", async () => {
  const { kernels } = await profileKernels(() => {
    tf.tidy(() => tf.grad((table) => embed(table as tf.Tensor2D, ids()))(tf.ones([5, 2])));
    return Promise.resolve();
  });
  const names = kernels.map(({ kernel }) => kernel);
  assert(names.includes("UnsortedSegmentSum") && !names.includes("Transpose"), names.join(", "));
});
