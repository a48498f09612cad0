import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { between, compareWithStock, normal, openGuardedSimd } from "./against_stock.ts";

const backend = await openGuardedSimd();

Deno.test("a stock kernel's view of its input survives the input", async () => {
  const x = tf.tensor1d([1, 2, 3, 4]);
  backend.address(x);
  const y = tf.slice(x, [1], [2]);
  x.dispose();
  const z = tf.tensor1d([9, 9, 9, 9]);
  backend.address(z);
  assertEquals([...await y.data()], [2, 3]);
  tf.dispose([y, z]);
});

Deno.test("data() returns a copy that outlives its tensor", async () => {
  const x = tf.tensor1d([1, 2]);
  backend.address(x);
  const values = await x.data();
  x.dispose();
  assertEquals([...values], [1, 2]);
});

Deno.test("stock kernels work on tensors in shared memory", async () => {
  await compareWithStock(
    backend,
    "Add",
    (rng) => {
      const shape = [between(rng, 0, 5), between(rng, 1, 9)];
      return { inputs: { a: normal(rng, shape), b: normal(rng, shape) }, attributes: {} };
    },
    0,
    20,
  );
});
