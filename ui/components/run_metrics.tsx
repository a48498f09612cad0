import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { RunMetrics } from "../../src/core/protocol.ts";
import type { OpenRun } from "../state.ts";
import {
  directionOf,
  inOrder,
  type MetricLine,
  type MetricMark,
  SAMPLE_DIVERSITY,
} from "../state/metric_lines.ts";
import { MetricChart } from "./metric_chart.tsx";

/** What was measured of the run, a chart each; a click shows the samples of that step. */
export function RunMetricCharts({ open }: { readonly open: OpenRun }): JSX.Element | null {
  const names = useComputed(() =>
    inOrder(Object.keys(open.metrics.value.value?.metrics ?? {})).join("\n")
  );
  if (names.value === "") return null;
  return (
    <>
      {names.value.split("\n").map((name) => <RunMetric key={name} name={name} open={open} />)}
    </>
  );
}

function RunMetric({ name, open }: { readonly name: string; readonly open: OpenRun }) {
  const { player, metrics } = open;
  const metric = useComputed(() => metrics.value.value?.metrics[name]);
  const lines = useComputed(() => linesOf(metric.value));
  const shownStep = useComputed(() =>
    player.following.value ? null : player.shown.value?.step ?? null
  );
  const marks = useComputed((): readonly MetricMark[] =>
    shownStep.value === null ? [] : [{ line: 0, step: shownStep.value, label: "" }]
  );
  if (metric.value === undefined) return null;
  return (
    <MetricChart
      name={name}
      better={directionOf(name, metric.value.better)}
      lines={lines}
      marks={marks}
      onPick={(step) => player.goToStep(step)}
      {...(name === SAMPLE_DIVERSITY ? { reference: 1 } : {})}
    />
  );
}

function linesOf(metric: RunMetrics["metrics"][string] | undefined): readonly MetricLine[] {
  return metric === undefined ? [] : [{ label: "", style: "a", ...metric }];
}
