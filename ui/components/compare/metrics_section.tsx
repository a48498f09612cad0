import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { CompareState } from "../../state/compare/compare.ts";
import type { MetricComparison } from "../../state/compare/metrics.ts";
import { directionText, SAMPLE_DIVERSITY } from "../../state/metric_lines.ts";
import { Command } from "../command.tsx";
import { MetricChart } from "../metric_chart.tsx";
import { FiguresTable } from "./figures_table.tsx";

/** Metrics at the checkpoints shown, and over all steps. */
export function MetricsSection({ compare }: { readonly compare: CompareState }): JSX.Element {
  const names = useComputed(() => compare.metrics.value.map(({ name }) => name).join("\n"));
  return (
    <section class="compare-metrics" aria-labelledby="compare-metrics-title">
      <h2 id="compare-metrics-title">Metrics</h2>
      {names.value === "" ? <NoMetrics compare={compare} /> : (
        <>
          <Table compare={compare} />
          <div class="metric-charts">
            {names.value.split("\n").map((name) => (
              <Chart key={name} name={name} compare={compare} />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function NoMetrics({ compare }: { readonly compare: CompareState }): JSX.Element {
  const panels = compare.panels.value;
  const reading = panels.some(({ source }) => source?.metrics.loading.value.state === "loading");
  if (reading) return <p class="muted">Reading…</p>;
  const panel = panels.find(({ step }) => step !== null);
  const dataset = panel?.source?.detail.value.value?.dataset ?? "faces";
  return (
    <div class="no-metrics">
      <p>Nothing was measured of these runs. To measure a checkpoint against its pictures:</p>
      <Command>
        {`deno task evaluate ${panel ? `${panel.run}@${panel.step}` : "RUN@STEP"} ${dataset}`}
      </Command>
      <p>To measure every checkpoint while it trains:</p>
      <Command>deno task train-gan --metrics</Command>
    </div>
  );
}

/** The figures at the checkpoints that are shown; the best of a row says so. */
function Table({ compare }: { readonly compare: CompareState }): JSX.Element {
  const columns = compare.panels.value.map(({ letter, step }) => ({
    name: letter,
    note: step === null ? "" : formatCount(step),
  }));
  const rows = compare.metrics.value.map(({ name, better, values, best }) => ({
    name,
    note: directionText(name, better),
    values,
    best,
  }));
  return <FiguresTable heading="At the steps shown" columns={columns} rows={rows} />;
}

interface ChartProps {
  readonly name: string;
  readonly compare: CompareState;
}

/** A click goes to the slider's nearest step. */
function Chart({ name, compare }: ChartProps): JSX.Element | null {
  const metric = useComputed(() => compare.metrics.value.find((each) => each.name === name));
  // Lines as one text: they stay the same objects while only the steps shown move.
  const key = useComputed(() => JSON.stringify(metric.value?.lines ?? []));
  const lines = useComputed((): MetricComparison["lines"] => JSON.parse(key.value));
  const marks = useComputed(() => metric.value?.marks ?? []);
  if (metric.value === undefined) return null;
  return (
    <MetricChart
      name={name}
      better={metric.value.better}
      lines={lines}
      marks={marks}
      onPick={(step) => compare.view.step.set(step)}
      {...(name === SAMPLE_DIVERSITY ? { reference: 1 } : {})}
    />
  );
}
