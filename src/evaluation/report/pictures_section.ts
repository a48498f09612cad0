/** The report's pictures: a row a seed, a column a checkpoint; and where they differ. */
import type { Comparison, Differences } from "./comparison.ts";
import { html, type Markup } from "./markup.ts";
import { shortAddress } from "./metrics_section.ts";
import { rampStops } from "./picture_differences.ts";

/** Pictures as data URIs. */
export interface ReportPictures {
  /** By checkpoint, then by seed. */
  readonly samples: readonly (readonly string[])[];
  /** Differences in colour; null where there is none. */
  readonly maps: readonly (readonly string[] | null)[];
}

/** The same seeds of every checkpoint. */
export function samplesSection(comparison: Comparison, { samples }: ReportPictures): Markup {
  const { seeds, checkpoints } = comparison;
  const cells = seeds.map((seed, row) =>
    checkpoints.map(({ letter }, column) =>
      html`<td><img src="${samples[column]![row]!}" alt="Seed ${seed} of ${letter}"><small
        class="beside">${"\u00a0"}</small></td>`
    )
  );
  return html`
    <section>
    <h2>Samples</h2>
    <p>One latent a row: a seed is the same latent for every checkpoint${latentsDiffer(comparison)
      ? " whose latents have as many numbers"
      : ""}.</p>
    ${pictureTable(comparison, cells)}
    </section>
  `;
}

/** How each picture differs from the first or the previous checkpoint's. */
export function differencesSection(
  comparison: Comparison,
  { samples, maps }: ReportPictures,
): Markup {
  const { seeds, checkpoints, differences } = comparison;
  if (maps.every((map) => map === null)) return html``;
  const cells = seeds.map((seed, row) =>
    checkpoints.map(({ letter }, column) => {
      const of = differences.checkpoints[column];
      if (!of && column > 0) return html`<td class="muted">another latent</td>`;
      if (!of) {
        const alt = `Seed ${seed} of ${letter}`;
        return html`<td><img src="${samples[0]![row]!}" alt="${alt}"><small>itself</small></td>`;
      }
      const from = checkpoints[of.from]!.letter;
      const alt = `Where seed ${seed} of ${letter} differs from that of ${from}`;
      const mean = of.bySeed[row]!.toFixed(1);
      return html`<td><img src="${maps[column]![row]!}" alt="${alt}"><small>${mean}</small></td>`;
    })
  );
  return html`
    <section>
    <h2>Differences</h2>
    <p>${differences.against === "first"
      ? "Each picture less that of the first checkpoint."
      : "Each picture less that of the checkpoint before it."} Below each its mean absolute difference, in levels of 255${meansText(
        comparison,
      )}.</p>
    ${scale(differences)}
    ${pictureTable(comparison, cells)}
    </section>
  `;
}

function meansText({ checkpoints, differences }: Comparison): string {
  const parts = differences.checkpoints.flatMap((of, place) =>
    of === null ? [] : [
      `${checkpoints[place]!.letter} from ${checkpoints[of.from]!.letter} ${of.mean.toFixed(1)}`,
    ]
  );
  return `; over all seeds ${parts.join(", ")}`;
}

/** Whether a seed names another latent in some of the checkpoints. */
export function latentsDiffer({ checkpoints }: Pick<Comparison, "checkpoints">): boolean {
  return checkpoints.some(({ latentDim }) => latentDim !== checkpoints[0]!.latentDim);
}

function pictureTable(
  { seeds, checkpoints }: Comparison,
  cells: readonly (readonly Markup[])[],
): Markup {
  return html`
    <div class="wide" role="region" aria-label="Pictures" tabindex="0">
      <table class="pictures" style="--columns: ${checkpoints.length}">
        <thead>
          <tr><th scope="col">Seed</th>${checkpoints.map((checkpoint) =>
            html`<th scope="col"><span class="letter">${checkpoint.letter}</span><small>${
              shortAddress(checkpoint)
            }</small></th>`
          )}</tr>
        </thead>
        <tbody>
    ${seeds.map((seed, row) => html`<tr><th scope="row">${seed}</th>${cells[row]!}</tr>\n`)}
        </tbody>
      </table>
    </div>
  `;
}

function scale({ shade, scaleEnd }: Differences): Markup {
  const colours = rampStops(shade).join(", ");
  const [low, high] = shade === "absolute" ? ["0", String(scaleEnd)] : [
    `darker by ${scaleEnd}`,
    `brighter by ${scaleEnd}`,
  ];
  return html`
    <div
      class="scale"><span>${low}</span><i style="background: linear-gradient(to right, ${colours})"></i><span>${high} and more</span></div>
  `;
}
