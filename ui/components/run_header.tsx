import type { JSX } from "preact";
import {
  datasetTitle,
  formatAgo,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from "../format.ts";
import { isEnlarger } from "../lab.ts";
import { compareHref, enlargeHref, exploreHref } from "../router.ts";
import { BICUBIC } from "../state/enlarge/models.ts";
import { isActive, type RunState } from "../state/run.ts";
import { ConnectionNote } from "./connection_note.tsx";
import { Link } from "./link.tsx";
import { ProgressBar } from "./progress.tsx";
import { StatusMark } from "./status_mark.tsx";
import { StopButton } from "./stop_button.tsx";

interface RunHeaderProps {
  readonly run: RunState;
  readonly now: number;
}

/** What the run is, how it stands, and the button that stops it. */
export function RunHeader({ run, now }: RunHeaderProps): JSX.Element {
  const { experiment, dataset, device, createdAt } = run.detail.value!;
  const status = run.status.value;
  return (
    <header class="run-head">
      <nav class="breadcrumb" aria-label="Breadcrumb">
        <Link href="/">All runs</Link>
      </nav>
      {run.checkpoints.value.length > 0 && (
        <nav class="run-ways" aria-label="This run’s generator">
          {isEnlarger(experiment) ? <Link href={enlargeHref([BICUBIC, run.id])}>Enlarge</Link> : (
            <>
              <Link href={exploreHref(run.id)}>Explore</Link>
              <Link href={compareHref([run.id])}>Compare</Link>
            </>
          )}
        </nav>
      )}
      <div class="run-title">
        <h1>
          {experiment} <span class="muted">on</span>{" "}
          <span title={dataset}>{datasetTitle(dataset)}</span>
        </h1>
        <p class="run-id">
          <code>{run.id}</code>
          <span>{device ? `${device.backend} on ${device.name}` : "device not chosen yet"}</span>
          <span class="started">
            started <time dateTime={createdAt}>{formatAgo(createdAt, now)}</time>
          </span>
        </p>
      </div>
      <div class="run-state">
        <span role="status">
          <StatusMark status={status} />
        </span>
        {isActive(status) && <ConnectionNote stream={run.stream} />}
        {isActive(status) && <StopButton run={run} />}
      </div>
      <Figures run={run} />
    </header>
  );
}

function Figures({ run }: { readonly run: RunState }): JSX.Element {
  const { step, totalSteps, imagesPerSecond, remainingMs } = run.progress.value;
  return (
    <div class="figures">
      <ProgressBar step={step} totalSteps={totalSteps} label="Training progress" />
      <dl class="numbers">
        <div>
          <dt>Step</dt>
          <dd>
            {formatCount(step)} <span class="muted">of {formatCount(totalSteps)}</span>
          </dd>
        </div>
        <div>
          <dt>Done</dt>
          <dd>{formatPercent(step, totalSteps)}</dd>
        </div>
        <div>
          <dt>Images/s</dt>
          <dd>{imagesPerSecond === null ? "–" : formatRate(imagesPerSecond)}</dd>
        </div>
        {isActive(run.status.value) && (
          <div>
            <dt>Time left</dt>
            <dd>{remainingMs === null ? "–" : formatDuration(remainingMs)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
