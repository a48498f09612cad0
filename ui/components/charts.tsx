import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { OpenRun } from "../state.ts";
import { isActive } from "../state/run.ts";
import { chartGroups } from "../state/chart_groups.ts";
import { SMOOTHING } from "../state/preferences.ts";
import { Chart } from "./chart.tsx";
import { useApp } from "./context.ts";
import { RunMetricCharts } from "./run_metrics.tsx";

/** The run's scalars over steps, in charts that share their pointer and their zoom. */
export function Charts({ open }: { readonly open: OpenRun }): JSX.Element {
  const { run, zoom } = open;
  // The names of the scalars as one text: it changes only when a scalar is new.
  const names = useComputed(() => {
    run.curves.revision.value;
    return [...run.curves.buffer.columns.keys()].join("\n");
  });
  const groups = names.value === "" ? [] : chartGroups(names.value.split("\n"));
  const read = run.curves.revision.value > 0;
  const coming = isActive(run.status.value)
    ? "Curves begin with the first step."
    : "This run ended before its first step.";
  const nothing = read ? coming : "Reading the curves…";
  return (
    <section class="charts" aria-labelledby="charts-title">
      <h2 id="charts-title" class="visually-hidden">Curves</h2>
      {groups.length === 0 ? <p class="muted">{nothing}</p> : <ChartControls />}
      {groups.map((group) => (
        <Chart key={`${group.key} ${group.curves.length}`} group={group} open={open} />
      ))}
      <RunMetricCharts open={open} />
      {zoom.value && (
        <button type="button" class="quiet" onClick={() => zoom.value = null}>
          Show all steps
        </button>
      )}
    </section>
  );
}

function ChartControls(): JSX.Element {
  const { preferences: { smoothing, logScale } } = useApp();
  return (
    <div class="chart-controls">
      <label>
        Smoothing
        <input
          type="range"
          min={SMOOTHING.least}
          max={SMOOTHING.most}
          step={SMOOTHING.step}
          value={smoothing.value}
          onInput={(event) => smoothing.value = event.currentTarget.valueAsNumber}
        />
        <output class="numbers">{smoothing.value.toFixed(2)}</output>
      </label>
      <label>
        <input
          type="checkbox"
          checked={logScale.value}
          onChange={(event) => logScale.value = event.currentTarget.checked}
        />
        Log losses
      </label>
    </div>
  );
}
