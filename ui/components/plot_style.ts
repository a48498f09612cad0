/** How the page's charts look: colours, fonts and ticks, whatever they draw. */
import type uPlot from "uplot";
import { formatCount, formatScalar } from "../format.ts";

/** Width of the vertical axis. */
const AXIS_PX = 46;

/** The two axes: steps below, values at the left. `space` is the least between two values' ticks. */
export function plotAxes(
  host: HTMLElement,
  { space, log = false }: { readonly space: number; readonly log?: boolean },
): uPlot.Axis[] {
  const colour = plotColours(host);
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const axis: uPlot.Axis = { font, stroke: colour("muted"), ticks: { show: false }, gap: 6 };
  return [
    { ...axis, size: 26, grid: { show: false }, values: (_, ticks) => ticks.map(shortStep) },
    {
      ...axis,
      size: AXIS_PX,
      space,
      grid: { stroke: colour("rule"), width: 1 },
      ...(log ? { splits: (_plot, _axis, min, max) => logTicks(min, max) } : {}),
      values: (_, ticks) => ticks.map(formatTick),
    },
  ];
}

/** The colours of style/tokens.css as the theme in force has them. */
export function plotColours(host: HTMLElement): (name: string) => string {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(`--${name}`);
}

/** 1, 2 and 5 times the powers of ten between two positive ends. */
export function logTicks(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++) {
    for (const digit of [1, 2, 5]) {
      const tick = digit * 10 ** power;
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks;
}

/** A step as an axis writes it: `12k`, `1.5k`. */
export function shortStep(step: number): string {
  if (!Number.isInteger(step)) return "";
  return step >= 1000 ? `${Number((step / 1000).toFixed(2))}k` : formatCount(step);
}

function formatTick(value: number): string {
  return value >= 1000 ? shortStep(Math.round(value)) : String(Number(formatScalar(value)));
}
