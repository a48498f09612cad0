import { assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NamedArray } from "../../../src/core/named_arrays.ts";
import { Rng } from "../../../src/core/rng.ts";
import { foldNorms } from "../../../src/metrics/lab/fold.ts";
import { buildLabNetwork, LAB_DIM, LAB_RAW_DIM } from "../../../src/metrics/lab/network.ts";
import { everything, readArrays, writeArrays } from "../../../src/nn/weights.ts";
import { useDevice } from "../device.ts";
import { assertNear } from "../models/golden_models.ts";

Deno.test("foldNorms() gives a network of the same features, projected", async () => {
  await useDevice("simd");
  const rng = new Rng(3);
  const training = buildLabNetwork(rng, { normed: true });
  const saved = buildLabNetwork(rng, { normed: false });
  const trained = new Map<string, NamedArray>();
  for (const [name, { shape, data }] of await readArrays(everything(training))) {
    // Statistics and scales as after training, not 0 and 1.
    const drawn = data.map((v) => v + rng.uniform(0, 0.5));
    trained.set(name, { shape, data: /_norm\//.test(name) ? drawn : data });
  }
  writeArrays(everything(training), trained);
  const projection = {
    kernel: Float64Array.from({ length: LAB_RAW_DIM * LAB_DIM }, () => rng.normal()),
    origin: Float64Array.from({ length: LAB_RAW_DIM }, () => rng.normal()),
  };
  writeArrays(everything(saved), foldNorms(trained, projection));
  const [expected, features] = tf.tidy(() => {
    const pictures = tf.randomUniform([2, 64, 64, 3], -1, 1, "float32", 5);
    const raw = training.predict(pictures) as tf.Tensor2D;
    const origin = tf.tensor1d(Float32Array.from(projection.origin));
    const kernel = tf.tensor2d(Float32Array.from(projection.kernel), [LAB_RAW_DIM, LAB_DIM]);
    return [tf.matMul(raw.sub(origin), kernel), saved.predict(pictures) as tf.Tensor2D];
  }) as [tf.Tensor2D, tf.Tensor2D];
  const values = [...await expected.data()];
  assertNear(await features.data(), values, 1e-4 * Math.max(...values.map(Math.abs)));
  tf.dispose([expected, features]);
  training.dispose();
  saved.dispose();
});

Deno.test("foldNorms() names an array that is missing", () => {
  const kernel = { shape: [1], data: new Float32Array(1) };
  const projection = { kernel: new Float64Array(0), origin: new Float64Array(0) };
  assertThrows(
    () => foldNorms(new Map([["conv1/kernel", kernel]]), projection),
    RangeError,
    'Cannot fold a network: expected "raw_norm/moving_mean" among its weights',
  );
});
