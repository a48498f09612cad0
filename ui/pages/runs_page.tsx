import type { JSX } from "preact";
import { BrokenRuns } from "../components/broken_runs.tsx";
import { Command } from "../components/command.tsx";
import { useApp } from "../components/context.ts";
import { usePageTitle } from "../components/page_title.ts";
import { RunsTable } from "../components/runs_table.tsx";
import { formatCount } from "../format.ts";

/** All runs, kept fresh. */
export function RunsPage(): JSX.Element {
  const { runs: { loading, runs, readAt } } = useApp();
  usePageTitle("Runs");
  const { value: state } = loading;
  const unreachable = state.state === "failed" || state.state === "missing";
  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        {runs.value.length > 0 && <Filter />}
      </div>
      <div role="status">
        {unreachable && <p class="notice">{state.message}. Trying again…</p>}
      </div>
      {readAt.value === null
        ? !unreachable && <p class="muted waiting">Reading the runs…</p>
        : runs.value.length === 0
        ? <NoRuns />
        : <Listing />}
      <BrokenRuns />
    </>
  );
}

function Filter(): JSX.Element {
  const { runs: { filter, visible, runs } } = useApp();
  const filtered = filter.value.trim() !== "";
  const count = filtered
    ? `${formatCount(visible.value.length)} of ${formatCount(runs.value.length)}`
    : formatCount(runs.value.length);
  return (
    <div class="filter">
      <input
        type="search"
        aria-label="Filter runs by name, dataset, device or status"
        placeholder="Filter"
        value={filter.value}
        onInput={(event) => filter.value = event.currentTarget.value}
      />
      <span class="muted numbers" role="status">
        {count} {runs.value.length === 1 ? "run" : "runs"}
      </span>
    </div>
  );
}

function Listing(): JSX.Element {
  const { runs: { visible, filter } } = useApp();
  if (visible.value.length > 0) return <RunsTable runs={visible.value} />;
  return (
    <p class="muted waiting">
      No run matches “{filter.value.trim()}”.{" "}
      <button type="button" class="quiet" onClick={() => filter.value = ""}>Show all</button>
    </p>
  );
}

function NoRuns(): JSX.Element {
  return (
    <div class="empty">
      <p class="lead">Nothing has been trained yet.</p>
      <p>This trains a DCGAN on drawn faces; the run appears here as soon as it starts.</p>
      <Command>deno task train-gan</Command>
    </div>
  );
}
