import type { JSX } from "preact";
import { lowUrl } from "../../picture_api.ts";
import type { EnlargePanel, EnlargeState } from "../../state/enlarge/enlarge.ts";
import { formatFigure } from "../../state/enlarge/figures.ts";
import { resultFileName } from "../../state/enlarge/models.ts";

interface CaptionProps {
  readonly enlarge: EnlargeState;
  readonly panel: EnlargePanel;
}

/** Below each picture: how near it comes to the truth, how long it took, and the way to keep it. */
export function Caption({ enlarge, panel }: CaptionProps): JSX.Element {
  const { result, chosen } = panel;
  const { id, scale, truth, name = null } = enlarge.picture.value!;
  if (panel.kind === "truth") return <div class="panel-caption" />;
  if (chosen === null) {
    return (
      <div class="panel-caption">
        {truth !== null && (
          <p class="panel-keep">
            <a href={lowUrl(id)} download={`${stemOf(name)}-small-x${scale}.png`}>Download</a>
          </p>
        )}
      </div>
    );
  }
  return (
    <div class="panel-caption">
      <Figures enlarge={enlarge} panel={panel} />
      {result?.state === "done" && (
        <p class="panel-keep numbers">
          <span class="muted">{formatSeconds(result.seconds)}</span>
          <a
            href={result.image}
            download={resultFileName(name, scale, chosen)}
            aria-label={`Download ${panel.letter}, ${panel.title}`}
          >
            Download
          </a>
        </p>
      )}
    </div>
  );
}

const stemOf = (name: string | null) => (name ?? "picture").replace(/\.[A-Za-z]{3,5}$/, "");

/** Of luma, as papers print them, and how different it looks; the table below has them all. */
function Figures({ enlarge, panel }: CaptionProps): JSX.Element | null {
  const figures = enlarge.figures.value.filter(({ name, values }) =>
    /^((psnr|ssim)-y|perceptual|texture)-/.test(name) && values[panel.index] !== null
  );
  if (figures.length === 0) return null;
  return (
    <dl class="panel-figures numbers">
      {figures.map(({ name, values, best }) => (
        <div key={name} data-best={best.includes(panel.index) ? "" : undefined}>
          <dt>{name}</dt>
          <dd>
            {formatFigure(name, values[panel.index]!)}
            {best.includes(panel.index) && <span class="best-mark">best</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A time of work, from hundredths of a second to minutes. */
function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
