import { assertEquals } from "@std/assert";
import type { RunMetrics } from "../../../src/core/protocol.ts";
import { bestAmong, compareMetrics } from "../../../ui/state/compare/metrics.ts";
import { settingRows } from "../../../ui/state/compare/settings.ts";
import { fakeDetail } from "../fakes.ts";

const measured = (values: Record<number, number>): RunMetrics => ({
  metrics: {
    "fcd-lab-2k": {
      steps: Object.keys(values).map(Number),
      values: Object.values(values),
      better: "lower",
    },
  },
  best: null,
});

Deno.test("compareMetrics() draws a run once, marks each panel on it, and finds the best", () => {
  const a = measured({ 500: 9, 1000: 5 });
  const b = measured({ 1000: 7 });
  const [fcd, ...others] = compareMetrics([
    { letter: "A", run: "a", step: 500, metrics: a },
    { letter: "B", run: "a", step: 1000, metrics: a },
    { letter: "C", run: "b", step: 1000, metrics: b },
    { letter: "D", run: "c", step: 10, metrics: null },
  ]);
  assertEquals(others, []);
  assertEquals([fcd!.name, fcd!.better], ["fcd-lab-2k", "lower"]);
  assertEquals(fcd!.lines, [
    { label: "A B", style: "a", steps: [500, 1000], values: [9, 5] },
    { label: "C", style: "c", steps: [1000], values: [7] },
  ]);
  assertEquals(fcd!.marks, [
    { line: 0, step: 500, label: "A" },
    { line: 0, step: 1000, label: "B" },
    { line: 1, step: 1000, label: "C" },
  ]);
  assertEquals([fcd!.values, fcd!.best], [[9, 5, 7, null], [1]]);
});

Deno.test("compareMetrics() puts panels at one step of a run under one mark", () => {
  const a = measured({ 500: 9 });
  const [fcd] = compareMetrics(["A", "B"].map((letter) => ({
    ...{ letter, run: "a", step: 500, metrics: a },
  })));
  assertEquals(fcd!.marks, [{ line: 0, step: 500, label: "A B" }]);
});

Deno.test("bestAmong() wants two values that differ, and a way that is better", () => {
  assertEquals(bestAmong([3, null, 1, 1], "lower"), [2, 3]);
  assertEquals(bestAmong([3, null, 1], "higher"), [0]);
  assertEquals([bestAmong([3, null], "lower"), bestAmong([3, 3], "lower")], [[], []]);
  assertEquals(bestAmong([0.9, 1.4], null), []);
});

Deno.test("no diversity is the best: samples should differ as much as pictures do", () => {
  const diverse = (value: number): RunMetrics => ({
    metrics: { "sample-diversity": { steps: [1], values: [value], better: "higher" } },
    best: null,
  });
  const [diversity] = compareMetrics([
    { letter: "A", run: "a", step: 1, metrics: diverse(1.4) },
    { letter: "B", run: "b", step: 1, metrics: diverse(0.9) },
  ]);
  assertEquals([diversity!.better, diversity!.best], [null, []]);
});

Deno.test("settingRows() puts settings beside each other and says which differ", () => {
  const run = (config: Record<string, unknown>) => fakeDetail({ config });
  const rows = settingRows([
    run({ batch: 8, learningRate: 0.001 }),
    null,
    run({ batch: 8, learningRate: 0.002, mirror: true }),
  ]);
  const find = (name: string) => rows.find((row) => row.name === name);
  assertEquals(find("batch"), { name: "batch", values: ["8", null, "8"], differs: false });
  assertEquals(find("learning rate"), {
    ...{ name: "learning rate", values: ["0.001", null, "0.002"], differs: true },
  });
  assertEquals(find("mirror"), { name: "mirror", values: ["–", null, "yes"], differs: true });
  assertEquals(find("deno")!.differs, false);
  assertEquals(settingRows([null, null]), []);
});
