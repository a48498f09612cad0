import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { timesTransposed } from "../../src/core/linalg/products.ts";
import type { FeatureMatrix } from "../../src/metrics/extractor.ts";
import { frechetDistance, traceOfRoot } from "../../src/metrics/frechet.ts";
import { GaussianAccumulator, gaussianOf } from "../../src/metrics/gaussian.ts";
import { squareRoot } from "../../src/metrics/linalg/square_root.ts";
import { features, golden, reflectedDiagonal, shuffled } from "./golden_features.ts";

const set = (values: readonly number[], dim: number): FeatureMatrix => ({
  values: Float32Array.from(values),
  count: values.length / dim,
  dim,
});

for (const { name, real, fake, frechet } of golden.cases) {
  const [a, b] = [features(real), features(fake)];
  const distance = frechetDistance(gaussianOf(a), gaussianOf(b));

  Deno.test(`frechetDistance() of ${name} is that of scipy and mpmath`, () => {
    assertAlmostEquals(distance / frechet, 1, 1e-6);
  });

  Deno.test(`frechetDistance() of ${name} is symmetric, 0 of a set to itself, whatever the order`, () => {
    const [one, other] = [gaussianOf(a), gaussianOf(b)];
    assertAlmostEquals(frechetDistance(other, one), distance, 1e-12 * distance);
    const variance = one.covariance.reduce((sum, v, i) => sum + (i % (a.dim + 1) ? 0 : v), 0);
    assert(frechetDistance(one, one) <= 1e-12 * variance, `got ${frechetDistance(one, one)}`);
    const mixed = frechetDistance(gaussianOf(shuffled(a)), gaussianOf(shuffled(b)));
    assertAlmostEquals(mixed / distance, 1, 1e-9);
  });
}

Deno.test("frechetDistance() stays when both sets are reflected", () => {
  const { real, fake } = golden.cases[0]!;
  const plain = frechetDistance(gaussianOf(features(real)), gaussianOf(features(fake)));
  const [a, b] = [real, fake].map((recipe) => gaussianOf(features({ ...recipe, reflected: true })));
  assertAlmostEquals(frechetDistance(a!, b!) / plain, 1, 1e-6); // features are rounded to float32
});

Deno.test("frechetDistance() of normal distributions on shared axes has a closed form", () => {
  const [s, t] = [[1, 1e-12, 0, 4], [9, 1e-6, 1, 4]];
  const gaussian = (values: readonly number[], shift: number) => ({
    mean: Float64Array.from(values, (_, i) => i === 0 ? shift : 0),
    covariance: reflectedDiagonal(values),
    count: 100,
  });
  const expected = 4 + s.reduce((sum, v, i) => sum + (Math.sqrt(v) - Math.sqrt(t[i]!)) ** 2, 0);
  assertAlmostEquals(frechetDistance(gaussian(s, 2), gaussian(t, 0)), expected, 1e-9);
});

Deno.test("frechetDistance() grows with the shift between sets", () => {
  const { real } = golden.cases[0]!;
  const base = gaussianOf(features(real));
  const distances = [0, 0.1, 0.5, 2].map((shift) =>
    frechetDistance(base, gaussianOf(features({ ...real, shift })))
  );
  distances.forEach((d, i) => assert(i === 0 || d > distances[i - 1]!, `got ${distances}`));
  assertAlmostEquals(distances[3]!, real.dim * 4, 1e-4);
});

for (const { name, real, fake } of golden.cases) {
  Deno.test(`traceOfRoot() of ${name} is the trace of squareRoot(squareRoot(A)·B·squareRoot(A))`, () => {
    const [a, b] = [gaussianOf(features(real)).covariance, gaussianOf(features(fake)).covariance];
    const n = real.dim;
    const root = squareRoot(a, n);
    const inner = timesTransposed(timesTransposed(root, n, b, n), n, root, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) inner[i * n + j] = inner[j * n + i]!;
    }
    const trace = squareRoot(inner, n).reduce((sum, v, i) => sum + (i % (n + 1) === 0 ? v : 0), 0);
    assertAlmostEquals(traceOfRoot(a, b, n) / trace, 1, 1e-6);
  });
}

