import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import { areaUnderCurve, decisionScores, determination } from "../../../src/core/scores.ts";
import { linearProbe, orthogonalTo } from "../../../src/latent/directions/linear_probe.ts";
import {
  logisticRegression,
  ridgeRegression,
  scoresOf,
} from "../../../src/latent/directions/regression.ts";
import { dot, type LatentBatch, latentsIn, latentsOfSeeds } from "../../../src/latent/latents.ts";
import golden from "../../golden/linear_probe_sklearn.json" with { type: "json" };

Deno.test("logisticRegression(), ridgeRegression() and scores are scikit-learn's", () => {
  for (const [index, set] of golden.regressions.entries()) {
    const values = new Rng(index + 1, "probe").fillNormal(new Float32Array(set.count * set.dim));
    const latents: LatentBatch = { values, count: set.count };
    const logistic = logisticRegression(latents, set.labels, set.ridge);
    [...logistic.weights, logistic.intercept].forEach((weight, k) =>
      assertAlmostEquals(weight, set.logistic[k]!, 1e-5 * Math.abs(set.logistic[k]!) + 1e-6)
    );
    const linear = ridgeRegression(latents, set.numbers, set.ridge);
    [...linear.weights, linear.intercept].forEach((weight, k) =>
      assertAlmostEquals(weight, set.linear[k]!, 1e-6 * Math.abs(set.linear[k]!) + 1e-7)
    );
    const scores = scoresOf(logistic, latents);
    assertAlmostEquals(areaUnderCurve(scores, set.labels), set.auc, 1e-9);
    assertAlmostEquals(areaUnderCurve(scores.map(Math.round), set.labels), set.roundedAuc, 1e-9);
    const { balancedAccuracy } = decisionScores(scores.map((x) => Number(x > 0)), set.labels);
    assertAlmostEquals(balancedAccuracy, set.balancedAccuracy, 1e-9);
    assertAlmostEquals(determination(scoresOf(linear, latents), set.numbers), set.r2, 1e-9);
  }
});

const Z = 12;
const seeds = Array.from({ length: 3000 }, (_, seed) => seed);
const latents = latentsOfSeeds(seeds, Z);
const unitAt = (...entries: readonly [number, number][]) => {
  const vector = new Float32Array(Z);
  for (const [k, value] of entries) vector[k] = value;
  return vector;
};
const noise = new Rng(9, "noise").fillNormal(new Float32Array(seeds.length));
/** Latents whose projection on `direction`, with some noise, passes `threshold`. */
const labelled = (direction: Float32Array, threshold: number, spread = 0.3) =>
  latentsIn(latents).map((z, i) => Number(dot(z, direction) + spread * noise[i]! > threshold));

Deno.test("linearProbe() recovers a planted direction, and its evidence is of held-out samples", () => {
  const planted = unitAt([2, 0.6], [5, -0.8]);
  const labels = labelled(planted, 0.8); // some 22 % have it
  const { vector, evidence, kind, name, range } = linearProbe({ latents, labels }, {
    name: "smiling",
    kind: "binary",
  });
  assertEquals([kind, name, range], ["attribute", "smiling", 3]);
  assert(dot(vector, planted) > 0.995, `cosine ${dot(vector, planted)}`);
  assertAlmostEquals(dot(vector, vector), 1, 1e-6);
  assertEquals([evidence.samples, evidence.heldOut], [2250, 750]);
  assert(evidence.auc! > 0.95 && evidence.balancedAccuracy! > 0.9, JSON.stringify(evidence));
  assert(evidence.logOdds! > 3);
});

Deno.test("linearProbe() finds nothing in labels that are noise, and says so", () => {
  const labels = Array.from(noise, (x) => Number(x > 0));
  const { evidence } = linearProbe({ latents, labels }, { name: "noise", kind: "binary" });
  assertAlmostEquals(evidence.auc!, 0.5, 0.06);
  assertAlmostEquals(evidence.balancedAccuracy!, 0.5, 0.06);
});

Deno.test("linearProbe() of numbers gives slope and R² of what is planted", () => {
  const planted = unitAt([0, 1]);
  const labels = latentsIn(latents).map((z, i) => 30 + 4 * z[0]! + 3 * noise[i]!);
  const { vector, evidence } = linearProbe({ latents, labels }, {
    name: "age",
    kind: "continuous",
  });
  assert(dot(vector, planted) > 0.995);
  assertAlmostEquals(evidence.slope!, 4, 0.2);
  assertAlmostEquals(evidence.r2!, 16 / 25, 0.05);
});

Deno.test("linearProbe() keeps to what is orthogonal to other directions", () => {
  const [smile, hat] = [unitAt([1, 0.8], [3, 0.6]), unitAt([3, 1])];
  const labels = labelled(smile, 0);
  const free = linearProbe({ latents, labels }, { name: "smile", kind: "binary" });
  const bound = linearProbe({ latents, labels }, {
    ...{ name: "smile", kind: "binary" as const },
    orthogonalTo: [hat, unitAt([3, 0.5], [4, 0.5])], // not orthogonal to each other
  });
  assertAlmostEquals(dot(free.vector, hat), 0.6, 0.05);
  assertAlmostEquals(dot(bound.vector, hat), 0, 1e-6);
  assertAlmostEquals(dot(bound.vector, unitAt([4, 1])), 0, 1e-6);
  assert(dot(bound.vector, unitAt([1, 1])) > 0.99);
  assert(bound.evidence.auc! < free.evidence.auc!, "what is given up shows in the evidence");
  assert(bound.evidence.auc! > 0.8);
});

Deno.test("orthogonalTo() refuses a direction of which nothing is left", () => {
  const [a, b] = [unitAt([0, 1]), unitAt([0, 1], [1, 1])];
  const left = orthogonalTo(unitAt([1, 2], [2, 2]), [a, b, b]);
  assertAlmostEquals(left[2]!, 1, 1e-6);
  assertThrows(
    () => orthogonalTo(unitAt([1, 5]), [a, b]),
    RangeError,
    "Cannot make a direction orthogonal to 2 others: it lies in what they span",
  );
});

Deno.test("linearProbe() refuses too few samples, and samples all alike", () => {
  const few = latentsOfSeeds(seeds.slice(0, 40), Z);
  const options = { name: "hat", kind: "binary" } as const;
  assertThrows(
    () => linearProbe({ latents: few, labels: new Float32Array(40) }, options),
    RangeError,
    'Cannot find a direction of "hat": expected 52 samples or more for latents of 12 numbers',
  );
  assertThrows(
    () => linearProbe({ latents, labels: seeds.map((seed) => Number(seed < 7)) }, options),
    RangeError,
    "expected at least 30 samples with it and 30 without, got 7 of 3000 with it",
  );
  assertThrows(
    () => linearProbe({ latents, labels: seeds.map(() => 4) }, { name: "age", kind: "continuous" }),
    RangeError,
    "all 3000 samples have 4",
  );
});
