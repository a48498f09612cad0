import type { JSX } from "preact";
import type { RunSummary } from "../../src/core/protocol.ts";
import { datasetTitle, enlargerTitle, formatAgo, formatCount, formatPercent } from "../format.ts";
import { isEnlarger } from "../lab.ts";
import { runHref } from "../router.ts";
import { isActive } from "../state/run.ts";
import type { SortKey } from "../state/runs.ts";
import { useApp } from "./context.ts";
import { Link } from "./link.tsx";
import { ProgressBar } from "./progress.tsx";
import { StatusMark } from "./status_mark.tsx";

const COLUMNS: readonly { readonly key: SortKey; readonly title: string }[] = [
  { key: "run", title: "Run" },
  { key: "status", title: "Status" },
  { key: "dataset", title: "Dataset" },
  { key: "device", title: "Device" },
  { key: "progress", title: "Progress" },
  { key: "updated", title: "Updated" },
];

/** The runs with their newest samples. Roles are stated because narrow screens lay the table out anew. */
export function RunsTable({ runs }: { readonly runs: readonly RunSummary[] }): JSX.Element {
  return (
    <table class="runs" role="table" aria-label="Runs">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="sample-cell">
            <span class="visually-hidden">Newest sample</span>
          </th>
          {COLUMNS.map(({ key, title }) => <SortCell key={key} name={key} title={title} />)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {runs.map((run) => <RunRow key={run.id} run={run} />)}
      </tbody>
    </table>
  );
}

function SortCell({ name, title }: { readonly name: SortKey; readonly title: string }) {
  const { runs } = useApp();
  const { key, direction } = runs.sort.value;
  return (
    <th
      role="columnheader"
      scope="col"
      class={`${name}-cell`}
      aria-sort={key === name ? direction : undefined}
    >
      <button type="button" onClick={() => runs.sortBy(name)}>{title}</button>
    </th>
  );
}

function RunRow({ run }: { readonly run: RunSummary }): JSX.Element {
  const { now } = useApp();
  const { id, status, experiment, config, dataset, device, step, totalSteps, newestSample } = run;
  const title = datasetTitle(dataset);
  return (
    <tr role="row" data-status={status}>
      <td role="cell" class="sample-cell">
        {newestSample
          ? (
            <img
              src={newestSample.url}
              alt={`Samples at step ${newestSample.step}`}
              loading="lazy"
            />
          )
          : <span class="no-sample">{isActive(status) ? "no sample yet" : "no sample"}</span>}
      </td>
      <th role="rowheader" scope="row" class="run-cell">
        <Link href={runHref(id)} title={dataset === title ? undefined : dataset}>{id}</Link>
        <span class="muted">
          {experiment}
          {isEnlarger(experiment) && ` ${enlargerTitle(config)}`}
        </span>
      </th>
      <td role="cell" class="status-cell">
        <StatusMark status={status} />
      </td>
      <td role="cell" class="dataset-cell">{title}</td>
      <td role="cell" class="device-cell">
        {device
          ? (
            <>
              {device.backend} <span class="muted">{device.name}</span>
            </>
          )
          : "–"}
      </td>
      <td role="cell" class="progress-cell numbers">
        {formatCount(step)} <span class="muted">of {formatCount(totalSteps)}</span>
        {isActive(status) && (
          <ProgressBar
            step={step}
            totalSteps={totalSteps}
            label={`Progress: ${formatPercent(step, totalSteps)}`}
          />
        )}
      </td>
      <td role="cell" class="updated-cell numbers">
        <time dateTime={run.updatedAt}>{formatAgo(run.updatedAt, now.value)}</time>
      </td>
    </tr>
  );
}
