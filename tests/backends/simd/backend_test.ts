import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
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

Deno.test("a tensor is counted once, wherever its values lie, and moves between backends", async () => {
  const before = backend.numDataIds();
  const x = tf.tensor1d([1, 2, 3]);
  backend.address(x);
  assertEquals(backend.numDataIds(), before + 1);
  await tf.setBackend("cpu");
  const y = tf.neg(x); // takes x along
  assertEquals(backend.numDataIds(), before);
  await tf.setBackend(SIMD);
  const z = tf.neg(y);
  assertEquals([...await z.data()], [1, 2, 3]);
  assertEquals([...await x.data()], [1, 2, 3]);
  tf.dispose([x, y, z]);
  assertEquals(backend.numDataIds(), before);
  backend.threads.heap.checkGuards();
});

Deno.test("complex tensors work, and leave nothing behind", async () => {
  const [count, { used }] = [backend.numDataIds(), backend.memory()];
  const spectrum = tf.tidy(() => {
    const signal = tf.complex(tf.tensor1d([1, 2, 3, 4]), tf.zeros([4]));
    return tf.real(tf.spectral.ifft(tf.spectral.fft(signal)));
  });
  assertEquals([...await spectrum.data()].map(Math.round), [1, 2, 3, 4]);
  spectrum.dispose();
  assertEquals([backend.numDataIds(), backend.memory().used], [count, used]);
});

Deno.test("tensors that share numbers of another type are converted, and freed together", async () => {
  const before = backend.threads.heap.report().used;
  await tf.setBackend(REFERENCE);
  const whole = tf.tensor1d([1, 2, 3], "int32");
  const cast = whole.cast("float32"); // the stock kernel's: it shares the int32 numbers
  await tf.setBackend(SIMD);
  const [ofCast, ofWhole] = [tf.relu(cast), tf.abs(whole)];
  assertEquals([...await ofCast.data()], [1, 2, 3]);
  assertEquals([...await ofWhole.data()], [1, 2, 3]);
  tf.dispose([whole, cast, ofCast, ofWhole]);
  assertEquals(backend.threads.heap.report().used, before);
});
