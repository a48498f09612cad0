import { assert, assertEquals, assertThrows } from "@std/assert";
import { clearestSeeds, parseCondition } from "../../../src/evaluation/arithmetic/clearest.ts";
import { judgeSeeds } from "../../../src/evaluation/arithmetic/judge.ts";
import { latentOfSeed } from "../../../src/core/rng.ts";
import { judge, worldClassifier, Z } from "./linear_world.ts";

const classifier = await worldClassifier();
const samples = await judgeSeeds(judge, { firstSeed: 10, count: 500, latentDim: Z });

Deno.test("parseCondition() reads what is there, what is not, and numbers with a bound", () => {
  const { reading, present } = parseCondition("hat = 0", classifier);
  assertEquals([reading.name, reading.column, present], ["hat", 1, false]);
  assertEquals(parseCondition("age>=0.5=1", classifier).reading.threshold, 0.5);
  for (const text of ["hat", "hat=2", "age>=1", "=1"]) {
    assertThrows(() => parseCondition(text, classifier), RangeError, "Cannot pick exemplars of");
  }
  assertThrows(() => parseCondition("vague=1", classifier), RangeError, "cannot tell it");
  assertThrows(
    () => parseCondition("smilling=1", classifier),
    RangeError,
    'Did you mean "smiling"?',
  );
});

Deno.test("clearestSeeds() are those whose weakest condition is met most clearly", () => {
  const conditions = ["smiling=1", "hat=0"].map((text) => parseCondition(text, classifier));
  const seeds = clearestSeeds(samples, conditions, 5);
  // In this world smiling is z[0] > 0, and hat z[1] > 0, alike in steepness.
  const weakest = (seed: number) => {
    const z = latentOfSeed(seed, Z);
    return Math.min(z[0]!, -z[1]!);
  };
  const all = Array.from({ length: 500 }, (_, i) => 10 + i).sort((a, b) => weakest(b) - weakest(a));
  assertEquals(seeds, all.slice(0, 5));
  const older = clearestSeeds(samples, [parseCondition("age>=1=1", classifier)], 3);
  assert(older.every((seed) => latentOfSeed(seed, Z)[4]! >= 1));
});

Deno.test("clearestSeeds() says how few samples meet the conditions", () => {
  const conditions = ["age>=1=1", "smiling=1", "hat=0"]
    .map((text) => parseCondition(text, classifier));
  const pick = () => clearestSeeds(samples, conditions, 200);
  assertThrows(pick, RangeError, "Cannot pick 200 exemplars of age>=1=1, smiling=1, hat=0: of 500");
});
