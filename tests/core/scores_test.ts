import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { areaUnderCurve, decisionScores, determination } from "../../src/core/scores.ts";

Deno.test("decisionScores() counts each side by itself for balanced accuracy", () => {
  const labels = [1, 1, 0, 0, 0, 0, 0, 0];
  const always0 = decisionScores(labels.map(() => 0), labels);
  assertEquals(always0, { accuracy: 0.75, balancedAccuracy: 0.5 });
  const mixed = decisionScores([1, 0, 0, 0, 0, 1, 1, 1], labels); // 1 of 2 right, and 3 of 6
  assertEquals(mixed, { accuracy: 0.5, balancedAccuracy: 0.5 });
  assertEquals(decisionScores(labels, labels), { accuracy: 1, balancedAccuracy: 1 });
});

Deno.test("areaUnderCurve() counts the pairs in right order, ties as half", () => {
  assertEquals(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]), 0.75); // scikit-learn's example
  assertEquals(areaUnderCurve([1, 2, 3], [0, 0, 1]), 1);
  assertEquals(areaUnderCurve([1, 2, 3], [1, 1, 0]), 0);
  assertEquals(areaUnderCurve([5, 5, 5, 5], [1, 0, 1, 0]), 0.5);
  const scores = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
  const labels = [0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0];
  let pairs = 0;
  for (const [i, a] of labels.entries()) {
    for (const [j, b] of labels.entries()) {
      if (a === 1 && b === 0) {
        pairs += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
  }
  assertAlmostEquals(areaUnderCurve(scores, labels), pairs / 36, 1e-12);
});

Deno.test("determination() is 1 for the truth, 0 for the mean, and less for worse", () => {
  assertEquals(determination([1, 2, 3], [1, 2, 3]), 1);
  assertEquals(determination([2, 2, 2], [1, 2, 3]), 0);
  assertEquals(determination([3, 2, 1], [1, 2, 3]), -3);
});

Deno.test("scores refuse what cannot be scored, and say what came", () => {
  assertThrows(() => decisionScores([1, 1], [1, 1]), RangeError, "got 2 of 1 among 2");
  assertThrows(() => areaUnderCurve([1, 2], [0, 0]), RangeError, "got 0 of 1 among 2");
  assertThrows(() => determination([1, 2], [4, 4]), RangeError, "got 2 times 4");
  assertThrows(() => areaUnderCurve([1], [0, 1]), RangeError, "got 1 predictions and 2 values");
});
