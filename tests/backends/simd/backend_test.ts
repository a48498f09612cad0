import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { HeapError } from "../../../src/backends/simd/heap.ts";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
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

Deno.test("data() returns a copy of what lies on the JavaScript heap, too", async () => {
  const x = tf.tensor1d([1, 2]);
  for (const tensor of [x, tf.asinh(x), tf.tensor1d(Float32Array.of(3, 4))]) {
    const before = [...await tensor.data()];
    (await tensor.data()).fill(9);
    assertEquals([...await tensor.data()], before);
    tensor.dispose();
  }
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

Deno.test("a tensor of more elements than kernels count is an error", () => {
  assertThrows(
    () => backend.output([2 ** 16, 2 ** 15], "bool"),
    HeapError,
    "Cannot make a tensor of 2147483648 elements: kernels count up to 2147483647",
  );
});

Deno.test("a kernel that runs out of memory keeps none, and the next goes on", async () => {
  const small = await registerSimd({
    ...{ threads: 2, limit: 4 * 2 ** 20, startWorker: startUnreferencedWorker },
  });
  await tf.setBackend(SIMD);
  const x = tf.ones([700, 700]);
  small.address(x);
  const before = small.memory().used;
  const error = assertThrows(() => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), HeapError);
  assertMatch(
    error.message,
    /^Cannot allocate 1\.9 MiB .* 2\.9 MiB are in use and 3\.\d MiB of at most 4\.0 MiB/,
  );
  tf.dispose(tf.tidy(() => x.slice([0, 0], [10, 10]).add(1)));
  assertEquals(small.memory().used, before);
  x.dispose();
});
