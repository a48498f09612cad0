import type { JSX } from "preact";
import { MOST_PANELS } from "../../state/compare/panels.ts";
import { zoomedAt } from "../../state/compare/zoom.ts";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";
import { BICUBIC, modelChoice } from "../../state/enlarge/models.ts";
import type { EnlargeViewName } from "../../state/enlarge/view.ts";
import { PairChoice } from "../compare/pair_choice.tsx";
import { ZoomNote } from "../compare/zoom_note.tsx";
import { Choice } from "../latent/choice.tsx";

const VIEW_NAMES: readonly (readonly [EnlargeViewName, string])[] = [
  ["side", "Side by side"],
  ["wipe", "Wipe"],
];

/** How the pictures are laid against each other, and how far they are enlarged. */
export function EnlargeTools({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const { view, panels, pair } = enlarge;
  return (
    <div class="compare-tools">
      <Choice
        name="View"
        options={VIEW_NAMES}
        value={view.view.value.value}
        onChoose={(word) => view.view.set(word, "push")}
      />
      {view.view.value.value === "wipe" && (
        <PairChoice
          pair={pair.value}
          names={panels.value.map(({ letter, title }) => `${letter} ${title}`)}
          fields={["Left", "Right"]}
          onChoose={(next) => view.pair.set(next, "push")}
        />
      )}
      <AddModel enlarge={enlarge} />
      <ZoomNote zoom={view.zoom}>
        {enlarge.pixelZoom(devicePixelRatio) !== null && (
          <button
            type="button"
            class="quiet"
            onClick={() => showPixels(enlarge)}
          >
            Pixel for pixel
          </button>
        )}
      </ZoomNote>
    </div>
  );
}

/** Shows one pixel of the results as one of the screen's, about what is at the middle. */
export function showPixels(enlarge: EnlargeState): void {
  const scale = enlarge.pixelZoom(devicePixelRatio);
  if (scale === null) return;
  const { zoom } = enlarge.view;
  const now = zoom.value.peek();
  zoom.set(zoomedAt(now, scale / now.scale, 0.5, 0.5));
}

/** Another model beside those that are shown; nothing where there is no room for one. */
function AddModel({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element | null {
  const { enlargers, models, scale, edit } = enlarge;
  const shown = new Set(models.value.map(({ model }) => model));
  const fitting = (enlargers.value ?? []).filter((each) =>
    each.scale === scale.value && !(each.run === null && shown.has(BICUBIC))
  );
  if (models.value.length >= MOST_PANELS || fitting.length === 0) return null;
  return (
    <label class="field add-model">
      <span>Add</span>
      <select
        value=""
        onChange={(event) => {
          const { value } = event.currentTarget;
          event.currentTarget.value = "";
          const enlarger = fitting.find((each) => (each.run ?? BICUBIC) === value);
          if (enlarger !== undefined) edit.add(value, enlarger.step);
        }}
      >
        <option value="">Choose a model…</option>
        {fitting.map((each) => (
          <option key={each.run} value={each.run ?? BICUBIC}>{modelChoice(each)}</option>
        ))}
      </select>
    </label>
  );
}
