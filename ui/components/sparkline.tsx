import type { JSX } from "preact";
import { thinned, type Trace } from "../state/health.ts";

const WIDTH = 160;
const HEIGHT = 32;
const PAD = 3;
const POINTS = 100;

interface SparklineProps {
  readonly trace: Trace;
  /** A value worth a dashed line. */
  readonly reference?: number;
  /** From here on the ground is shaded. */
  readonly since?: number;
  /** Where the shade ends; left out, with the curve. */
  readonly until?: number | null;
}

/** A curve no larger than a word. Decoration: what it shows is said beside it. */
export function Sparkline({ trace, reference, since, until }: SparklineProps): JSX.Element | null {
  const { steps, values } = thinned(trace, POINTS);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const all = reference === undefined ? known : [...known, reference];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const x = (step: number) => PAD + (WIDTH - 2 * PAD) * (step - first) / Math.max(1, last - first);
  const y = (value: number) =>
    HEIGHT - PAD - (HEIGHT - 2 * PAD) * (value - low) / (high - low || 1);
  const points = steps.flatMap((step, i) => {
    const value = values[i];
    return value === null || value === undefined
      ? []
      : [`${x(step).toFixed(1)},${y(value).toFixed(1)}`];
  });
  const [endX, endY] = points.at(-1)!.split(",");
  const from = since === undefined ? null : x(Math.max(first, since));
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {from !== null && (
        <rect x={from} y="0" width={Math.max(2, x(until ?? last) - from)} height={HEIGHT} />
      )}
      {reference !== undefined && (
        <line x1={PAD} x2={WIDTH - PAD} y1={y(reference)} y2={y(reference)} />
      )}
      <polyline points={points.join(" ")} />
      <circle cx={endX} cy={endY} r="2.25" />
    </svg>
  );
}
