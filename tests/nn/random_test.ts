import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { philox, philoxWords } from "../../src/nn/philox.ts";
import { randomNormal, type RandomSeed, randomUniform } from "../../src/nn/random.ts";
import { KNOWN } from "./known_philox.ts";

await tf.setBackend("cpu");

Deno.test("philox() gives the known answers of Random123", () => {
  for (const { counter, key, words } of KNOWN) {
    const got = Uint32Array.from(counter);
    philox(got, 0, key);
    assertEquals([...got], [...words]);
  }
});

Deno.test("philoxWords() is one stream, of which a longer draw has more", () => {
  const key = [7, 9] as const;
  const long = philoxWords(23, key);
  for (const count of [0, 1, 4, 6, 23]) assertEquals(philoxWords(count, key), long.slice(0, count));
  const third = Uint32Array.of(2, 0, 0, 0);
  philox(third, 0, key);
  assertEquals(long.slice(8, 12), third);
});

const read = (tensor: tf.Tensor) => {
  const values = tensor.dataSync();
  tensor.dispose();
  return values;
};

const moments = (values: ArrayLike<number>) => {
  const list = Array.from(values);
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return [2, 3, 4].reduce(
    (all, power) => [...all, list.reduce((sum, x) => sum + (x - mean) ** power, 0) / list.length],
    [mean],
  );
};

const COUNT = 100_001; // odd: the last number has no partner

Deno.test("randomUniform() is uniform in [0, 1)", () => {
  const values = read(randomUniform([COUNT], [1, 0]));
  assert(values.every((x) => x >= 0 && x < 1));
  const [mean, variance] = moments(values) as [number, number];
  assertAlmostEquals(mean, 1 / 2, 4 * Math.sqrt(1 / 12 / COUNT));
  assertAlmostEquals(variance, 1 / 12, 4 * Math.sqrt(1 / 180 / COUNT));
});

Deno.test("randomNormal() has the moments of N(0, 1), and all its numbers are finite", () => {
  const values = read(randomNormal([COUNT], [1, 1]));
  assert(values.every(Number.isFinite));
  for (const [i, [expected, variance]] of [[0, 1], [1, 2], [0, 15], [3, 96]].entries()) {
    assertAlmostEquals(
      moments(values)[i]!,
      expected!,
      4 * Math.sqrt(variance! / COUNT),
      `moment ${i + 1}`,
    );
  }
});

Deno.test("random tensors are functions of both words of their seed, and of nothing else", () => {
  for (const draw of [randomUniform, randomNormal]) {
    const of = (seed: RandomSeed, shape = [64]) => read(draw(shape, seed));
    const values = of([3, 4]);
    assertEquals(of([3, 4], [8, 8]), values);
    assertEquals(of([3, 4], [5]), values.slice(0, 5));
    for (const other of [[4, 3], [3, 5], [2, 4]] as const) {
      assert(of(other).every((x, i) => x !== values[i]));
    }
  }
  assertEquals(tf.memory().numTensors, 0);
});

Deno.test("randomNormal() is Box and Muller's of the same words as randomUniform()", () => {
  const uniform = Array.from(read(randomUniform([4], [5, 6])));
  const [u0, u1, u2, u3] = uniform as [number, number, number, number];
  const expected = [[u0, u1], [u2, u3]].flatMap(([a, b]) =>
    [Math.cos, Math.sin].map((side) => Math.sqrt(-2 * Math.log(1 - a!)) * side(2 * Math.PI * b!))
  );
  for (const [i, x] of read(randomNormal([4], [5, 6])).entries()) {
    assertAlmostEquals(x, expected[i]!, 1e-6);
  }
});

Deno.test("random tensors refuse seeds that are no words", () => {
  for (const seed of [[-1, 0], [0, 2 ** 32], [0.5, 0]] as const) {
    assertThrows(() => randomUniform([2], seed), RangeError, "expected a seed of two integers");
  }
});

Deno.test("random tensors are the same on the simd backend", async () => {
  const [uniform, normal] = [
    read(randomUniform([1003], [8, 9])),
    read(randomNormal([1003], [8, 9])),
  ];
  await openDevice(await probeDevice("simd"), { threads: 2 });
  assertEquals(read(randomUniform([1003], [8, 9])), uniform);
  for (const [i, x] of read(randomNormal([1003], [8, 9])).entries()) {
    assertAlmostEquals(x, normal[i]!, 1e-6 * Math.max(1, Math.abs(normal[i]!)));
  }
});
