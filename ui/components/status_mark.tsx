import type { JSX } from "preact";
import type { RunStatus } from "../../src/core/protocol.ts";

/** Shapes, not colours, tell the states apart: twelve by twelve, drawn in the text's colour. */
const SHAPES: Readonly<Record<RunStatus, JSX.Element>> = {
  preparing: <circle cx="6" cy="6" r="3.5" fill="none" stroke-width="1.5" stroke-dasharray="2 2" />,
  running: <circle cx="6" cy="6" r="4" fill="currentColor" stroke="none" />,
  completed: <path d="M2 6.5 5 9.5 10.5 3" fill="none" stroke-width="1.75" />,
  stopped: <rect x="2.5" y="2.5" width="7" height="7" rx="1" fill="currentColor" stroke="none" />,
  failed: <path d="m2.5 2.5 7 7m0-7-7 7" fill="none" stroke-width="2" />,
  interrupted: <path d="M6 1.5v5.5m0 2.2v1.3" fill="none" stroke-width="2" />,
};

/** A run's state: a mark and its word. */
export function StatusMark({ status }: { readonly status: RunStatus }): JSX.Element {
  return (
    <span class="status" data-status={status}>
      <svg viewBox="0 0 12 12" stroke="currentColor" aria-hidden="true">{SHAPES[status]}</svg>
      {status}
    </span>
  );
}
