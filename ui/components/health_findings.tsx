import type { JSX } from "preact";
import type { HealthEvidence, HealthFinding, RunHealth } from "../../src/core/protocol.ts";
import { formatCount, formatScalar } from "../format.ts";
import type { OpenRun } from "../state.ts";
import { traceOf } from "../state/health.ts";
import { AlarmIcon } from "./icons.tsx";
import { Sparkline } from "./sparkline.tsx";

interface FindingsProps {
  readonly health: RunHealth;
  readonly open: OpenRun;
}

/** What gives alarm, with its evidence; what is over folds away. */
export function Findings({ health: { findings }, open }: FindingsProps): JSX.Element | null {
  if (findings.length === 0) return null;
  const lasting = findings.filter(({ until }) => until === null);
  const over = findings.filter(({ until }) => until !== null).toReversed();
  const list = (items: readonly HealthFinding[]) => (
    <ul class="findings">
      {items.map((finding) => (
        <Finding key={`${finding.rule} ${finding.since}`} finding={finding} open={open} />
      ))}
    </ul>
  );
  return (
    <>
      {lasting.length > 0 && list(lasting)}
      {over.length > 0 && (
        <details class="findings-over">
          <summary>
            {over.length === 1 ? "One alarm that is over" : `${over.length} alarms that are over`}
          </summary>
          {list(over)}
        </details>
      )}
    </>
  );
}

function Finding(
  { finding, open }: { readonly finding: HealthFinding; readonly open: OpenRun },
): JSX.Element {
  const { title, since, until, evidence, advice } = finding;
  return (
    <li class="finding" data-lasting={until === null ? "" : undefined}>
      <h3>
        {until === null && <AlarmIcon />} {title}{" "}
        <span class="muted numbers">
          {until === null
            ? `since step ${formatCount(since)}`
            : `steps ${formatCount(since)} to ${formatCount(until)}`}
        </span>
      </h3>
      {evidence.map((figure) => (
        <Evidence key={figure.quantity} figure={figure} finding={finding} open={open} />
      ))}
      <p>{advice}.</p>
    </li>
  );
}

function Evidence(
  { figure, finding, open }: {
    readonly figure: HealthEvidence;
    readonly finding: HealthFinding;
    readonly open: OpenRun;
  },
): JSX.Element {
  const { curves } = open.run;
  curves.drawing.value;
  const { quantity, value, bound, side } = figure;
  const trace = traceOf(finding, figure, curves.buffer, open.metrics.value.value);
  // The share of steps won is not what the curve shows, so its bound has no place there.
  const reference = finding.rule === "discriminator-won" ? undefined : bound;
  return (
    <div class="evidence numbers">
      {trace && (
        <Sparkline
          trace={trace}
          since={finding.since}
          until={finding.until}
          {...(reference === undefined ? {} : { reference })}
        />
      )}
      <p>
        {quantity} <b>{formatScalar(value)}</b>{" "}
        <span class="muted">alarm {side} {Number(bound.toPrecision(3))}</span>
      </p>
    </div>
  );
}
