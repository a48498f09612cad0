/** KID, precision and recall, density and coverage, neighbours, memorisation: against scikit-learn. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { densityCoverage } from "../../src/metrics/density_coverage.ts";
import type { FeatureMatrix } from "../../src/metrics/extractor.ts";
import { kernelDiscrepancy, kernelInceptionDistance } from "../../src/metrics/kid.ts";
import { meanAndError } from "../../src/metrics/mean_and_error.ts";
import { memorisation } from "../../src/metrics/memorisation.ts";
import { nearestNeighbours } from "../../src/metrics/neighbours.ts";
import { precisionRecall } from "../../src/metrics/precision_recall.ts";
import { classifierScore } from "../../src/metrics/score.ts";
import { DEVICES, useDevice, withoutLeak } from "./device.ts";
import { features, golden, reordered, shuffled } from "./golden_features.ts";

const close = (value: number, expected: number, what = "") =>
  assertAlmostEquals(value, expected, 1e-4 * Math.max(1e-3, Math.abs(expected)), what);

const every = (count: number, step: number, from: number, to = count) =>
  Array.from({ length: count }, (_, i) => i).filter((i) =>
    i % step === from % step && i >= from && i < to
  );

function joined(a: FeatureMatrix, b: FeatureMatrix): FeatureMatrix {
  const values = Float32Array.from([...a.values, ...b.values]);
  return { values, count: a.count + b.count, dim: a.dim };
}

for (const device of DEVICES) {
  for (const expected of golden.cases) {
    const [real, fake] = [features(expected.real), features(expected.fake)];
    const on = `of ${expected.name} on ${device}`;

    Deno.test(`kernelInceptionDistance() and kernelDiscrepancy() ${on}`, async () => {
      await useDevice(device);
      close(await withoutLeak(() => kernelDiscrepancy(real, fake)), expected.mmd);
      const { value, standardDeviation, standardError, ...options } = expected.kid;
      const kid = await withoutLeak(() => kernelInceptionDistance(real, fake, options));
      close(kid.value, value);
      close(kid.standardDeviation, standardDeviation);
      close(kid.standardError, standardError);
    });

    Deno.test(`precisionRecall() and densityCoverage() ${on}`, async () => {
      await useDevice(device);
      const { precision, recall, density, coverage } = expected;
      const pr = await withoutLeak(() => precisionRecall(real, fake));
      assertAlmostEquals(pr.precision, precision, 1e-12);
      assertAlmostEquals(pr.recall, recall, 1e-12);
      const dc = await withoutLeak(() => densityCoverage(real, fake));
      assertAlmostEquals(dc.density, density, 1e-12);
      assertAlmostEquals(dc.coverage, coverage, 1e-12);
    });

    Deno.test(`nearestNeighbours() and memorisation() ${on}`, async () => {
      await useDevice(device);
      const found = await withoutLeak(() => nearestNeighbours(fake, real, 4));
      const { indices, distances } = expected.nearest;
      assertEquals([...found.indices.subarray(0, indices.length)], indices);
      distances.forEach((distance, i) => close(found.distances[i]!, distance));
      const copies = reordered(real, every(real.count, 2, 0, 20));
      copies.values.forEach((value, i) => copies.values[i] = value + 2 ** -9);
      const [train, heldOut] = [0, 1].map((from) =>
        reordered(real, every(real.count, 2, from))
      ) as [FeatureMatrix, FeatureMatrix];
      const copied = await withoutLeak(() => memorisation(joined(fake, copies), train, heldOut));
      const { heldOut: calibrated, ...own } = expected.memorisation;
      close(copied.ratio, own.ratio);
      close(copied.nearest, own.nearest);
      for (const [key, value] of Object.entries(calibrated)) {
        close(copied.heldOut![key as keyof typeof calibrated], value, key);
      }
      assertEquals((await memorisation(fake, train, null)).heldOut, null);
    });
  }
}

for (const { recipe, splits, value, standardDeviation } of golden.scores) {
  Deno.test(`classifierScore() of spread ${recipe.spread} in ${splits} splits is scipy's`, () => {
    const logits = features(recipe);
    const odds = logits.values.slice();
    for (let i = 0; i < logits.count; i++) {
      const row = odds.subarray(i * logits.dim, (i + 1) * logits.dim);
      const most = Math.max(...row);
      const each = Array.from(row, (logit) => Math.exp(logit - most));
      const sum = each.reduce((total, odd) => total + odd, 0);
      row.set(each.map((odd) => odd / sum));
    }
    const score = classifierScore({ ...logits, values: odds }, splits);
    close(score.value, value);
    close(score.standardDeviation, standardDeviation);
  });
}

Deno.test("a set compared with itself: precision, recall, density and coverage 1, KID below 0", async () => {
  await useDevice("simd");
  for (const { real } of golden.cases) {
    const set = features(real);
    assertEquals(await precisionRecall(set, set), { precision: 1, recall: 1 });
    const { density, coverage, densityError } = await densityCoverage(set, set);
    assertEquals([density, coverage], [1, 1]);
    assert(densityError > 0);
    assert(await kernelDiscrepancy(set, set) < 0, "the diagonal is left out within sets only");
    const { indices, distances } = await nearestNeighbours(set, set, 1);
    assertEquals([...indices], Array.from({ length: set.count }, (_, i) => i));
    assertEquals(Math.max(...distances), 0);
    assertEquals((await memorisation(set, set, null)).ratio, 1);
  }
});

Deno.test("feature metrics are symmetric and depend on no order", async () => {
  await useDevice("simd");
  for (const expected of golden.cases) {
    const [a, b] = [features(expected.real), features(expected.fake)];
    close(await kernelDiscrepancy(b, a), expected.mmd);
    const turned = await precisionRecall(b, a);
    assertEquals([turned.recall, turned.precision], [expected.precision, expected.recall]);
    const [c, d] = [shuffled(a), shuffled(b)];
    close(await kernelDiscrepancy(c, d), expected.mmd);
    const { precision, recall } = await precisionRecall(c, d);
    assertEquals([precision, recall], [expected.precision, expected.recall]);
    const dc = await densityCoverage(c, d);
    assertAlmostEquals(dc.density, expected.density, 1e-12);
    assertAlmostEquals(dc.coverage, expected.coverage, 1e-12);
  }
});

Deno.test("precision falls with noise and recall with dropped modes", async () => {
  await useDevice("simd");
  const recipe = { ...golden.cases[2]!.real, count: 400 };
  const real = features(recipe);
  const away = await Promise.all(
    [0, 2, 6].map(async (shift) =>
      (await precisionRecall(real, features({ ...recipe, seed: 21, shift }))).precision
    ),
  );
  const dropped = await Promise.all(
    [5, 3, 1].map(async (modes) =>
      (await precisionRecall(real, features({ ...recipe, seed: 22, modes }))).recall
    ),
  );
  assert(away[0]! > away[1]! && away[1]! > away[2]!, `precision ${away}`);
  assert(dropped[0]! > dropped[1]! && dropped[1]! > dropped[2]!, `recall ${dropped}`);
});

Deno.test("neighbours stay exact in clusters far tighter than float32 products can tell apart", async () => {
  await useDevice("simd");
  const recipe = { seed: 8, count: 300, dim: 16, modes: 2, spread: 900, shift: 0, decades: 0 };
  const values = features({ ...recipe, reflected: false }).values;
  const noise = features({ ...recipe, seed: 9, spread: 0, reflected: false }).values;
  const set = {
    values: values.map((value, i) => Math.round(value / 300) * 300 + noise[i]! * 1e-3),
    count: 300,
    dim: 16,
  };
  const { indices, distances } = await nearestNeighbours(set, set, 3);
  for (const i of [0, 17, 299]) {
    const all = Array.from({ length: 300 }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < 16; k++) sum += (set.values[i * 16 + k]! - set.values[j * 16 + k]!) ** 2;
      return { j, distance: Math.sqrt(sum) };
    }).sort((p, q) => p.distance - q.distance).slice(0, 3);
    assertEquals([...indices.subarray(i * 3, i * 3 + 3)], all.map(({ j }) => j));
    all.forEach(({ distance }, t) => assertEquals(distances[i * 3 + t], Math.fround(distance)));
  }
});

Deno.test("errors of density and nearest distance are those over many sets of samples", async () => {
  await useDevice("simd");
  const recipe = { ...golden.cases[0]!.real, count: 400 };
  const real = features(recipe);
  const repeated = await Promise.all(Array.from({ length: 40 }, async (_, i) => {
    const fake = features({ ...recipe, seed: 100 + i, count: 100 });
    const { density, densityError } = await densityCoverage(real, fake);
    const { nearest, nearestError } = await memorisation(fake, real, null);
    return { density, densityError, nearest, nearestError };
  }));
  for (const key of ["density", "nearest"] as const) {
    const spread = meanAndError(repeated.map((each) => each[key])).standardError * Math.sqrt(40);
    const said = meanAndError(repeated.map((each) => each[`${key}Error`])).mean;
    assert(Math.abs(said / spread - 1) < 0.3, `${key}: said ${said}, scatters by ${spread}`);
  }
});

Deno.test("memorisation() counts exact copies of a picture that was there twice", async () => {
  await useDevice("simd");
  const train = features(golden.cases[0]!.real);
  const twice = joined(train, train);
  assertEquals((await memorisation(train, twice, null)).ratio, 1);
});

Deno.test("feature metrics refuse too few samples, other features and ruined ones", async () => {
  const set = features({ ...golden.cases[0]!.real, count: 4 });
  const other = features({ ...golden.cases[2]!.real, count: 4 });
  const ruined = { ...set, values: set.values.map((value, i) => (i === 13 ? Infinity : value)) };
  const three = reordered(set, [0, 1, 2]);
  const refuse = (body: () => Promise<unknown>, text: string) =>
    assertRejects(body, RangeError, text);
  await refuse(() => precisionRecall(three, set), "at least 4 samples, the real set has 3");
  await refuse(() => densityCoverage(set, set), "at least 6 samples, the real set has 4");
  await refuse(
    () => kernelInceptionDistance(set, set, { subsetSize: 5 }),
    "Cannot compute KID: expected at least 5 samples, the first set has 4",
  );
  await refuse(
    () => kernelInceptionDistance(set, set, { subsets: 1 }),
    "expected 2 subsets or more",
  );
  await refuse(() => nearestNeighbours(set, three, 4), "the set to search has 3");
  await refuse(() => memorisation(set, reordered(set, [0]), null), "the training set has 1");
  for (const run of [precisionRecall, kernelDiscrepancy, kernelInceptionDistance]) {
    await refuse(() => run(set, other), "expected features of one extractor, got 12 and 8");
    await refuse(() => run(set, ruined), "has Infinity in sample 1, feature 1");
  }
  assertThrows(() => classifierScore(set, 2), RangeError, "Take the classifier's softmax");
  assertThrows(() => classifierScore(set, 0), RangeError, "expected 1 split or more, got 0");
  assertThrows(() => classifierScore(set, 9), RangeError, "at least 9 samples, the set has 4");
});
