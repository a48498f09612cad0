import type { JSX } from "preact";
import { formatCount, formatPercent } from "../format.ts";

interface ProgressBarProps {
  readonly step: number;
  readonly totalSteps: number;
  readonly label: string;
}

/** How far a run has come, as a thin line. */
export function ProgressBar({ step, totalSteps, label }: ProgressBarProps): JSX.Element {
  return (
    <progress
      max={Math.max(1, totalSteps)}
      value={Math.min(step, totalSteps)}
      aria-label={label}
    >
      {formatPercent(step, totalSteps)} of {formatCount(totalSteps)} steps
    </progress>
  );
}
