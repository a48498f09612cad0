/** What reports say of figures: estimates, paired differences, rows, verdicts. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import { between, metricRow } from "../../../src/evaluation/report/metric_rows.ts";
import { differenceOf, estimateOf } from "../../../src/evaluation/report/repeated.ts";

const row = (better: "lower" | "higher", ...figures: number[][]) =>
  metricRow({ name: "fcd-lab-2k", title: "Fréchet distance", better, reference: null, figures });

Deno.test("estimateOf() is the mean and its standard error", () => {
  const { mean, standardError } = estimateOf([1, 2, 3, 4, 5]);
  assertEquals(mean, 3);
  assertAlmostEquals(standardError, Math.sqrt(2.5 / 5), 1e-15);
});

Deno.test("differenceOf() is scipy's ttest_rel at 95 %", () => {
  // scipy.stats.ttest_rel: p = 0.0689 of the first, 0.0012 of the second
  const [a, b] = [[10.2, 11.4, 9.9, 12.1, 10.8], [9.1, 10.9, 9.7, 10.3, 10.6]];
  const { mean, standardError, verdict } = differenceOf(a!, b!, "lower");
  assertAlmostEquals(mean, 0.76, 1e-12);
  assertAlmostEquals(standardError, 0.307571, 1e-6);
  assertEquals(verdict, "level");
  assertEquals(differenceOf([2, 3, 4], [1, 2, 3.1], "lower").verdict, "worse");
  assertEquals(differenceOf([2, 3, 4], [1, 2, 3.1], "higher").verdict, "better");
  assertEquals(differenceOf([1, 2, 3.1], [2, 3, 4], "lower").verdict, "better");
});

Deno.test("differenceOf() of equals is level, and of constant distance is not", () => {
  assertEquals(differenceOf([1, 2, 3], [1, 2, 3], "lower"), {
    mean: 0,
    standardError: 0,
    verdict: "level",
  });
  assertEquals(differenceOf([1, 2, 3], [0, 1, 2], "lower").verdict, "worse");
  assertThrows(() => differenceOf([1, 2], [1], "lower"), RangeError, "got 2 and 1");
  assertThrows(() => differenceOf([1], [1], "lower"), RangeError, "got 1 and 1");
});

Deno.test("differenceOf() tells equal checkpoints apart one time in twenty", () => {
  const rng = new Rng(7);
  for (const sets of [3, 5, 20]) {
    const trials = 4000;
    let apart = 0;
    for (let i = 0; i < trials; i++) {
      const draw = () => Array.from({ length: sets }, () => rng.normal());
      if (differenceOf(draw(), draw(), "lower").verdict !== "level") apart++;
    }
    assertAlmostEquals(apart / trials, 0.05, 0.012, `${sets} sets`);
  }
});

Deno.test("metricRow() finds the best and who is level with it", () => {
  const { best, leaders, cells, differences } = row(
    "lower",
    [10, 11, 10.5, 10.2, 10.9],
    [5, 5.5, 5.2, 5.1, 5.4],
    [5.1, 5.3, 5.3, 5, 5.5],
  );
  assertEquals([best, leaders, cells.length, differences.length], [1, [1, 2], 3, 3]);
  assertEquals(between(differences, 0, 1).verdict, "worse");
  assertEquals(between(differences, 1, 0).verdict, "better");
  assertAlmostEquals(between(differences, 0, 1).mean, 5.28, 1e-12);
  assertAlmostEquals(between(differences, 1, 0).mean, -5.28, 1e-12);
  assertEquals(row("higher", [1, 2, 3], [2, 3, 4.1]).best, 1);
});

Deno.test("metricRow() of equal figures has no best", () => {
  const { best, leaders } = row("lower", [3, 4, 5], [3, 4, 5]);
  assertEquals([best, leaders], [null, [0, 1]]);
  assert(between(row("lower", [3, 4, 5], [3, 4, 5]).differences, 1, 0).mean === 0);
});
