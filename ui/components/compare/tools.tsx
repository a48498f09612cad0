import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { CompareState } from "../../state/compare/compare.ts";
import { LETTERS } from "../../state/compare/panels.ts";
import { COUNTS, GAIN, type ViewName } from "../../state/compare/view.ts";
import { MOST_SEED, PSI, type TruncationChoice, TRUNCATIONS } from "../../state/explore/view.ts";
import { Choice } from "../latent/choice.tsx";
import { Slider } from "../latent/slider.tsx";
import { Legend } from "./legend.tsx";
import { PairChoice } from "./pair_choice.tsx";
import { ZoomNote } from "./zoom_note.tsx";

const VIEW_NAMES: readonly (readonly [ViewName, string])[] = [
  ["side", "Side by side"],
  ["wipe", "Wipe"],
  ["difference", "Difference"],
];

/** How the panels are laid against each other. */
export function ViewTools({ compare }: { readonly compare: CompareState }): JSX.Element | null {
  const { view, shownView, panels } = compare;
  if (panels.value.length < 2 && view.zoom.value.value.scale <= 1) return null;
  const shown = shownView.value;
  return (
    <div class="compare-tools">
      {panels.value.length > 1 && (
        <Choice
          name="View"
          options={VIEW_NAMES}
          value={shown}
          onChoose={(word) => view.view.set(word, "push")}
        />
      )}
      {shown !== "side" && panels.value.length > 2 && <PairFields compare={compare} />}
      {shown === "difference" && <DifferenceTools compare={compare} />}
      <ZoomNote zoom={view.zoom} />
    </div>
  );
}

/** Which two of more panels. */
function PairFields({ compare }: { readonly compare: CompareState }): JSX.Element {
  const { view, shownView, pair, panels } = compare;
  return (
    <PairChoice
      pair={pair.value}
      names={LETTERS.slice(0, panels.value.length)}
      fields={shownView.value === "difference" ? ["To"] : ["Left", "Right"]}
      onChoose={(next) => view.pair.set(next, "push")}
    />
  );
}

function DifferenceTools({ compare: { view } }: { readonly compare: CompareState }): JSX.Element {
  const gain = view.gain.value.value;
  return (
    <>
      <Choice
        name="Difference"
        options={[["absolute", "Absolute"], ["signed", "Signed"]]}
        value={view.map.value.value}
        onChoose={(word) => view.map.set(word, "push")}
      />
      <Slider
        name="Gain"
        value={Math.log2(gain)}
        least={Math.log2(GAIN.least)}
        most={Math.log2(GAIN.most)}
        step={0.25}
        text={`×${Number(gain.toFixed(1))}`}
        title="What differences are multiplied by before they are coloured"
        onInput={(power) => view.gain.set(2 ** power)}
      />
      <Legend map={view.map.value.value} gain={gain} />
    </>
  );
}

/** Which pictures: their seeds, and what their latents and weights are. */
export function SeedTools({ compare }: { readonly compare: CompareState }): JSX.Element {
  const { view } = compare;
  const kind = view.truncation.value.value;
  const psi = view.psi.value.value;
  return (
    <div class="compare-tools">
      <Pager compare={compare} />
      <Choice
        name="Weights"
        options={[["ema", "Averaged"], ["raw", "Raw"]]}
        value={view.weights.value.value}
        onChoose={(word) => view.weights.set(word, "push")}
      />
      <label class="field">
        <span>Truncation</span>
        <select
          value={kind}
          onChange={(event) =>
            view.truncation.set(event.currentTarget.value as TruncationChoice, "push")}
        >
          {TRUNCATIONS.map((each) => (
            <option key={each} value={each}>
              {each === "none" ? "None" : each === "scale" ? "Scale z by ψ" : "Redraw beyond ±ψ"}
            </option>
          ))}
        </select>
      </label>
      {kind !== "none" && (
        <Slider
          {...{ name: "ψ", value: psi, least: PSI.least, most: PSI.most, step: PSI.step }}
          text={psi.toFixed(2)}
          onInput={(value) => view.psi.set(value)}
        />
      )}
      <Choice
        name="Pixels"
        options={[["crisp", "Crisp"], ["smooth", "Smooth"]]}
        value={view.smooth.value.value ? "smooth" : "crisp"}
        onChoose={(word) => view.smooth.set(word === "smooth")}
      />
    </div>
  );
}

/** Turns the pages of seeds. */
function Pager({ compare }: { readonly compare: CompareState }): JSX.Element {
  const { view, seeds } = compare;
  const at = view.at.value.value;
  const [first, last] = [seeds.value[0]!, seeds.value.at(-1)!];
  const what = at === null ? "seeds" : "seed";
  return (
    <div class="pager" role="group" aria-label="Seeds">
      <button
        type="button"
        aria-label={`Previous ${what}`}
        disabled={first === 0}
        onClick={() => compare.page(-1)}
      >
        ←
      </button>
      <SeedField compare={compare} />
      <button type="button" aria-label={`Next ${what}`} onClick={() => compare.page(1)}>→</button>
      {at === null
        ? (
          <>
            <span class="muted numbers">to {formatCount(last)}</span>
            <label class="field">
              <span class="visually-hidden">Pictures in a panel</span>
              <select
                value={view.count.value.value}
                onChange={(event) => view.count.set(Number(event.currentTarget.value), "push")}
              >
                {[...new Set([...COUNTS, view.count.value.value])].sort((a, b) => a - b)
                  .map((count) => <option key={count} value={count}>{count} seeds</option>)}
              </select>
            </label>
            <button type="button" class="quiet" onClick={() => compare.reseed()}>
              Other seeds
            </button>
          </>
        )
        : (
          <button type="button" class="quiet" onClick={() => view.at.set(null, "push")}>
            All seeds
          </button>
        )}
    </div>
  );
}

function SeedField({ compare: { view, seeds } }: { readonly compare: CompareState }): JSX.Element {
  const large = view.at.value.value !== null;
  const written = useSignal<string | null>(null);
  const first = seeds.value[0]!;
  const go = (text: string) => {
    written.value = null;
    const seed = /^\d{1,15}$/.test(text) ? Math.min(MOST_SEED, Number(text)) : first;
    if (large) view.at.set(seed, "push");
    else view.seed.set(seed, "push");
  };
  return (
    <label class="field">
      <span>{large ? "Seed" : "Seeds"}</span>
      <input
        type="number"
        inputMode="numeric"
        min={0}
        max={MOST_SEED}
        value={written.value ?? first}
        onInput={(event) => written.value = event.currentTarget.value}
        onChange={(event) => go(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && go(event.currentTarget.value)}
      />
    </label>
  );
}
