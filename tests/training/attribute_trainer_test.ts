import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildAttributeClassifier } from "../../models/attribute_classifier.ts";
import { answerLayout } from "../../src/core/attributes.ts";
import type { Snapshot } from "../../src/core/named_arrays.ts";
import { Rng } from "../../src/core/rng.ts";
import {
  AttributeTrainer,
  CLASSIFIER_PREFIX,
  type LabelledBatch,
} from "../../src/training/attribute_trainer.ts";

await tf.setBackend("cpu");

const layout = answerLayout([
  { name: "bright", kind: "binary", choice: null, of: null, identity: false },
  { name: "shade", kind: "continuous", choice: null, of: null, identity: false },
]);
const NETWORK = { size: 8, channels: 1, filters: 2, features: 4, answers: 2, dropout: 0 };

/** Pictures of one shade each. */
function shades(seed: number, count = 6): LabelledBatch {
  const rng = new Rng(seed, "shades");
  const pixels = new Float32Array(count * 64);
  const values = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const shade = rng.uniform(-1, 1);
    for (let p = 0; p < 64; p++) pixels[i * 64 + p] = shade + rng.uniform(-0.1, 0.1);
    values.set([shade > 0 ? 1 : 0, shade], 2 * i);
  }
  const images = { pixels, count, size: 8, channels: 1 };
  return { images, values, known: new Float32Array(2 * count).fill(1) };
}

function tinyTrainer(seed = 1): AttributeTrainer {
  const rng = new Rng(seed, "weights");
  const networks = {
    classifier: buildAttributeClassifier(NETWORK, rng),
    average: buildAttributeClassifier(NETWORK, rng),
  };
  const calibration = shades(99, 16).images;
  return new AttributeTrainer(networks, {
    ...{ learningRate: 0.01, finalShare: 0.1, totalSteps: 6 },
    ...{ emaDecay: 0.9, layout, calibration },
  });
}

Deno.test("AttributeTrainer: same seed, same numbers; a restored one goes on like one never stopped", async () => {
  const [whole, first] = [tinyTrainer(), tinyTrainer()];
  const losses: number[] = [];
  for (let step = 1; step <= 6; step++) {
    const { losses: { attributes } } = await whole.step(shades(step));
    losses.push(attributes!);
    if (step <= 3) assertEquals((await first.step(shades(step))).losses["attributes"], attributes);
  }
  const resumed = tinyTrainer(7);
  resumed.restore(await first.snapshot());
  for (let step = 4; step <= 6; step++) {
    assertEquals((await resumed.step(shades(step))).losses["attributes"], losses[step - 1]);
  }
  const [{ topology: _, ...after }, { topology: __, ...expected }] = await Promise.all(
    [resumed, whole].map((trainer) => trainer.snapshot()),
  ) as [Snapshot, Snapshot]; // topologies name the seeds that weights began from
  assertEquals(after, expected);
  for (const trainer of [whole, first, resumed]) trainer.dispose();
});

Deno.test("AttributeTrainer moves every weight of the classifier, and leaks nothing", async () => {
  const before = tf.memory().numTensors;
  const trainer = tinyTrainer();
  const { generator: start } = await trainer.snapshot();
  const held: number[] = [];
  for (let step = 1; step <= 3; step++) {
    await trainer.step(shades(step));
    held.push(tf.memory().numTensors);
  }
  const { generator: end, state, topology } = await trainer.snapshot();
  for (const [name, { data }] of start) {
    const moved = end.get(name)!.data.some((value, i) => value !== data[i]);
    assert(moved || name === `${CLASSIFIER_PREFIX}answers/bias` || name.includes("moving"), name);
  }
  assertEquals(new Set(held).size, 1);
  assertEquals([...state.keys()].every((name) => /^[mv]\//.test(name)), true);
  assert(JSON.parse(topology) !== null);
  trainer.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("AttributeTrainer.restore() refuses what is no snapshot of its own", async () => {
  const trainer = tinyTrainer();
  const snapshot = await trainer.snapshot();
  assertThrows(() => trainer.restore({ ...snapshot, meta: {} }), RangeError, "Cannot restore");
  assertThrows(
    () => trainer.restore({ ...snapshot, generator: new Map() }),
    RangeError,
    "the snapshot lacks it",
  );
  trainer.dispose();
});
