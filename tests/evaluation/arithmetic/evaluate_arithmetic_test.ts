import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Estimate } from "../../../src/core/intervals.ts";
import {
  type ArithmeticPlan,
  type AttributeResult,
  evaluateArithmetic,
  type Method,
} from "../../../src/evaluation/arithmetic/evaluate_arithmetic.ts";
import { toldReadings } from "../../../src/evaluation/arithmetic/reading.ts";
import { toldProbes } from "../../../src/evaluation/probes.ts";
import { ATTRIBUTES, judge, normalDistribution, worldClassifier, Z } from "./linear_world.ts";

const classifier = await worldClassifier();
const PLAN: ArithmeticPlan = {
  ...{ judge, latentDim: Z, attributes: ATTRIBUTES, readings: toldReadings(classifier) },
  held: toldProbes(classifier),
  ...{ edits: 1000, exemplars: 3, match: false, strength: 1, typical: false, alpha: 1 },
  ...{ learnSamples: 4096, mostSamples: 16_384, firstSeed: 0, resamples: 200 },
};
const plain = await evaluateArithmetic(PLAN);

function figuresOf({ results }: AttributeResult, method: Method, change = "set") {
  return results.find((result) => result.method === method && result.change === change)!.figures;
}
const [smiling] = plain.attributes as [AttributeResult, AttributeResult];

/** A figure's interval is that of so many edits and holds the truth, but for `slack`. */
function assertEstimates({ value, interval: [low, high] }: Estimate, truth: number, slack = 0) {
  const shown = `${value} in ${low} … ${high}, expected ${truth}`;
  assert(low < value && value < high, shown);
  assert(low - slack <= truth && truth <= high + slack, shown);
}

Deno.test("evaluateArithmetic() takes every told yes-or-no attribute, and gives every method its figures", () => {
  assertEquals(plain.attributes.map(({ reading }) => reading.name), ["smiling", "hat"]);
  const methods = [
    ...["arithmetic", "random, as arithmetic", "probe", "random, as probe"],
    ...["conditional probe", "another sample"],
  ];
  assertEquals(
    smiling.results.map(({ change, method }) => [change, method]),
    ["set", "remove"].flatMap((change) => methods.map((method) => [change, method])),
  );
  assert(smiling.results.every(({ figures }) => figures.edits === 1000));
  assertAlmostEquals(smiling.share, 0.5, 0.03);
  assertEquals([plain.leftOut, plain.learnSamples], [[], 4096]);
  assert(smiling.probe.vector[0]! > 0.99);
});

Deno.test("a step of α along the true direction sets what lies within α of it, and leaves all else", () => {
  // P(z + 1 ≥ 0 | z < 0) = (Φ(1) − ½) / ½
  const truth = 2 * (normalDistribution(1) - 0.5);
  for (const change of ["set", "remove"]) {
    for (const method of ["probe", "conditional probe"] as const) {
      const figures = figuresOf(smiling, method, change);
      assertEstimates(figures.done, truth, 0.02);
      assertAlmostEquals(figures.step, 1, 1e-5);
      assert(figures.kept!.value > 0.97, "hat: the probe is near, not equal to, the truth");
      assert(figures.identityCorrelation!.value > 0.99);
      assert(figures.features.value < 0.1);
    }
  }
});

Deno.test("a random step of that length sets arctan(α/√Z)/π of the samples", () => {
  const truth = Math.atan(1 / Math.sqrt(Z)) / Math.PI; // of two correlated normals
  assertEstimates(figuresOf(smiling, "random, as probe").done, truth, 0.005);
});

Deno.test("A − B of n clear exemplars is twice the upper quarter's mean, plus noise of 2/n", () => {
  const { numbers, kept, done, step, ...rest } = figuresOf(smiling, "arithmetic");
  // The mean of N(0, 1) above its upper quartile, 0.6745, is φ(0.6745)/0.25.
  const shift = 2 * Math.exp(-(0.67449 ** 2) / 2) / Math.sqrt(2 * Math.PI) / 0.25;
  const spread = Math.sqrt(2 / 3 * 0.2415); // of the clear quarter's variance, 0.2415
  let truth = 0; // P(z + shift + spread·e ≥ 0 | z < 0), over z
  const cell = 1e-3;
  for (let z = -8 + cell / 2; z < 0; z += cell) {
    const density = 2 * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    truth += cell * density * normalDistribution((z + shift) / spread);
  }
  assertEstimates(done, truth, 0.01);
  const noise = Math.sqrt(2 / 3); // of every other number of z
  assertAlmostEquals(step, Math.sqrt(shift ** 2 + 15 * noise ** 2), 0.3);
  const jaw = numbers.find(({ name }) => name === "jaw")!;
  // E|N(0, 2/3)| over E|x − y| of two samples, 2/√π
  assertEstimates(jaw.moved, noise * Math.sqrt(2 / Math.PI) / (2 / Math.sqrt(Math.PI)), 0.03);
  assertEstimates(jaw.deviations, noise * Math.sqrt(2 / Math.PI), 0.03);
  assertEstimates(jaw.correlation, 1 / Math.sqrt(1 + 2 / 3), 0.02);
  assertEquals(jaw.identity, true);
  assertEquals(rest.identityMoved, jaw.moved);
  // hat stays where its sign does: 1 − arctan(noise)/π
  assertEstimates(kept!, 1 - Math.atan(noise) / Math.PI, 0.02);
  const random = figuresOf(smiling, "random, as arithmetic");
  assertAlmostEquals(random.step, step, 1e-3);
  assert(random.done.value < 0.4 && done.value > 0.95);
});

