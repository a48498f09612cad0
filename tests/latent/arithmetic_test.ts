import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  arithmetic,
  meanLatent,
  noiseNeighbours,
  toTypicalLength,
} from "../../src/latent/arithmetic.ts";
import { latentsIn, latentsOfSeeds, normOf, stackLatents } from "../../src/latent/latents.ts";

const Z = 100;
const stacked = (...latents: number[][]) =>
  stackLatents(latents.map((latent) => Float32Array.from(latent)));

Deno.test("meanLatent() averages component by component", () => {
  assertEquals(meanLatent(stacked([1, 2], [3, 6], [5, 1])), Float32Array.of(3, 3));
  assertThrows(() => meanLatent({ values: new Float32Array(0), count: 0 }), RangeError, "got none");
});

Deno.test("arithmetic() is A − B + C of the means", () => {
  const { means, result } = arithmetic({
    a: stacked([1, 0], [3, 0]),
    b: stacked([1, 1]),
    c: stacked([0, 5], [0, 7]),
  });
  assertEquals([...means.a, ...means.b, ...means.c], [2, 0, 1, 1, 0, 6]);
  assertEquals(result, Float32Array.of(1, 5));
});

Deno.test("arithmetic() of a concept with itself gives the third", () => {
  const [a, c] = [latentsOfSeeds([1, 2, 3], Z), latentsOfSeeds([4, 5, 6], Z)];
  const { result } = arithmetic({ a, b: a, c });
  meanLatent(c).forEach((value, i) => assertAlmostEquals(result[i]!, value, 1e-6));
});

Deno.test("arithmetic() refuses latents of unequal lengths", () => {
  const a = stacked([1, 2]);
  assertThrows(() => arithmetic({ a, b: a, c: stacked([1]) }), RangeError, "got 2, 2 and 1");
});

Deno.test("A − B + C of three exemplars each is of typical length, of more it is made so", () => {
  const seeds = (from: number, count: number) =>
    latentsOfSeeds(Array.from({ length: count }, (_, i) => from + i), Z);
  const of = (count: number) =>
    arithmetic({ a: seeds(0, count), b: seeds(100, count), c: seeds(200, count) }).result;
  assertAlmostEquals(normOf(of(3)), Math.sqrt(Z), 2);
  assert(normOf(of(12)) < 0.7 * Math.sqrt(Z));
  assertAlmostEquals(normOf(toTypicalLength(of(12))), Math.sqrt(Z), 1e-4);
  assertEquals(toTypicalLength(new Float32Array(3)), new Float32Array(3));
});

Deno.test("noiseNeighbours() stay within ±0.25, fill that range, and follow their seed", () => {
  const z = latentsOfSeeds([7], Z).values;
  const near = noiseNeighbours(z, { count: 8, seed: 1 });
  assertEquals([near.count, near.values.length], [8, 8 * Z]);
  const away = latentsIn(near).flatMap((n) => Array.from(n, (value, i) => value - z[i]!));
  assert(Math.max(...away.map(Math.abs)) <= 0.25 + 1e-6);
  assert(Math.min(...away) < -0.24 && Math.max(...away) > 0.24);
  const rms = Math.sqrt(away.reduce((sum, d) => sum + d * d, 0) / away.length);
  assertAlmostEquals(rms, 0.25 / Math.sqrt(3), 0.01);
  assertEquals(noiseNeighbours(z, { count: 8, seed: 1 }), near);
  assert(noiseNeighbours(z, { count: 8, seed: 2 }).values[0] !== near.values[0]);
});
