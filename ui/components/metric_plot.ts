/** The join to uPlot for metrics: few values, joined by lines, with marks at chosen steps. */
import { effect, type ReadonlySignal } from "@preact/signals";
import uPlot from "uplot";
import {
  alignLines,
  type LineStyle,
  type MetricLine,
  type MetricMark,
} from "../state/metric_lines.ts";
import { valueAt } from "../state/metric_lines.ts";
import type { Preferences } from "../state/preferences.ts";
import { plotAxes, plotColours } from "./plot_style.ts";

/** What a metric's chart draws and follows. */
export interface MetricPlotOptions {
  readonly lines: ReadonlySignal<readonly MetricLine[]>;
  readonly marks: ReadonlySignal<readonly MetricMark[]>;
  /** A value worth a line of its own. */
  readonly reference?: number | undefined;
  readonly preferences: Preferences;
  /** The step under the pointer; null when it leaves. */
  readonly onHover: (step: number | null) => void;
  /** A click at a step; left out, clicks do nothing. */
  readonly onPick?: ((step: number) => void) | undefined;
}

const HEIGHT_PX = 148;
/** Points get dots as long as there are no more than these. */
const DOTTED = 40;

/** Two colours and two dashes tell four lines apart, and letters at their marks. */
export const DASHES: Readonly<Record<LineStyle, readonly number[]>> = {
  a: [],
  b: [],
  c: [6, 4],
  d: [2, 3],
};

/** Draws until what it returns is called. */
export function mountMetricPlot(host: HTMLElement, options: MetricPlotOptions): () => void {
  const { lines, marks, preferences } = options;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let plot: uPlot | null = null;
  let stopped = false;
  const build = () => {
    if (stopped) return;
    plot?.destroy();
    const { steps, columns } = alignLines(lines.peek());
    const data = [steps, ...columns] as uPlot.AlignedData;
    plot = new uPlot(settings(host, options, steps), data, host);
  };
  const stops = [
    effect(() => {
      lines.value;
      preferences.theme.value;
      if (plot === null) build();
      else requestAnimationFrame(build); // by then a new theme's colours are in force
    }),
    effect(() => void (marks.value, plot?.redraw(false, false))),
  ];
  dark.addEventListener("change", build);
  const resized = new ResizeObserver(() =>
    plot?.setSize({ width: host.clientWidth, height: HEIGHT_PX })
  );
  resized.observe(host);
  return () => {
    stopped = true;
    resized.disconnect();
    dark.removeEventListener("change", build);
    stops.forEach((stop) => stop());
    plot?.destroy();
  };
}

function settings(
  host: HTMLElement,
  options: MetricPlotOptions,
  steps: readonly number[],
): uPlot.Options {
  const colour = plotColours(host);
  const lines = options.lines.peek();
  const dots = steps.length <= DOTTED;
  return {
    width: host.clientWidth,
    height: HEIGHT_PX,
    padding: [14, 16, 0, 0],
    legend: { show: false },
    series: [
      {},
      ...lines.map(({ style }): uPlot.Series => ({
        stroke: colour(`line-${style}`),
        width: 1.75,
        dash: [...DASHES[style]],
        spanGaps: true,
        points: { show: dots, size: 4, fill: colour(`line-${style}`) },
      })),
    ],
    scales: {
      x: { time: false, range: (_, min, max) => [min, Math.max(max, min + 1)] },
      y: { range: (_, min, max) => withRoom(min, max, options.reference) },
    },
    axes: plotAxes(host, { space: 30 }),
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    hooks: {
      setCursor: [(plot) => {
        const index = plot.cursor.idx;
        options.onHover(index === null || index === undefined ? null : steps[index] ?? null);
      }],
      ready: [(plot) => {
        if (options.onPick === undefined) return;
        plot.over.addEventListener("click", () => {
          const step = steps[plot.cursor.idx ?? -1];
          if (step !== undefined) options.onPick!(step);
        });
      }],
      drawClear: [(plot) => drawReference(plot, options.reference, colour)],
      draw: [(plot) => drawMarks(plot, options, host, colour)],
    },
  };
}

function withRoom(min: number | null, max: number | null, reference?: number): [number, number] {
  if (min === null || max === null) return [0, 1];
  const [low, high] = reference === undefined
    ? [min, max]
    : [Math.min(min, reference), Math.max(max, reference)];
  const room = 0.08 * (high - low) || 0.1 * Math.abs(high) || 0.1;
  return [low - room, high + room];
}

function drawReference(
  { ctx, bbox: { left, width }, valToPos }: uPlot,
  reference: number | undefined,
  colour: (name: string) => string,
): void {
  if (reference === undefined) return;
  const y = Math.round(valToPos(reference, "y", true));
  ctx.save();
  ctx.lineWidth = uPlot.pxRatio;
  ctx.strokeStyle = colour("muted");
  ctx.setLineDash([3 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(left + width, y);
  ctx.stroke();
  ctx.restore();
}

/** A ring around the value, and its label above; within the plot also at its edges. */
function drawMarks(
  { ctx, bbox: { left, width }, valToPos }: uPlot,
  { lines, marks }: MetricPlotOptions,
  host: HTMLElement,
  colour: (name: string) => string,
): void {
  const px = uPlot.pxRatio;
  ctx.save();
  ctx.font = `600 ${12 * px}px ${getComputedStyle(host).fontFamily}`;
  ctx.textBaseline = "alphabetic";
  ctx.setLineDash([]); // the last line's are still in force
  for (const { line, step, label } of marks.peek()) {
    const of = lines.peek()[line];
    const value = of && valueAt(of, step);
    if (of === undefined || value === null || value === undefined) continue;
    const [x, y] = [valToPos(step, "x", true), valToPos(value, "y", true)];
    ctx.lineWidth = 2 * px;
    ctx.strokeStyle = ctx.fillStyle = colour(`line-${of.style}`);
    ctx.beginPath();
    ctx.arc(x, y, 5 * px, 0, 2 * Math.PI);
    ctx.stroke();
    const half = ctx.measureText(label).width / 2;
    ctx.textAlign = "center";
    ctx.fillText(label, Math.max(left + half, Math.min(left + width - half, x)), y - 9 * px);
  }
  ctx.restore();
}
