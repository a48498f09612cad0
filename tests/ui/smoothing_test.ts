import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { smooth } from "../../ui/state/smoothing.ts";

Deno.test("smooth() starts at the first value and keeps a constant, at any weight", () => {
  for (const weight of [0, 0.5, 0.99]) {
    assertEquals(smooth([3], weight).map((value) => Number(value!.toFixed(9))), [3]);
    for (const value of smooth([2, 2, 2, 2], weight)) assertAlmostEquals(value!, 2, 1e-9);
  }
});

Deno.test("smooth() is TensorBoard's debiased moving average", () => {
  // 0.5·0 + 0.5·1 = 0.5, over 1 - 0.5; then 0.5·0.5 + 0.5·3 = 1.75, over 1 - 0.25.
  const [first, second] = smooth([1, 3], 0.5);
  assertAlmostEquals(first!, 1, 1e-12);
  assertAlmostEquals(second!, 1.75 / 0.75, 1e-12);
});

Deno.test("smooth() passes over gaps", () => {
  const values = smooth([1, null, 3], 0.5);
  assertEquals(values[1], null);
  assertAlmostEquals(values[2]!, 1.75 / 0.75, 1e-12);
});

Deno.test("smooth() shows a thinned curve as it showed the full one", () => {
  const full = Array.from({ length: 2000 }, (_, i) => Math.sin(i / 150));
  const half = Array.from({ length: 1000 }, (_, i) => (full[2 * i]! + full[2 * i + 1]!) / 2);
  const ofFull = smooth(full, 0.9);
  const ofHalf = smooth(half, 0.9);
  for (let i = 100; i < 1000; i += 100) {
    const difference = Math.abs(ofHalf[i]! - ofFull[2 * i + 1]!);
    assert(difference < 0.02, `expected < 0.02 at point ${i}, got ${difference}`);
  }
});
