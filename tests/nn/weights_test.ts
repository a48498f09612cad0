import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { readArrays, under, writeArrays } from "../../src/nn/weights.ts";

await tf.setBackend("cpu");

Deno.test("readArrays() and writeArrays() carry values, shapes, order and prefixes", async () => {
  const a = tf.variable(tf.tensor2d([[1, 2, 3]]));
  const b = tf.variable(tf.scalar(4));
  const variables = under("net", [{ name: "a", variable: a }, { name: "b", variable: b }]);
  const arrays = await readArrays(variables);
  assertEquals([...arrays.keys()], ["net/a", "net/b"]);
  assertEquals(arrays.get("net/a"), { shape: [1, 3], data: Float32Array.of(1, 2, 3) });

  a.assign(tf.tidy(() => a.add(1)));
  b.assign(tf.tidy(() => b.add(1)));
  const tensors = tf.memory().numTensors;
  writeArrays(variables, arrays);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(await readArrays(variables), arrays);
  tf.dispose([a, b]);
});

Deno.test("writeArrays() sets nothing when a name is missing or a shape differs", async () => {
  const a = tf.variable(tf.tensor1d([1, 2]));
  const b = tf.variable(tf.tensor1d([3]));
  const variables = [{ name: "a", variable: a }, { name: "b", variable: b }];
  const arrays = new Map([["a", { shape: [2], data: Float32Array.of(7, 8) }]]);
  assertThrows(
    () => writeArrays(variables, arrays),
    RangeError,
    'Cannot restore "b": the snapshot lacks it.',
  );
  arrays.set("b", { shape: [1, 1], data: Float32Array.of(9) });
  assertThrows(
    () => writeArrays(variables, arrays),
    RangeError,
    'Cannot restore "b": expected shape [1], got [1, 1].',
  );
  assertEquals(await a.data(), Float32Array.of(1, 2));
  tf.dispose([a, b]);
});
