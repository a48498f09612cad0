/** What the health strip says of a run, in words and in points. */
import type {
  HealthBalance,
  HealthEvidence,
  HealthFinding,
  RunMetrics,
} from "../../src/core/protocol.ts";
import { SAMPLE_DIVERSITY } from "./metric_lines.ts";
import type { SeriesBuffer } from "./series_buffer.ts";
import type { Point } from "./smoothing.ts";

/** A small curve: values over steps. */
export interface Trace {
  readonly steps: readonly number[];
  readonly values: readonly Point[];
}

/** Who is ahead, from D(x) − D(G(z)): 0 where the discriminator guesses, 1 where it is always right. */
export function balanceWords({ onReal, onFake }: HealthBalance): string {
  const gap = onReal - onFake;
  if (gap < 0.02) return "Generator far ahead";
  if (gap < 0.2) return "Even";
  return gap < 0.8 ? "Discriminator ahead" : "Discriminator far ahead";
}

/** What a finding is about, over steps; null where the page has no such values. */
export function traceOf(
  { rule }: HealthFinding,
  { quantity }: HealthEvidence,
  buffer: SeriesBuffer,
  metrics: RunMetrics | null,
): Trace | null {
  switch (rule) {
    case "collapse":
      return diversityTrace(metrics);
    case "divergence": {
      const network = quantity.includes("generator") ? "generator" : "discriminator";
      return columnTrace(buffer, `loss/${network}`);
    }
    case "discriminator-won":
    case "discriminator-lost":
      return gapTrace(buffer);
    default:
      return rule satisfies never;
  }
}

/** `sample-diversity` over steps; null where the run has none. */
export function diversityTrace(metrics: RunMetrics | null): Trace | null {
  return metrics?.metrics[SAMPLE_DIVERSITY] ?? null;
}

/** D(x) − D(G(z)) over steps; null where the run has no such scores. */
export function gapTrace({ steps, columns }: SeriesBuffer): Trace | null {
  const [onReal, onFake] = [columns.get("score/D(x)"), columns.get("score/D(G(z))")];
  if (onReal === undefined || onFake === undefined) return null;
  const values = steps.map((_, i): Point => {
    const [real, fake] = [onReal.mean[i], onFake.mean[i]];
    return real === null || fake === null ? null : real! - fake!;
  });
  return { steps, values };
}

function columnTrace({ steps, columns }: SeriesBuffer, name: string): Trace | null {
  const column = columns.get(name);
  return column === undefined ? null : { steps, values: column.mean };
}

/** At most `points` points: means of neighbours. */
export function thinned({ steps, values }: Trace, points: number): Trace {
  const size = Math.ceil(steps.length / points);
  if (size <= 1) return { steps, values };
  const ends: number[] = [];
  const means: Point[] = [];
  for (let from = 0; from < steps.length; from += size) {
    const known = values.slice(from, from + size).filter((value) => value !== null);
    ends.push(steps[Math.min(from + size, steps.length) - 1]!);
    means.push(known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length);
  }
  return { steps: ends, values: means };
}
