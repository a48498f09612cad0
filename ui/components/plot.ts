/** The join to uPlot: draws one chart of a run into an element and keeps it up to date. */
import { computed, effect, type ReadonlySignal, untracked } from "@preact/signals";
import uPlot from "uplot";
import type { OpenRun } from "../state.ts";
import {
  type ChartGroup,
  type CurveData,
  curveData,
  verticalRange,
} from "../state/chart_groups.ts";
import type { Preferences } from "../state/preferences.ts";
import { plotAxes, plotColours } from "./plot_style.ts";

/** What a chart draws and follows. */
export interface PlotOptions {
  readonly group: ChartGroup;
  readonly open: OpenRun;
  readonly preferences: Preferences;
  /** Position of the pointer's point among the buffer's steps; null when it leaves. */
  readonly onHover: (index: number | null) => void;
}

const HEIGHT_PX = { tall: 208, low: 112 } as const;
/** Each curve is four series of uPlot: extremes, raw mean and smoothed mean. */
const SERIES_PER_CURVE = 4;
/** A drag shorter than this is a click. */
const DRAG_PX = 6;

/** Draws until what it returns is called. */
export function mountPlot(host: HTMLElement, options: PlotOptions): () => void {
  const { open: { run: { curves: { buffer, drawing } }, zoom, player }, preferences, group } =
    options;
  const log = computed(() => group.mayBeLog && preferences.logScale.value);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let curves: CurveData[] = [];
  let plot: uPlot | null = null;
  let stopped = false;

  const fill = () => {
    drawing.value;
    const smoothing = preferences.smoothing.value;
    curves = group.curves.map(({ name }) => curveData(buffer, name, smoothing, log.value));
    const columns = curves.flatMap(({ max, min, mean, smooth }) => [max, min, mean, smooth]);
    plot?.setData([buffer.steps, ...columns] as uPlot.AlignedData, false);
    untracked(() => frame(plot, buffer.steps, zoom));
  };
  const rebuild = () => {
    if (stopped) return;
    plot?.destroy();
    plot = new uPlot(plotSettings(host, options, log.peek(), () => curves), [[]], host);
    untracked(fill);
  };
  const stops = [
    effect(() => {
      preferences.theme.value;
      log.value;
      if (plot === null) untracked(rebuild);
      else requestAnimationFrame(rebuild); // by then the theme's colours are in force
    }),
    effect(fill),
    effect(() => {
      zoom.value;
      frame(plot, buffer.steps, zoom);
      plot?.setCursor({ left: -1, top: -1 }); // the pointer's step is another one now
    }),
    effect(() => void (player.shown.value, plot?.redraw(false, false))),
  ];
  dark.addEventListener("change", rebuild);
  const resize = () => plot?.setSize({ width: host.clientWidth, height: heightOf(group) });
  const resized = new ResizeObserver(resize);
  resized.observe(host);
  return () => {
    stopped = true;
    resized.disconnect();
    dark.removeEventListener("change", rebuild);
    stops.forEach((stop) => stop());
    plot?.destroy();
  };
}

/** Sets the horizontal axis to the zoom, or to all steps; the vertical one follows. */
function frame(
  plot: uPlot | null,
  steps: readonly number[],
  zoom: ReadonlySignal<readonly [number, number] | null>,
): void {
  if (plot === null || steps.length === 0) return;
  const [min, max] = zoom.value ?? [steps[0]!, Math.max(steps.at(-1)!, steps[0]! + 1)];
  plot.setScale("x", { min, max });
}

function heightOf(group: ChartGroup): number {
  return group.tall ? HEIGHT_PX.tall : HEIGHT_PX.low;
}

