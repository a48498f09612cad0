import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import { addNoise, blur, scramble, warp } from "../../../src/experiments/lab_extractor/degrade.ts";

const SIZE = 32;

const picture = () => {
  const rng = new Rng(1);
  return Float32Array.from({ length: SIZE * SIZE * 3 }, () => rng.uniform(-1, 1));
};
const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: Float32Array) => {
  const middle = mean(values);
  return values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / values.length;
};

Deno.test("blur() spreads one pixel as the Gaussian says, in its own channel", () => {
  const image = new Float32Array(SIZE * SIZE * 3);
  const at = (x: number, y: number, c: number) => 3 * (y * SIZE + x) + c;
  image[at(16, 16, 1)] = 1;
  blur(image, SIZE, 3, 2);
  const along = Array.from({ length: 13 }, (_, i) => Math.exp(-((i - 6) ** 2) / 8));
  const total = along.reduce((a, b) => a + b);
  for (const [dx, dy] of [[0, 0], [1, 0], [-3, 2], [6, -6]] as const) {
    const expected = (along[6 + dx]! * along[6 + dy]!) / total ** 2;
    assertAlmostEquals(image[at(16 + dx, 16 + dy, 1)]!, expected, 1e-6);
  }
  assertEquals(image[at(16, 16, 0)], 0);
  assertAlmostEquals(image.reduce((a, b) => a + b, 0), 1, 1e-5);
});

Deno.test("blur() continues edges, keeps what is flat, and takes away contrast by its amount", () => {
  const flat = new Float32Array(SIZE * SIZE).fill(0.3);
  blur(flat, SIZE, 1, 3);
  for (const value of flat) assertAlmostEquals(value, 0.3, 1e-6);
  const contrasts = [0, 0.5, 1, 2, 4].map((sigma) => {
    const image = picture();
    blur(image, SIZE, 3, sigma);
    return variance(image);
  });
  assertEquals(contrasts, contrasts.toSorted((a, b) => b - a));
  assert(contrasts.every((value, i) => i === 0 || value < 0.8 * contrasts[i - 1]!));
});

Deno.test("addNoise() adds so many times the noise, and clips", () => {
  const image = Float32Array.of(0, 0.5, -0.9);
  addNoise(image, 0.5, Float32Array.of(1, 2, -1));
  assertEquals([...image], [0.5, 1, -1]);
});

Deno.test("warp() moves pixels further with its amount and invents none", () => {
  const moved = [0, 1, 4].map((sigma) => {
    const [before, image] = [picture(), picture()];
    blur(before, SIZE, 3, 1);
    image.set(before);
    warp(image, SIZE, sigma, new Rng(2));
    const [low, high] = [Math.min(...before), Math.max(...before)];
    assert(image.every((v) => v >= low - 1e-6 && v <= high + 1e-6));
    return Math.sqrt(variance(image.map((v, i) => v - before[i]!)));
  });
  assertEquals(moved[0], 0);
  assert(moved[1]! > 0.01 && moved[2]! > 1.5 * moved[1]!, `got ${moved}`);
});

Deno.test("scramble() copies rectangles of the picture as they are", () => {
  const [before, image] = [picture(), picture()];
  scramble(image, SIZE, 2, new Rng(2));
  const values = new Set(before);
  assert(image.every((v) => values.has(v)));
  const changed = image.filter((v, i) => v !== before[i]).length / image.length;
  assert(changed > 0.05 && changed < 0.6, `changed ${changed}`);
  scramble(before, SIZE, 0, new Rng(2));
  assertEquals(before, picture());
});