Deno.test("gaussianOf() divides by count − 1 and loses no digit far from 0", () => {
  const rng = new Rng(3);
  const near = Array.from({ length: 600 }, () => Math.round(rng.normal() * 64) / 64);
  const far = near.map((value) => value + 50_000); // exact in float32
  const [a, b] = [gaussianOf(set(near, 2)), gaussianOf(set(far, 2))];
  a.covariance.forEach((v, i) => assertAlmostEquals(b.covariance[i]!, v, 1e-10));
  const first = near.filter((_, i) => i % 2 === 0);
  const mean = first.reduce((sum, v) => sum + v, 0) / 300;
  const variance = first.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 299;
  assertAlmostEquals(a.mean[0]!, mean, 1e-12);
  assertAlmostEquals(a.covariance[0]!, variance, 1e-12);
});

Deno.test("GaussianAccumulator: batches of any sizes give what the whole set gives", () => {
  const { values, count, dim } = features(golden.cases[3]!.real);
  const whole = gaussianOf({ values, count, dim });
  const rows = (from: number, to: number) => ({
    values: values.slice(from * dim, to * dim),
    count: to - from,
    dim,
  });
  const accumulator = new GaussianAccumulator(rows(0, 1));
  accumulator.add(rows(1, 1)); // nothing
  accumulator.add(rows(1, 90));
  accumulator.add(rows(90, count));
  const streamed = accumulator.finish();
  assertEquals(streamed.count, count);
  streamed.covariance.forEach((v, i) => assertAlmostEquals(v, whole.covariance[i]!, 1e-12));
  streamed.mean.forEach((v, i) => assertAlmostEquals(v, whole.mean[i]!, 1e-12));
});

Deno.test("Gaussians and distances refuse too few samples, other features, ruined ones", () => {
  assertThrows(() => gaussianOf(set([1, 2], 2)), RangeError, "at least 2 samples, the set has 1");
  const ruined = set([1, 2, 3, NaN], 2);
  assertThrows(() => gaussianOf(ruined), RangeError, "the set has NaN in sample 1, feature 1");
  assertThrows(
    () => gaussianOf({ values: new Float32Array(5), count: 2, dim: 3 }),
    RangeError,
    "says 2 samples of 3 features and has 5 values",
  );
  const start = new GaussianAccumulator(set([1, 2], 2));
  assertThrows(() => start.finish(), RangeError, "expected 2 samples or more, got 1");
  assertThrows(() => start.add(set([1, 2, 3], 3)), RangeError, "got 2 and 3 a sample");
  const [two, three] = [gaussianOf(set([1, 2, 3, 4], 2)), gaussianOf(set([1, 2, 3, 4, 5, 7], 3))];
  assertThrows(() => frechetDistance(two, three), RangeError, "got 2 and 3 a sample");
  const infinite = { ...two, mean: new Float64Array([0, Infinity]) };
  assertThrows(() => frechetDistance(two, infinite), RangeError, "the second set has Infinity");
  const cut = { ...two, covariance: new Float64Array(3) };
  assertThrows(() => frechetDistance(cut, two), RangeError, "expected 4 covariances, got 3");
  assertThrows(() => frechetDistance({ ...two, count: 1 }, two), RangeError, "the first set has 1");
});

Deno.test("frechetDistance() of images that are all alike is what moves and spreads them", () => {
  const alike = gaussianOf(set([2, 5, 2, 5, 2, 5], 2));
  const spread = gaussianOf(set([0, 5, 2, 5], 2)); // means 1 and 5, variances 2 and 0
  assertAlmostEquals(frechetDistance(alike, spread), 1 + 2, 1e-12);
  assertEquals(frechetDistance(alike, alike), 0);
});
