import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { hash32, latentOfSeed, Rng } from "../../src/core/rng.ts";

Deno.test("Rng draws the published xoshiro128** sequence", () => {
  // tests/golden/xoshiro128.py
  const rng = Rng.from([1, 2, 3, 4]);
  assertEquals(Array.from({ length: 8 }, () => rng.nextUint32()), [
    11520,
    0,
    5927040,
    70819200,
    2031721883,
    1637235492,
    1287239034,
    3734860849,
  ]);
});

Deno.test("Rng goes on exactly from a stored state", () => {
  const rng = new Rng(7, "latents");
  rng.fillNormal(new Float32Array(5));
  const again = Rng.from(rng.state);
  assertEquals(
    Array.from({ length: 20 }, () => rng.normal()),
    Array.from({ length: 20 }, () => again.normal()),
  );
});

Deno.test("Rng separates streams by label and by every bit of the seed", () => {
  const first = (seed: number, label?: string) => new Rng(seed, label).nextUint32();
  assertNotEquals(first(1, "latents"), first(1, "batches"));
  assertNotEquals(first(1), first(2));
  assertNotEquals(first(1), first(1 + 2 ** 40));
});

Deno.test("Rng.restore() refuses what is no state", () => {
  assertThrows(() => Rng.from([0, 0, 0, 0]), RangeError, "four words, not all zero");
  assertThrows(() => Rng.from([1, 2, 3]), RangeError, "got [1, 2, 3]");
});

Deno.test("Rng.nextSeed() is never 0 and fits an int32", () => {
  const rng = new Rng(3);
  for (let i = 0; i < 10_000; i++) {
    const seed = rng.nextSeed();
    assert(seed >= 1 && seed <= 0x7fffffff);
  }
});

Deno.test("Rng.fillNormal() has the moments of N(0, 1)", () => {
  const x = new Rng(5).fillNormal(new Float32Array(200_001));
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const moment = (p: number) => x.reduce((a, b) => a + (b - mean) ** p, 0) / x.length;
  assertAlmostEquals(mean, 0, 0.01);
  assertAlmostEquals(moment(2), 1, 0.01);
  assertAlmostEquals(moment(3), 0, 0.03);
  assertAlmostEquals(moment(4), 3, 0.06);
});

Deno.test("Rng.below() is even over its range", () => {
  const rng = new Rng(11);
  const counts = new Array(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[rng.below(7)]++;
  const chi2 = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
  assert(chi2 < 22.5, `expected χ²(6) < 22.5 (p = 0.001), got ${chi2}`);
});

Deno.test("Rng.permutation() holds each index once", () => {
  const order = new Rng(2).permutation(1000);
  assertEquals(Array.from(order).sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  assertNotEquals(order[0], 0);
});

Deno.test("latentOfSeed() names one latent a seed", () => {
  assertEquals(latentOfSeed(4, 100), latentOfSeed(4, 100));
  assertNotEquals(latentOfSeed(4, 100), latentOfSeed(5, 100));
});

Deno.test("hash32() changes half the bits when one bit of a word changes", () => {
  let flipped = 0;
  for (let bit = 0; bit < 32; bit++) {
    let x = hash32(123, 456) ^ hash32(123, (456 ^ (1 << bit)) >>> 0);
    for (; x !== 0; x &= x - 1) flipped++;
  }
  assertAlmostEquals(flipped / 32, 16, 2);
});
