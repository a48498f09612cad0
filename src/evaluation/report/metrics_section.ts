/** The report's table of metrics. */
import { figureText } from "../../core/figure_text.ts";
import { addressOf, type Comparison, type Metrics, verdictOf } from "./comparison.ts";
import { html, type Markup } from "./markup.ts";
import { between, type MetricRow } from "./metric_rows.ts";

/** Which checkpoint is better, by how much, and whether the noise allows saying so. */
export function metricsSection(comparison: Comparison): Markup {
  const { metrics, checkpoints } = comparison;
  if (metrics === null) return html``;
  return html`
    <section>
    <h2>Metrics</h2>
    <p class="lead">${verdictOf(comparison)}</p>
    <div class="wide" role="region" aria-label="Metrics" tabindex="0">
    <table class="metrics">
    <thead><tr><th scope="col">Metric</th>${checkpoints.map((checkpoint) =>
      html`<th scope="col"><span class="letter">${checkpoint.letter}</span><small>${
        shortAddress(checkpoint)
      }</small></th>`
    )}</tr></thead>
    <tbody>
    ${metrics.rows.map((row) => metricRow(row, comparison))}
    </tbody>
    </table>
    </div>
    ${method(metrics)}
    </section>
  `;
}

/** The end of a run's id, which is what people tell runs by, and the step. */
export function shortAddress(checkpoint: { readonly run: string; readonly step: number }): string {
  const run = checkpoint.run.split("-").at(-1)!;
  return addressOf({ run, step: checkpoint.step });
}

function metricRow(row: MetricRow, { checkpoints }: Comparison): Markup {
  const { title, name, better, cells, reference } = row;
  const letters = checkpoints.map(({ letter }) => letter);
  const real = reference === null ? "" : `; the reference has ${figureText(reference, null)}`;
  return html`<tr><th scope="row">${title}<small><span>${name}</span><br> ${better} is better${real}</small></th>${
    cells.map(({ mean, standardError }, place) =>
      metricCell(
        figureText(mean, standardError),
        standing(row, place, letters),
        { letter: letters[place]!, best: place === row.best },
      )
    )
  }</tr>`;
}

/** The letter shows where the table is too wide for columns. */
function metricCell(
  figure: string,
  said: string,
  { letter, best }: { readonly letter: string; readonly best: boolean },
): Markup {
  const name = best ? "best" : "";
  return html`
    <td
      class="${name}"><b class="letter">${letter}</b><span>${figure}</span><small>${said}</small></td>
  `;
}

/** What is said below a figure. */
function standing(row: MetricRow, place: number, letters: readonly string[]): string {
  const { best, leaders, differences } = row;
  if (best === null) return "the same";
  if (place !== best) {
    const from = letters[best]!;
    if (leaders.includes(place)) return `not distinguishable from ${from}`;
    const { mean, standardError } = between(differences, place, best);
    return `worse than ${from} by ${figureText(Math.abs(mean), standardError)}`;
  }
  const level = leaders.filter((leader) => leader !== best).map((leader) => letters[leader]!);
  return level.length === 0 ? "best" : `best, not distinguishable from ${level.join(", ")}`;
}

function method({ sets, samplesOfSet, firstSeed, extractor, reference }: Metrics): Markup {
  const samples = samplesOfSet.toLocaleString("en");
  const lastSeed = firstSeed + sets * samplesOfSet - 1;
  const features = extractor === null ? "" : html`
    Features are those of the extractor <code>${extractor}</code>.
  `;
  return html`<p class="note">Each figure is the mean over ${sets} sets of ${samples} samples, seeds
${firstSeed} to ${lastSeed}, and its standard error. All checkpoints drew the same seeds, so differences
are taken set by set; where the paired t-test does not tell two apart with 95 % confidence they are called
not distinguishable. ${features}The reference is ${reference}. Smaller sets make most metrics worse:
compare these figures only with others of the same name.</p>`;
}