Deno.test("another sample keeps nothing: its figures are the scale of the others", () => {
  const { done, kept, identityMoved, identityCorrelation, features, step } = figuresOf(
    smiling,
    "another sample",
  );
  assertEstimates(done, 0.5, 0.02);
  assertEstimates(kept!, 0.5, 0.02);
  assertEstimates(identityMoved!, 1, 0.04);
  assertEstimates(identityCorrelation!, 0, 0.04);
  assertEstimates(features, 1, 0.03);
  assert(Number.isNaN(step));
});

Deno.test("an attribute's own amount is not held against its edits, nor is what cannot be told", () => {
  const hat = plain.attributes[1]!;
  const { binary, numbers } = figuresOf(hat, "probe");
  assertEquals([binary, numbers].map((all) => all.map(({ name }) => name)), [
    ["smiling"],
    ["jaw", "age"],
  ]);
  assertEquals(figuresOf(smiling, "probe").numbers.map(({ name }) => name), ["jaw", "age", "size"]);
});

Deno.test("matched exemplars differ less in what is matched; the typical length moves less", async () => {
  const few = { ...PLAN, readings: PLAN.readings.slice(0, 1), learnSamples: 1500, edits: 300 };
  const [unmatched, matched, typical] = await Promise.all([
    evaluateArithmetic(few),
    evaluateArithmetic({ ...few, match: true }),
    evaluateArithmetic({ ...few, typical: true, strength: 2 }),
  ]);
  const of = ({ attributes }: typeof plain) => figuresOf(attributes[0]!, "arithmetic");
  assert(of(matched).identityMoved!.value < 0.8 * of(unmatched).identityMoved!.value);
  assert(of(matched).done.value > 0.9);
  assert(of(typical).step < 2 * of(unmatched).step);
});

Deno.test("evaluateArithmetic() gives the same figures for the same plan, others for other seeds", async () => {
  const small = {
    ...{ ...PLAN, readings: PLAN.readings.slice(0, 1), edits: 60, resamples: 20 },
    ...{ learnSamples: 600, mostSamples: 600 },
  };
  const [first, again, other] = [
    await evaluateArithmetic(small),
    await evaluateArithmetic(small),
    await evaluateArithmetic({ ...small, firstSeed: 5000 }),
  ];
  assertEquals(first, again);
  assert(JSON.stringify(first) !== JSON.stringify(other));
});

Deno.test("evaluateArithmetic() leaves out what too few samples have, and says so", async () => {
  const [reading] = PLAN.readings;
  const rare = { ...reading!, name: "rare", threshold: 0.99999 };
  const result = await evaluateArithmetic({ ...PLAN, readings: [rare], learnSamples: 1000 });
  assertEquals(result.attributes, []);
  assert(
    /^\d of 1000 samples have it; expected at least 40 with and 40 without$/.test(
      result.leftOut[0]!.reason,
    ),
    result.leftOut[0]!.reason,
  );
});

Deno.test("evaluateArithmetic() says which change too few samples could be edited for", async () => {
  const [reading] = PLAN.readings;
  const common = { ...reading!, name: "common", threshold: 1 / (1 + Math.exp(4 * 2)) }; // z ≥ −2
  const few = { edits: 50, learnSamples: 4096, mostSamples: 600, resamples: 10, firstSeed: 2 };
  const { attributes, leftOut } = await evaluateArithmetic({ ...PLAN, ...few, readings: [common] });
  assertEquals([...new Set(attributes[0]!.results.map(({ change }) => change))], ["remove"]);
  assertEquals(leftOut.map(({ name }) => name), ["set common"]);
  assert(/^\d+ of 600 samples could be edited so; expected 30$/.test(leftOut[0]!.reason));
});

Deno.test("evaluateArithmetic() draws on until an uncommon attribute has enough samples to edit", async () => {
  const [reading] = PLAN.readings;
  const uncommon = { ...reading!, threshold: 1 / (1 + Math.exp(-4 * 1.28)) }; // one in ten
  const plan = { ...PLAN, readings: [uncommon], edits: 400, resamples: 10 };
  const result = await evaluateArithmetic(plan);
  assert(result.editSamples > 3500, `${result.editSamples}`);
  assertEquals(
    result.attributes[0]!.results.map(({ figures }) => figures.edits),
    Array(12).fill(400),
  );
});
