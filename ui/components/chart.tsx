import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatScalar } from "../format.ts";
import type { OpenRun } from "../state.ts";
import type { ChartGroup } from "../state/chart_groups.ts";
import { useApp } from "./context.ts";
import { mountPlot } from "./plot.ts";

interface ChartProps {
  readonly group: ChartGroup;
  readonly open: OpenRun;
}

/** One chart with its figures: under the pointer, at the samples' step, or the newest. */
export function Chart({ group, open }: ChartProps): JSX.Element {
  const { preferences } = useApp();
  const host = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | null>(null);
  useEffect(
    () => mountPlot(host.current!, { group, open, preferences, onHover: (i) => hover.value = i }),
    [open],
  );
  return (
    <figure class="chart" aria-label={group.title}>
      <figcaption>
        <h3>{group.title}</h3>
        <Readout group={group} open={open} hover={hover} />
      </figcaption>
      <div class="plot" ref={host} aria-hidden="true" />
      <Summary group={group} open={open} />
    </figure>
  );
}

function Readout(
  { group, open: { run, player }, hover }: ChartProps & { readonly hover: Signal<number | null> },
): JSX.Element {
  run.curves.revision.value;
  const { steps, columns } = run.curves.buffer;
  const following = player.following.value;
  const shownStep = player.shown.value?.step ?? 0;
  const index = hover.value ?? (following ? steps.length - 1 : positionOf(steps, shownStep));
  return (
    <p class="readout numbers">
      {group.curves.map(({ name, label, tone }) => (
        <span key={name} data-tone={tone}>
          {label} <b>{formatScalar(columns.get(name)?.mean[index])}</b>
        </span>
      ))}
      <span class="muted">step {formatCount(steps[index] ?? 0)}</span>
    </p>
  );
}

/** The bucket a step falls into; the last one for steps past the end. */
function positionOf(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! >= step) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The chart in words, for those who cannot see it. */
function Summary({ group, open: { run } }: ChartProps): JSX.Element {
  run.curves.drawing.value;
  const { steps, columns } = run.curves.buffer;
  const texts = group.curves.map(({ name, label }) => {
    const column = columns.get(name);
    const known = (column?.min ?? []).filter((value) => value !== null);
    const highest = (column?.max ?? []).reduce<number>((a, b) => Math.max(a, b ?? a), -Infinity);
    return `${label}: ${formatScalar(column?.mean[0])} at first, ${
      formatScalar(column?.mean.at(-1))
    } now, between ${formatScalar(known.reduce((a, b) => Math.min(a, b), Infinity))} and ${
      formatScalar(highest)
    }.`;
  });
  return (
    <p class="visually-hidden">
      Steps {formatCount(steps[0] ?? 0)} to {formatCount(steps.at(-1) ?? 0)}. {texts.join(" ")}
    </p>
  );
}
