import type { JSX } from "preact";
import type { RunDetail } from "../../src/core/protocol.ts";
import { formatCount } from "../format.ts";
import { isEnlarger } from "../lab.ts";
import type { OpenRun } from "../state.ts";
import { isActive, type Warning } from "../state/run.ts";
import { Command } from "./command.tsx";

/** Warnings beyond this many fold away. */
const SHOWN = 2;

/** What went wrong and how to go on. */
export function Notices({ open: { run, health } }: { readonly open: OpenRun }): JSX.Element | null {
  const status = run.status.value;
  const message = run.message.value;
  // What a rule says stands in the health strip, with its evidence and whether it is over.
  const shownThere = health.value.value !== null;
  const warnings = run.warnings.value.filter(({ rule }) => rule === undefined || !shownThere);
  const resumable = !isActive(status) && status !== "completed" && run.checkpoints.value.length > 0;
  if (message === null && warnings.length === 0 && !resumable) return null;
  return (
    <section class="notices" aria-label="Notices">
      {status === "failed" && (
        <p class="notice strong" role="alert">
          <strong>The run failed.</strong> {message}
        </p>
      )}
      {status === "interrupted" && (
        <p class="notice">
          <strong>The run was interrupted:</strong> its process ended without a word.
        </p>
      )}
      <Warnings warnings={warnings} />
      {resumable && (
        <div class="resume">
          <p>Go on from its newest whole checkpoint:</p>
          <Command>{`deno task ${commandOf(run.detail.value!)} --resume ${run.id}`}</Command>
        </div>
      )}
    </section>
  );
}

/** The command that trains runs of an experiment. */
const commandOf = ({ experiment }: RunDetail) => isEnlarger(experiment) ? "train-sr" : "train-gan";

function Warnings({ warnings }: { readonly warnings: readonly Warning[] }): JSX.Element {
  const newestFirst = warnings.toReversed();
  const list = (items: readonly Warning[]) => (
    <ul class="warnings">
      {items.map(({ step, message }, i) => (
        <li key={`${step} ${i}`}>
          <span class="muted numbers">Step {formatCount(step)}</span> {message}
        </li>
      ))}
    </ul>
  );
  return (
    <div role="log" aria-label="Warnings">
      {warnings.length > 0 && list(newestFirst.slice(0, SHOWN))}
      {warnings.length > SHOWN && (
        <details>
          <summary>{formatCount(warnings.length - SHOWN)} earlier warnings</summary>
          {list(newestFirst.slice(SHOWN))}
        </details>
      )}
    </div>
  );
}
