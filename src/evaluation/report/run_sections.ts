/** What the report says of the runs: in which settings they differ, and what each is. */
import type { Comparison, RunFacts } from "./comparison.ts";
import type { Setting } from "./configuration.ts";
import { html, type Markup } from "./markup.ts";

/** Settings that differ; the others on demand. */
export function configurationSection(comparison: Comparison): Markup {
  const { configuration: { different, same }, runs } = comparison;
  const heads = runs.map((run) => runHead(run, comparison));
  const all = runs.length === 1
    ? html`<p>All checkpoints are of one run, <code>${runs[0]!.id}</code>.</p>`
    : different.length === 0
    ? html`<p>The runs have the same settings.</p>`
    : settingsTable(heads, different, "Settings that differ");
  const sameOnes = same.map(({ key, values }) => ({ key, values: values.slice(0, 1) }));
  return html`
    <section>
    <h2>Configuration</h2>
    ${all}
    <details><summary>${runs.length === 1 ? "Its" : "The same"} ${String(
      same.length,
    )} settings</summary>
    ${settingsTable([html`Value`], sameOnes, "Settings that are the same")}
    </details>
    </section>
  `;
}

/** Who made each run, when and on what. */
export function runsSection(comparison: Comparison): Markup {
  const { runs } = comparison;
  const facts = runs.map(factLines);
  const rows = facts[0]!.map(([key], i): Setting => ({
    key,
    values: facts.map((lines) => lines[i]![1]),
  }));
  return html`
    <section>
    <h2>${runs.length === 1 ? "Run" : "Runs"}</h2>
    ${settingsTable(runs.map((run) => runHead(run, comparison)), rows, "Runs")}
    </section>
  `;
}

/** The letters of a run's checkpoints, and the end of its id. */
function runHead({ id }: RunFacts, { checkpoints }: Comparison): Markup {
  const letters = checkpoints.filter(({ run }) => run === id).map(({ letter }) => letter);
  return html`<span class="letter">${letters.join(" ")}</span> ${id.split("-").at(-1)!}`;
}

function factLines(run: RunFacts): readonly (readonly [key: string, value: string])[] {
  const number = (value: number) => value.toLocaleString("en");
  const parameters = Object.entries(run.parameters)
    .map(([network, count]) => `${network} ${number(count)}`).join(", ");
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ["id", run.id],
    ["experiment", run.experiment],
    ["data", run.dataset],
    ["pictures", run.pictures === null ? "unknown" : number(run.pictures)],
    ["fingerprint of the data", run.dataFingerprint?.slice(0, 24) ?? "unknown"],
    ["parameters", parameters],
    ["steps", `${number(run.step)} of ${number(run.totalSteps)}, ${run.status}`],
    ["seed", String(run.seed)],
    ["started", `${run.createdAt.slice(0, 16).replace("T", " ")} UTC`],
    ["trained on", run.device ?? "unknown"],
    ["versions", versions.join(", ")],
  ];
}

function settingsTable(
  heads: readonly Markup[],
  settings: readonly Setting[],
  label: string,
): Markup {
  return html`
    <div class="wide" role="region" aria-label="${label}" tabindex="0">
      <table class="settings">
        <thead>
          <tr><th scope="col"><span class="muted">Setting</span></th>${heads.map((head) =>
            html`<th scope="col">${head}</th>`
          )}</tr>
        </thead>
        <tbody>
    ${settings.map(({ key, values }) =>
      html`<tr><th scope="row">${key}</th>${
        values.map((value) => html`<td>${value ?? "not a setting of it"}</td>`)
      }</tr>\n`
    )}
        </tbody>
      </table>
    </div>
  `;
}
