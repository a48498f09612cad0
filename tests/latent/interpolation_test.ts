import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { latentOfSeed } from "../../src/core/rng.ts";
import { angleBetween, interpolationPath, lerp, slerp } from "../../src/latent/interpolation.ts";
import { dot, latentsIn, latentsOfSeeds, normOf } from "../../src/latent/latents.ts";
import { golden } from "./golden_latent.ts";

const Z = 100;
const [a, b] = [latentOfSeed(1, Z), latentOfSeed(5, Z)];
const vector = (...values: number[]) => Float32Array.from(values);

Deno.test("lerp() and slerp() return their ends exactly, as copies", () => {
  for (const join of [lerp, slerp]) {
    assertEquals(join(a, b, 0), a);
    assertEquals(join(a, b, 1), b);
    assert(join(a, b, 0) !== a);
  }
});

Deno.test("slerp() is the formula of White (2016), as its author's code computes it", () => {
  for (const { a, b, t, point } of golden.slerp) {
    slerp(Float32Array.from(a), Float32Array.from(b), t)
      .forEach((value, i) => assertAlmostEquals(value, point[i]!, 1e-6 * (1 + Math.abs(value))));
  }
});

Deno.test("slerp() keeps the length of latents of one length, and turns evenly", () => {
  const [u, v] = [a, b].map((z) => z.map((value) => value / normOf(z))) as [typeof a, typeof a];
  const whole = angleBetween(u, v);
  for (const t of [0.1, 0.25, 0.5, 0.9]) {
    const point = slerp(u, v, t);
    assertAlmostEquals(normOf(point), 1, 1e-6);
    assertAlmostEquals(angleBetween(u, point), t * whole, 1e-6);
  }
});

Deno.test("slerp() keeps latents typical where lerp() makes them short", () => {
  const between = Math.min(normOf(a), normOf(b));
  assert(normOf(slerp(a, b, 0.5)) > 0.95 * between, `got ${normOf(slerp(a, b, 0.5))}`);
  assert(normOf(lerp(a, b, 0.5)) < 0.8 * between, `got ${normOf(lerp(a, b, 0.5))}`);
});

Deno.test("slerp() is the same from either end", () => {
  const [there, back] = [slerp(a, b, 0.3), slerp(b, a, 0.7)];
  there.forEach((value, i) => assertAlmostEquals(value, back[i]!, 1e-6));
});

Deno.test("slerp() joins parallel latents by a line, without loss", () => {
  const longer = a.map((value) => 2 * value);
  assertAlmostEquals(normOf(slerp(a, longer, 0.25)), 1.25 * normOf(a), 1e-4);
  assertEquals(slerp(a, a, 0.5), a);
  const nearly = a.slice();
  nearly[0]! += 1e-5;
  assert(slerp(a, nearly, 0.5).every(Number.isFinite));
});

Deno.test("slerp() goes round the origin between opposite latents, always the same way", () => {
  const opposite = a.map((value) => -value);
  for (const t of [0.01, 0.5, 0.99]) {
    const point = slerp(a, opposite, t);
    assertAlmostEquals(normOf(point), normOf(a), 1e-4);
    assertAlmostEquals(angleBetween(a, point), t * Math.PI, 1e-5);
    assertEquals(slerp(a, opposite, t), point);
  }
  assertEquals(slerp(vector(1), vector(-1), 0.5), vector(0)); // one dimension has no way round
});

Deno.test("slerp() joins a zero with any latent by a line", () => {
  const zero = new Float32Array(Z);
  assertEquals(slerp(zero, a, 0.5), a.map((value) => value / 2));
  assertEquals(slerp(zero, zero, 0.5), zero);
});

Deno.test("slerp() nearly all the way to the opposite stays finite and of its length", () => {
  for (const tilt of [1e-3, 1e-5, 1e-6, 1e-7]) {
    const point = slerp(vector(1, 0), vector(-1, tilt), 0.5);
    assertAlmostEquals(normOf(point), 1, 1e-3);
    assertAlmostEquals(dot(point, vector(1, 0)), 0, 1e-3);
  }
});

Deno.test("interpolation refuses latents of unequal length and a t that is no number", () => {
  assertThrows(() => slerp(a, b.slice(1), 0.5), RangeError, "lengths 100 and 99");
  assertThrows(() => lerp(a, b, NaN), RangeError, "t = NaN");
});

Deno.test("interpolationPath() starts, passes and ends at its stops, exactly", () => {
  const stops = latentsOfSeeds([1, 5, 9], Z);
  for (const method of ["lerp", "slerp"] as const) {
    const path = latentsIn(interpolationPath(stops, 9, method));
    assertEquals([path[0], path[4], path[8]], latentsIn(stops));
  }
  const odd = latentsIn(interpolationPath(stops, 4, "lerp"));
  assertEquals([odd[0], odd[3]], [latentsIn(stops)[0], latentsIn(stops)[2]]);
});

Deno.test("interpolationPath() closed leads back and repeats no frame", () => {
  const stops = latentsOfSeeds([1, 5, 9], Z);
  const path = latentsIn(interpolationPath(stops, 12, "slerp", { closed: true }));
  assertEquals([path[0], path[4], path[8]], latentsIn(stops));
  assertEquals(path[11], slerp(latentsIn(stops)[2]!, latentsIn(stops)[0]!, 0.75));
});

Deno.test("interpolationPath() of one stop rests there; of no frames it is refused", () => {
  const one = latentsOfSeeds([3], Z);
  assertEquals(latentsIn(interpolationPath(one, 3, "slerp")), Array(3).fill(one.values));
  assertEquals(latentsIn(interpolationPath(latentsOfSeeds([3, 4], Z), 1, "slerp")), [one.values]);
  assertThrows(() => interpolationPath(one, 0, "slerp"), RangeError, "path of 0 frames");
  assertThrows(() => interpolationPath(one, 2.5, "slerp"), RangeError, "path of 2.5 frames");
});