function plotSettings(
  host: HTMLElement,
  options: PlotOptions,
  log: boolean,
  curves: () => readonly CurveData[],
): uPlot.Options {
  const { group, open } = options;
  const colour = plotColours(host);
  return {
    width: host.clientWidth,
    height: heightOf(group),
    padding: [6, 16, 0, 0],
    legend: { show: false },
    series: [{}, ...group.curves.flatMap(({ tone }) => curveSeries(tone, colour, options))],
    bands: group.curves.map(({ tone }, i) => ({
      series: [SERIES_PER_CURVE * i + 1, SERIES_PER_CURVE * i + 2],
      fill: colour(`${tone}-band`),
    })),
    scales: {
      x: { time: false, auto: false },
      y: {
        distr: log ? 3 : 1,
        range: (plot) => {
          const [from, to] = plot.series[0]!.idxs ?? [0, -1];
          return group.range ? [...group.range] : verticalRange(curves(), from, to, log) ?? [0, 1];
        },
      },
    },
    axes: plotAxes(host, { space: group.tall ? 36 : 20, log }),
    cursor: {
      // Charts share where the pointer is; a drag is one chart's own, or each would zoom for it.
      sync: {
        key: `run ${open.run.id}`,
        filters: {
          pub: (type) => type === "mousemove" || type === "mouseleave",
          sub: () => true,
        },
      },
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false, dist: DRAG_PX },
    },
    hooks: {
      setCursor: [(plot) => options.onHover(plot.cursor.idx ?? null)],
      setSelect: [(plot) => select(plot, open)],
      ready: [(plot) => listen(plot, open)],
      drawClear: [(plot) => drawGuides(plot, options, colour)],
    },
  };
}

function curveSeries(
  tone: string,
  colour: (name: string) => string,
  { preferences, open }: PlotOptions,
): uPlot.Series[] {
  const hidden: uPlot.Series = { width: 0, points: { show: false }, spanGaps: true };
  const raw = () => preferences.smoothing.peek() > 0 ? colour(`${tone}-raw`) : "transparent";
  const lone = (_: uPlot, index: number) => index > 0 && open.run.curves.buffer.steps.length === 1;
  return [
    hidden,
    hidden,
    { stroke: raw, width: 1, points: { show: false }, spanGaps: true },
    { stroke: colour(tone), width: 1.75, points: { show: lone, size: 6 }, spanGaps: true },
  ];
}

/** A drag across the chart zooms all charts of the run. */
function select(plot: uPlot, { zoom }: OpenRun): void {
  const { left, width } = plot.select;
  if (width < DRAG_PX) return;
  zoom.value = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** A click shows the samples of that step; a double click shows all steps again. */
function listen(plot: uPlot, { zoom, player }: OpenRun): void {
  let from = 0;
  plot.over.addEventListener("mousedown", ({ clientX }) => from = clientX);
  plot.over.addEventListener("click", ({ clientX, detail }) => {
    if (detail > 1 || Math.abs(clientX - from) > DRAG_PX) return;
    player.goToStep(plot.posToVal(plot.cursor.left ?? 0, "x"));
  });
  plot.over.addEventListener("dblclick", () => zoom.value = null);
}

/** Lines behind the curves: the group's reference, and the step of the samples on screen. */
function drawGuides(
  plot: uPlot,
  { group, open: { player } }: PlotOptions,
  colour: (name: string) => string,
): void {
  const { ctx, bbox: { left, top, width, height } } = plot;
  const line = (fromX: number, fromY: number, toX: number, toY: number, stroke: string) => {
    ctx.strokeStyle = stroke;
    ctx.beginPath();
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
    ctx.stroke();
  };
  ctx.save();
  ctx.lineWidth = uPlot.pxRatio;
  if (group.reference !== undefined) {
    const y = Math.round(plot.valToPos(group.reference, "y", true));
    ctx.setLineDash([3 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    line(left, y, left + width, y, colour("muted"));
    ctx.setLineDash([]);
  }
  const shown = player.shown.peek();
  if (shown !== null && !player.following.peek()) {
    const x = Math.round(plot.valToPos(shown.step, "x", true));
    if (x >= left && x <= left + width) line(x, top, x, top + height, colour("accent"));
  }
  ctx.restore();
}
