/** Metrics over steps as charts draw them: several runs' values on one axis of steps. */
import type { Better } from "../../src/core/protocol.ts";
import type { Point } from "./smoothing.ts";

/** How a line is drawn: style/tokens.css has its colour, the plot its dashes. */
export const LINE_STYLES = ["a", "b", "c", "d"] as const;
/** One of `LINE_STYLES`. */
export type LineStyle = typeof LINE_STYLES[number];

/** A metric of one run over rising steps. */
export interface MetricLine {
  /** Beside the line and in its figures: `A`. */
  readonly label: string;
  readonly style: LineStyle;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** A step worth a mark on a line. */
export interface MetricMark {
  readonly line: number;
  readonly step: number;
  /** Beside the mark; empty for none. */
  readonly label: string;
}

/** The metric that sample diversity is recorded under. */
export const SAMPLE_DIVERSITY = "sample-diversity";

/** Names of metrics in the order they are shown: diversity, which tells nothing of quality, comes last. */
export function inOrder(names: Iterable<string>): readonly string[] {
  return [...names].sort((a, b) => Number(a === SAMPLE_DIVERSITY) - Number(b === SAMPLE_DIVERSITY));
}

/** Which way is better: for diversity neither is, as samples should differ as much as pictures do. */
export function directionOf(name: string, better: Better): Better | null {
  return name === SAMPLE_DIVERSITY ? null : better;
}

/** What a metric's chart says beside its name. */
export function directionText(name: string, better: Better | null): string {
  if (name === SAMPLE_DIVERSITY) return "1 is that of real pictures";
  return `${name.startsWith("psnr-") ? "dB, " : ""}${better} is better`;
}

/** A line's best value: its step and value, the earliest of equals; null for no value. */
export function bestOf(
  { steps, values }: Pick<MetricLine, "steps" | "values">,
  better: Better,
): { readonly step: number; readonly value: number } | null {
  let best: number | null = null;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const now = best === null ? NaN : values[best]!;
    if (best === null || (better === "lower" ? value < now : value > now)) best = i;
  });
  return best === null ? null : { step: steps[best]!, value: values[best]! };
}

/** A line's value at a step; null where it was not measured there. */
export function valueAt({ steps, values }: MetricLine, step: number): number | null {
  const at = steps.indexOf(step);
  return at < 0 ? null : values[at]!;
}

/** The value at the measured step nearest to one, the earlier of two as near; null for no value. */
export function nearestValue(
  { steps, values }: MetricLine,
  step: number,
): { readonly step: number; readonly value: number } | null {
  let near = -1;
  steps.forEach((each, i) => {
    if (near < 0 || Math.abs(each - step) < Math.abs(steps[near]! - step)) near = i;
  });
  return near < 0 ? null : { step: steps[near]!, value: values[near]! };
}

/** Every step that any line has, rising, and each line's values there; null where it has none. */
export function alignLines(
  lines: readonly MetricLine[],
): { readonly steps: number[]; readonly columns: Point[][] } {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  const columns = lines.map((line) => {
    const values = new Map(line.steps.map((step, i) => [step, line.values[i]!]));
    return steps.map((step): Point => {
      const value = values.get(step);
      return value === undefined || !Number.isFinite(value) ? null : value;
    });
  });
  return { steps, columns };
}
