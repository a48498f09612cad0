import type { ComponentChildren, JSX } from "preact";
import { formatPercent } from "../../format.ts";
import { lowUrl, truthUrl } from "../../picture_api.ts";
import type { EnlargePanel, EnlargeState } from "../../state/enlarge/enlarge.ts";
import { Zoomed } from "../compare/zoomed.tsx";

interface LayerProps {
  readonly enlarge: EnlargeState;
  readonly panel: EnlargePanel;
}

/** A panel's picture, moved and enlarged as the zoom says; the small one where there is none yet. */
export function PictureLayer({ enlarge, panel }: LayerProps): JSX.Element {
  const { kind, title, letter, result, chosen } = panel;
  const { id } = enlarge.picture.value!;
  const made = result?.state === "done" ? result : null;
  const address = kind === "truth" ? truthUrl(id) : made === null ? lowUrl(id) : made.image;
  const pending = kind === "model" && made === null;
  return (
    <Zoomed zoom={enlarge.view.zoom.value}>
      <img
        key={`${address} ${enlarge.held.arrivals.value}`}
        class="picture"
        src={address}
        alt={pending ? `${letter} is not there yet` : `${title} (${letter})`}
        data-small={kind === "small" || pending ? "" : undefined}
        data-pending={pending ? "" : undefined}
        draggable={false}
        decoding="async"
        onError={() => {
          if (kind === "model" && made !== null) {
            enlarge.enlargements.unshown(id, chosen!.model);
          } else enlarge.held.lookAgain();
        }}
      />
    </Zoomed>
  );
}

/** Over a picture that is not there: how far it has come, what went wrong, and what can be done. */
export function Progress({ enlarge, panel }: LayerProps): JSX.Element | null {
  const { result, chosen, letter } = panel;
  if (chosen === null || result === null || result.state === "done") return null;
  const { enlargements } = enlarge;
  const { id } = enlarge.picture.value!;
  const { model } = chosen;
  const begin = (word: string) => (
    <button
      type="button"
      class="quiet"
      aria-label={`${word} ${letter}`}
      onClick={() => enlargements.retry(id, model)}
    >
      {word}
    </button>
  );
  const stop = (
    <button
      type="button"
      class="quiet"
      aria-label={`Cancel ${letter}`}
      onClick={() => enlargements.cancel(id, model)}
    >
      Cancel
    </button>
  );
  switch (result.state) {
    case "waiting":
      return <Pending text="Waiting for its turn">{stop}</Pending>;
    case "running":
      return (
        <Pending text={share(result)}>
          {stop}
          <progress
            aria-label={`Progress of ${letter}`}
            max={1}
            value={result.total === null ? 0 : result.done / result.total}
          />
        </Pending>
      );
    case "cancelled":
      return <Pending text="Cancelled">{begin("Enlarge")}</Pending>;
    case "failed":
      return <Pending text={result.message} alarm>{begin("Try again")}</Pending>;
    default:
      return result satisfies never;
  }
}

interface PendingProps {
  readonly text: string;
  readonly alarm?: boolean;
  readonly children: ComponentChildren;
}

function Pending({ text, alarm = false, children }: PendingProps): JSX.Element {
  return (
    <div class="pending" role={alarm ? "alert" : undefined}>
      <p class="numbers">{text}</p>
      {children}
    </div>
  );
}

const share = ({ done, total }: { readonly done: number; readonly total: number | null }): string =>
  total === null || done === 0 ? "Enlarging…" : `Enlarging, ${formatPercent(done, total)}`;
