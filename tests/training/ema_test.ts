import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { statistics, trainable } from "../../src/nn/weights.ts";
import { MovingAverage } from "../../src/training/ema.ts";
import { latents, TINY, tinyNetworks } from "./tiny_gan.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

function setUp(decay: number) {
  const { generator, discriminator, average } = tinyNetworks();
  discriminator.dispose();
  return { generator, average, ema: new MovingAverage(generator, average, decay) };
}

const firstOf = (model: tf.LayersModel) => trainable(model)[0]!.variable;
const shift = (model: tf.LayersModel, by: number) =>
  tf.tidy(() => firstOf(model).assign(firstOf(model).add(by)));

Deno.test("MovingAverage starts as its source and follows min(decay, (1 + t)/(10 + t))", () => {
  const { generator, average, ema } = setUp(0.3);
  const start = firstOf(generator).dataSync()[0]!;
  assertEquals(firstOf(average).dataSync(), firstOf(generator).dataSync());

  let expected = 0; // above the start
  shift(generator, 1);
  for (let step = 1; step <= 6; step++) {
    ema.update(step);
    const decay = Math.min(0.3, (1 + step) / (10 + step));
    expected = decay * expected + (1 - decay) * 1;
    assertAlmostEquals(firstOf(average).dataSync()[0]! - start, expected, 1e-6);
  }
  generator.dispose();
  average.dispose();
});

Deno.test("MovingAverage.calibrate() makes inference give what training gives on those latents", () => {
  const { generator, average, ema } = setUp(0.9);
  tf.tidy(() => {
    const z = latents(1);
    ema.calibrate(z);
    const inference = (average.predict(z) as tf.Tensor).dataSync();
    const training = (generator.apply(z, { training: true }) as tf.Tensor).dataSync();
    for (const [i, value] of training.entries()) assertAlmostEquals(inference[i]!, value, 1e-5);
    assert(Math.max(...training.map(Math.abs)) > 0.01);
  });
  generator.dispose();
  average.dispose();
});

Deno.test("MovingAverage.calibrate() forgets its past and leaks nothing", () => {
  const { generator, average, ema } = setUp(0.9);
  const [z, other] = [latents(1), latents(9)];
  const values = () => statistics(average).map(({ variable }) => variable.dataSync().slice());
  ema.calibrate(z);
  const [once, tensors] = [values(), tf.memory().numTensors];
  ema.calibrate(other);
  ema.calibrate(z);
  ema.update(1);
  assertEquals(values(), once);
  assertEquals(tf.memory().numTensors, tensors);
  tf.dispose([z, other]);
  generator.dispose();
  average.dispose();
});

Deno.test("MovingAverage refuses networks whose weights differ", () => {
  const { generator, ...others } = tinyNetworks();
  const wider = tinyNetworks(1, { ...TINY, filters: 3 });
  assertThrows(
    () => new MovingAverage(generator, wider.average, 0.9),
    RangeError,
    'Cannot average "generator" into "generator": expected project/kernel [4,128]',
  );
  for (const model of [generator, ...Object.values(others), ...Object.values(wider)]) {
    model.dispose();
  }
});
