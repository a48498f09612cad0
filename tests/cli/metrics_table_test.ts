import { assertEquals } from "@std/assert";
import { metricLines, stepLines } from "../../src/cli/metrics_table.ts";
import type { Evaluation } from "../../src/evaluation/evaluate.ts";

const set = { label: "a set", described: "made up", count: 10 };

function evaluation(fcd: number, recall: number): Evaluation {
  return {
    a: set,
    b: set,
    metrics: [
      { family: "fcd", name: "fcd-lab-10", better: "lower", value: fcd, error: 0.125 },
      { family: "recall", name: "recall-lab-k3-10", better: "higher", value: recall, error: null },
    ],
  };
}

Deno.test("metricLines() gives each metric a line, with its error and which way it gets better", () => {
  assertEquals(metricLines(evaluation(12.3456, 0.5)), [
    "METRIC            VALUE   ERROR   BETTER",
    "fcd-lab-10        12.35   ± 0.13  lower",
    "recall-lab-k3-10  0.5000          higher",
  ]);
});

Deno.test("metricLines() shows what B alone has, of metrics that look at one set", () => {
  const set1 = evaluation(12, 0.5);
  const alike = { family: "ms-ssim", name: "ms-ssim-10", better: "lower", value: 0.3 } as const;
  const metrics = [...set1.metrics, { ...alike, error: 0.01, reference: 0.25 }];
  assertEquals(metricLines({ ...set1, metrics }), [
    "METRIC            VALUE   ERROR    OF B    BETTER",
    "fcd-lab-10        12.00   ± 0.13           lower",
    "recall-lab-k3-10  0.5000                   higher",
    "ms-ssim-10        0.300   ± 0.010  0.2500  lower",
  ]);
});

Deno.test("stepLines() gives each checkpoint a line and marks the best of each metric", () => {
  const evaluations = [evaluation(30, 0.25), evaluation(12, 0.5), evaluation(12, 0.75)];
  assertEquals(stepLines([100, 200, 300], evaluations, 80), [
    "STEP  fcd-lab-10     recall-lab-k3-10",
    "100   30.00 ± 0.13   0.2500",
    "200   12.00 ± 0.13*  0.5000",
    "300   12.00 ± 0.13   0.7500*",
    "",
    "* the best of its column",
  ]);
});

Deno.test("stepLines() puts columns that do not fit below, each block with its steps", () => {
  const evaluations = [evaluation(30, 0.25), evaluation(12, 0.5)];
  assertEquals(stepLines([100, 200], evaluations, 30), [
    "STEP  fcd-lab-10",
    "100   30.00 ± 0.13",
    "200   12.00 ± 0.13*",
    "",
    "STEP  recall-lab-k3-10",
    "100   0.2500",
    "200   0.5000*",
    "",
    "* the best of its column",
  ]);
});
