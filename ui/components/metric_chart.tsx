import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Better } from "../../src/core/protocol.ts";
import { formatCount, formatScalar } from "../format.ts";
import {
  bestOf,
  directionText,
  type LineStyle,
  type MetricLine,
  type MetricMark,
  nearestValue,
} from "../state/metric_lines.ts";
import { useApp } from "./context.ts";
import { mountMetricPlot } from "./metric_plot.ts";

interface MetricChartProps {
  readonly name: string;
  /** null where neither way is. */
  readonly better: Better | null;
  readonly lines: ReadonlySignal<readonly MetricLine[]>;
  /** Steps to mark besides each line's best. */
  readonly marks: ReadonlySignal<readonly MetricMark[]>;
  readonly reference?: number;
  readonly onPick?: (step: number) => void;
}

/** A metric over steps, one line a run, with figures: under the pointer, else at the marks. */
export function MetricChart(props: MetricChartProps): JSX.Element {
  const { name, better, lines, reference, onPick } = props;
  const { preferences } = useApp();
  const host = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | null>(null);
  const marks = useComputed(() => withBest(lines.value, props.marks.value, better));
  useEffect(
    () =>
      mountMetricPlot(host.current!, {
        ...{ lines, marks, reference, preferences, onPick },
        onHover: (step) => hover.value = step,
      }),
    [lines],
  );
  const figures = figuresOf(lines.value, props.marks.value, hover.value);
  return (
    <figure class="chart metric-chart" aria-label={name}>
      <figcaption>
        <h3>
          {name} <span class="muted">{directionText(name, better)}</span>
        </h3>
        <p class="readout numbers">
          {figures.map(({ label, style, value, step }, i) => (
            <span key={i} data-line={style}>
              {label !== "" && `${label} `}
              <b>{formatScalar(value)}</b>
              <span class="muted">at {formatCount(step)}</span>
            </span>
          ))}
        </p>
      </figcaption>
      <div class="plot" ref={host} aria-hidden="true" data-picks={onPick ? "" : undefined} />
      <p class="visually-hidden">{summary(lines.value, better)}</p>
    </figure>
  );
}

interface Figure {
  readonly label: string;
  readonly style: LineStyle;
  readonly value: number;
  readonly step: number;
}

/** Each line's value nearest to the step pointed at; else the marks' values, or each line's newest. */
function figuresOf(
  lines: readonly MetricLine[],
  marks: readonly MetricMark[],
  pointed: number | null,
): readonly Figure[] {
  const newest = lines.map((line, i) => ({
    ...{ line: i, label: line.label, step: line.steps.at(-1) ?? 0 },
  }));
  const asked = pointed !== null
    ? newest.map((each) => ({ ...each, step: pointed }))
    : marks.length > 0
    ? marks
    : newest;
  return asked.flatMap(({ line, label, step }) => {
    const of = lines[line];
    const near = of && nearestValue(of, step);
    return of && near ? [{ label, style: of.style, ...near }] : [];
  });
}

/** The marks, and each line's best, in one where they meet. */
function withBest(
  lines: readonly MetricLine[],
  marks: readonly MetricMark[],
  better: Better | null,
): MetricMark[] {
  if (better === null) return [...marks];
  const best = lines.map((line) => line.steps.length > 1 ? bestOf(line, better)?.step : undefined);
  const isBest = ({ line, step }: MetricMark) => best[line] === step;
  const alone = best.flatMap((step, line): MetricMark[] =>
    step === undefined || marks.some((mark) => mark.line === line && mark.step === step)
      ? []
      : [{ line, step, label: "best" }]
  );
  return [
    ...alone,
    ...marks.map((mark) => isBest(mark) ? { ...mark, label: `${mark.label} best` } : mark),
  ];
}

/** The chart in words, for those who cannot see it. */
function summary(lines: readonly MetricLine[], better: Better | null): string {
  const at = (value: number | undefined, step: number | undefined) =>
    `${formatScalar(value)} at step ${formatCount(step ?? 0)}`;
  return lines.map((line) => {
    const { label, steps, values } = line;
    if (steps.length === 0) return `${label}: no value.`;
    const best = better === null ? null : bestOf(line, better);
    const ends = `${at(values[0], steps[0])}, ${at(values.at(-1), steps.at(-1))}`;
    return `${label}: ${ends}${best === null ? "" : `, best ${at(best.value, best.step)}`}.`;
  }).join(" ");
}
