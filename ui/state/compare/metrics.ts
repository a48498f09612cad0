/** Metrics of several runs over steps, and at the checkpoints that are compared. Pure. */
import type { Better, RunMetrics } from "../../../src/core/protocol.ts";
import {
  directionOf,
  inOrder,
  LINE_STYLES,
  type MetricLine,
  type MetricMark,
  valueAt,
} from "../metric_lines.ts";

/** What a panel has to do with metrics. */
export interface MetricPanel {
  readonly letter: string;
  readonly run: string;
  readonly step: number | null;
  readonly metrics: RunMetrics | null;
}

/** One metric of every run that is compared. */
export interface MetricComparison {
  readonly name: string;
  /** null where neither more nor less is better in itself. */
  readonly better: Better | null;
  readonly lines: readonly MetricLine[];
  /** The panels' steps, on their runs' lines. */
  readonly marks: readonly MetricMark[];
  /** Of each panel at its checkpoint; null where it was not measured there. */
  readonly values: readonly (number | null)[];
  /** Panels with the best of those values; none where there are not two. */
  readonly best: readonly number[];
}

/** Metrics that any of the runs has, each with a line a run: several panels of one run share it. */
export function compareMetrics(panels: readonly MetricPanel[]): readonly MetricComparison[] {
  const names = new Set(panels.flatMap(({ metrics }) => Object.keys(metrics?.metrics ?? {})));
  return inOrder(names).map((name) => compareMetric(name, panels));
}

function compareMetric(name: string, panels: readonly MetricPanel[]): MetricComparison {
  const of = ({ metrics }: MetricPanel) => metrics?.metrics[name];
  const better = directionOf(name, panels.map(of).find((metric) => metric !== undefined)!.better);
  const measured = panels.filter((panel) => of(panel) !== undefined);
  const runs = [...new Set(measured.map(({ run }) => run))];
  const lines = runs.map((run): MetricLine => {
    const shown = panels.filter((panel) => panel.run === run);
    const { steps, values } = of(shown.find((panel) => of(panel) !== undefined)!)!;
    const style = LINE_STYLES[panels.indexOf(shown[0]!)]!;
    return { label: shown.map(({ letter }) => letter).join(" "), style, steps, values };
  });
  const lineOf = ({ run }: MetricPanel) => lines[runs.indexOf(run)];
  const values = panels.map((panel) => {
    const line = lineOf(panel);
    return line === undefined || panel.step === null ? null : valueAt(line, panel.step);
  });
  return {
    name,
    better,
    lines,
    marks: marksOf(panels, runs),
    values,
    best: bestAmong(values, better),
  };
}

/** One mark for all panels of a run at one step. */
function marksOf(panels: readonly MetricPanel[], runs: readonly string[]): readonly MetricMark[] {
  const marks = new Map<string, MetricMark>();
  for (const { letter, run, step } of panels) {
    const line = runs.indexOf(run);
    if (line < 0 || step === null) continue;
    const there = marks.get(`${line} ${step}`);
    marks.set(`${line} ${step}`, {
      line,
      step,
      label: there ? `${there.label} ${letter}` : letter,
    });
  }
  return [...marks.values()];
}

/** Positions of the best values; none unless at least two are known and they differ. */
export function bestAmong(
  values: readonly (number | null)[],
  better: Better | null,
): readonly number[] {
  if (better === null) return [];
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const best = better === "lower" ? Math.min(...known) : Math.max(...known);
  if (known.length < 2 || known.every((value) => value === best)) return [];
  return values.flatMap((value, i) => value === best ? [i] : []);
}
