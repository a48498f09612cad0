import type { JSX } from "preact";
import type { NearestPictures } from "../../../src/core/likeness.ts";
import { formatCount, formatPercent, formatScalar } from "../../format.ts";
import type { NearestState } from "../../state/explore/nearest.ts";

/** The training pictures that are nearest, with what to hold their distances against. */
export function Nearest({ nearest }: { readonly nearest: NearestState }): JSX.Element {
  const [found, fault] = [nearest.found.value, nearest.fault.value];
  return (
    <section class="nearest" aria-labelledby="nearest-title">
      <h2 id="nearest-title">Nearest training pictures</h2>
      {fault !== null
        ? <p class="muted">{fault}</p>
        : found === null
        ? <Waiting nearest={nearest} />
        : <Found found={found} />}
    </section>
  );
}

function Waiting({ nearest }: { readonly nearest: NearestState }): JSX.Element {
  const progress = nearest.progress.value;
  const text = progress === null
    ? "Looking for them…"
    : `${progress.label}: ${formatCount(progress.done)} of ${formatCount(progress.total)} ` +
      progress.unit;
  return (
    <div class="nearest-waiting">
      <p class="muted numbers" role="status">{text}</p>
      {progress !== null && (
        <progress max={progress.total} value={progress.done} aria-label={progress.label} />
      )}
    </div>
  );
}

function Found({ found }: { readonly found: NearestPictures }): JSX.Element {
  const { neighbours } = found;
  return (
    <>
      <ul class="nearest-pictures">
        {neighbours.map(({ index, url, distance, mirrored }) => (
          <li key={index}>
            <img
              src={url}
              alt={`Training picture ${index}${mirrored ? ", mirrored" : ""}`}
              data-mirrored={mirrored ? "" : undefined}
              title={`picture ${index}${mirrored ? ", mirrored" : ""}`}
            />
            <span class="muted numbers">{formatScalar(distance)}</span>
          </li>
        ))}
      </ul>
      <p class="muted numbers evidence">{evidenceOf(found)}</p>
    </>
  );
}

/** What the nearest distance means: how near training pictures are to each other. */
function evidenceOf({ extractor, searched, pictures, reference, neighbours }: NearestPictures) {
  const nearest = neighbours[0]?.distance;
  const searchedText = searched === pictures
    ? `All ${formatCount(pictures)} searched`
    : `${formatCount(searched)} of ${formatCount(pictures)} searched`;
  const where = `${searchedText}, distances in features of “${extractor}”.`;
  if (reference === null || nearest === undefined) return where;
  const { median, percentile1, nearer } = reference;
  const verdict = nearest < percentile1
    ? "This one is nearer than 99 % of them are: it may be remembered."
    : `${formatPercent(nearer, 1)} of them are nearer to another than this one is to its nearest.`;
  return `${where} From a training picture to its nearest other one it is ` +
    `${formatScalar(median)} in the median. ${verdict}`;
}
