import type { JSX } from "preact";
import { useApp } from "../components/context.ts";
import { Link } from "../components/link.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { datasetTitle, formatCount } from "../format.ts";
import { parseQuery, runHref } from "../router.ts";
import { editQuery } from "../state/query_state.ts";

/** Runs that can stand side by side. */
const MOST = 4;

/** Two to four runs side by side. Which ones is in the address: `of=RUN@STEP,RUN`. */
export function ComparePage(): JSX.Element {
  const { router, runs: { runs, readAt } } = useApp();
  usePageTitle("Compare");
  const chosen = (parseQuery(router.query.value).get("of") ?? "").split(",")
    .filter((text) => text !== "");
  const isChosen = (id: string) => chosen.some((text) => text === id || text.startsWith(`${id}@`));
  const toggle = (id: string) => {
    const others = chosen.filter((text) => text !== id && !text.startsWith(`${id}@`));
    const next = isChosen(id) ? others : [...others, id];
    editQuery(router, { of: next.join(",") }, "push");
  };
  const shown = runs.value.filter(({ id }) => isChosen(id));
  return (
    <>
      <div class="page-head">
        <h1>Compare</h1>
      </div>
      {readAt.value !== null && runs.value.length === 0 && <p>There is no run to compare yet.</p>}
      <ul class="compare-choice">
        {runs.value.map(({ id, dataset, step }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={isChosen(id)}
                disabled={!isChosen(id) && chosen.length >= MOST}
                onChange={() => toggle(id)}
              />{" "}
              {id} <span class="muted">{datasetTitle(dataset)}, step {formatCount(step)}</span>
            </label>
          </li>
        ))}
      </ul>
      <div class="compare-columns">
        {shown.map(({ id, newestSample }) => (
          <figure key={id}>
            <figcaption>
              <Link href={runHref(id)}>{id}</Link>
            </figcaption>
            {newestSample && (
              <img
                src={newestSample.url}
                alt={`Samples at step ${formatCount(newestSample.step)}`}
              />
            )}
          </figure>
        ))}
      </div>
    </>
  );
}
