import type { JSX } from "preact";
import { sampleUrl } from "../api.ts";
import { useApp } from "../components/context.ts";
import { Command } from "../components/command.tsx";
import { Link } from "../components/link.tsx";
import { Message } from "../components/message.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { datasetTitle, formatCount } from "../format.ts";
import { exploreHref, runHref } from "../router.ts";
import type { ExploreState } from "../state/explore/explore.ts";

/** What a generator learned, picture by picture. */
export function ExplorePage({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const state = explore.loading.value;
  if (state.state === "loading") return <Waiting />;
  if (state.state === "missing" || state.state === "failed") {
    return (
      <Message title={state.state === "missing" ? "There is no such run" : "This cannot be read"}>
        <p role="status">{state.message}</p>
        <p>
          <Link href="/">See all runs</Link>
        </p>
      </Message>
    );
  }
  if (explore.detail.value === null) {
    return (
      <Message title="Nothing to explore yet">
        <p>A run appears here with its first checkpoint. This trains one:</p>
        <Command>deno task train-gan</Command>
      </Message>
    );
  }
  return <Ready explore={explore} />;
}

function Waiting(): JSX.Element {
  usePageTitle("Explore");
  return <p class="muted waiting" role="status">Reading the run…</p>;
}

function Ready({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { router } = useApp();
  const { id, experiment, dataset, samples } = explore.detail.value!;
  const step = explore.step.value;
  usePageTitle(`Explore ${id}`);
  const sample = samples.findLast((each) => step === null || each.step <= step);
  return (
    <>
      <div class="page-head">
        <h1>
          {experiment} <span class="muted">on</span> {datasetTitle(dataset)}
        </h1>
        <Link href={runHref(id)}>the run</Link>
      </div>
      {step === null ? <p class="muted">This run has no checkpoint yet.</p> : (
        <label>
          Checkpoint{" "}
          <select
            value={step}
            onChange={(event) =>
              router.amend(exploreHref(id, Number(event.currentTarget.value)), "push")}
          >
            {explore.steps.value.map((each) => (
              <option key={each} value={each}>step {formatCount(each)}</option>
            ))}
          </select>
        </label>
      )}
      {sample && (
        <p>
          <img src={sampleUrl(id, sample)} alt={`Samples at step ${formatCount(sample.step)}`} />
        </p>
      )}
    </>
  );
}
