import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bootstrap, shareOf } from "../../src/core/intervals.ts";
import { Rng } from "../../src/core/rng.ts";
import golden from "../golden/linear_probe_sklearn.json" with { type: "json" };

Deno.test("shareOf() has Wilson's interval as scipy computes it", () => {
  for (const [successes, count, low, high] of golden.wilson) {
    const { value, interval } = shareOf(successes!, count!);
    assertEquals(value, successes! / count!);
    assertAlmostEquals(interval[0], low!, 1e-12);
    assertAlmostEquals(interval[1], high!, 1e-12);
  }
});

Deno.test("shareOf() refuses counts that cannot be", () => {
  for (const [successes, count] of [[0, 0], [3, 2], [-1, 2], [0.5, 2]] as const) {
    assertThrows(() => shareOf(successes, count), RangeError, `got ${successes} of ${count}`);
  }
});

/** The weighted mean of `values`, and a statistic that is never defined. */
const meanOf = (values: ArrayLike<number>) => (drawn: Uint16Array) => {
  const sum = drawn.reduce((sum, times, i) => sum + times * values[i]!, 0);
  return [sum / drawn.reduce((a, b) => a + b, 0), NaN];
};

Deno.test("bootstrap() gives a mean the interval that its standard error says, by the seed alone", () => {
  const values = new Rng(4).fillNormal(new Float32Array(400));
  const [mean, never] = bootstrap(400, meanOf(values), { seed: 1 });
  const [whole] = meanOf(values)(new Uint16Array(400).fill(1));
  assertEquals(mean!.value, whole);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - whole!) ** 2, 0) / 399);
  const half = 1.96 * deviation / 20;
  assertAlmostEquals(mean!.interval[0], whole! - half, 0.2 * half);
  assertAlmostEquals(mean!.interval[1], whole! + half, 0.2 * half);
  assert(Number.isNaN(never!.value) && never!.interval.every(Number.isNaN));
  assertEquals(bootstrap(400, meanOf(values), { seed: 1 })[0], mean);
  assert(bootstrap(400, meanOf(values), { seed: 2 })[0]!.interval[0] !== mean!.interval[0]);
});

Deno.test("bootstrap()'s intervals hold the truth about 95 times in 100", () => {
  let held = 0;
  for (let trial = 0; trial < 200; trial++) {
    const values = new Rng(trial, "trial").fillNormal(new Float32Array(60));
    const options = { seed: trial, resamples: 200 };
    const { interval: [low, high] } = bootstrap(60, meanOf(values), options)[0]!;
    if (low <= 0 && high >= 0) held += 1;
  }
  assert(held >= 180 && held <= 198, `${held} of 200`); // 95 % ± 1.5 %, and 60 cases are few
});
