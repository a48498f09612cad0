/** The report as one HTML file that needs no other: pictures and style are in it. */
import { addressOf, type Comparison } from "./comparison.ts";
import { html, Markup } from "./markup.ts";
import { metricsSection } from "./metrics_section.ts";
import { differencesSection, type ReportPictures, samplesSection } from "./pictures_section.ts";
import { configurationSection, runsSection } from "./run_sections.ts";
import { STYLE } from "./style.ts";

/** Lays a comparison out. Reads well from 390 px up, in light, dark and print. */
export function reportPage(comparison: Comparison, pictures: ReportPictures): string {
  const { checkpoints, createdAt, device, command, notes } = comparison;
  const letters = checkpoints.map(({ letter }) => letter).join(", ");
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Checkpoints ${letters} compared – Atelier</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>
        <header>
        <h1>${checkpoints.length} checkpoints compared</h1>
        <ul class="checkpoints">
        ${checkpoints.map(({ letter, ...checkpoint }) =>
          html`<li><span class="letter">${letter}</span><span><code>${
            addressOf(checkpoint)
          }</code>${html`
            <small>${checkpoint.size}×${checkpoint.size}, ${checkpoint.channels === 1
              ? "grey"
              : "colour"}, latents of ${checkpoint.latentDim}, ${checkpoint
              .weights} weights</small>
          `}</span></li>\n`
        )}
        </ul>
        ${notes.map((note) => html`<p>${note}</p>\n`)}
            </header>
        <main>
        ${metricsSection(comparison)}
        <div class="pair" style="--columns: ${checkpoints.length}">
    ${samplesSection(comparison, pictures)}
        ${differencesSection(comparison, pictures)}
    </div>
        ${configurationSection(comparison)}
        ${runsSection(comparison)}
            </main>
        <footer>
          <h2>Made by</h2>
          <pre><code>${command}</code></pre>
          <p class="note">${createdAt.slice(0, 16).replace("T", " ")} UTC, on ${device}.</p>
        </footer>
      </body>
    </html>
  `.html;
}
