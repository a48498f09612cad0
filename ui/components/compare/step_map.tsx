import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { placeAmong } from "../../state/compare/panels.ts";
import { PauseIcon, PlayIcon } from "../icons.tsx";

/** One slider for all panels, and a map of where each has checkpoints and where it stands. */
export function StepMap({ compare }: { readonly compare: CompareState }): JSX.Element {
  const stops = compare.stops.value;
  const stop = compare.stop.value;
  const panels = compare.panels.value;
  const none = stops.length === 0;
  const text = none ? "every panel is locked" : `step ${formatCount(stops[stop] ?? 0)}`;
  const playing = compare.film.playing.value;
  return (
    <div class="step-map">
      <button
        type="button"
        class="play"
        aria-label={playing ? "Pause" : "Play the steps from the first to the last"}
        disabled={stops.length < 2}
        onClick={() => compare.film.toggle()}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <div class="step-slider">
        <input
          type="range"
          aria-label="Step of all panels that are not locked"
          aria-valuetext={text}
          min={0}
          max={Math.max(1, stops.length - 1)}
          value={Math.max(0, stop)}
          disabled={stops.length < 2}
          onInput={(event) => compare.goToStop(event.currentTarget.valueAsNumber)}
        />
        <div class="step-rows" aria-hidden="true">
          {panels.map((panel) => <Row key={panel.letter} panel={panel} stops={stops} />)}
        </div>
      </div>
      <p class="step-text numbers">
        {none
          ? (
            <>
              All locked{" "}
              <button type="button" class="quiet" onClick={() => compare.edit.unlockAll()}>
                unlock
              </button>
            </>
          )
          : <>Step {formatCount(stops[stop] ?? 0)}</>}
      </p>
    </div>
  );
}

/** A panel's checkpoints as dots below the slider's places; its own one larger. */
function Row({ panel, stops }: { readonly panel: Panel; readonly stops: readonly number[] }) {
  const { letter, source, step, locked } = panel;
  const steps = source?.steps.value ?? [];
  // Without a slider the map has the run's own steps.
  const scale = stops.length > 0 ? stops : steps;
  return (
    <div class="step-row" data-locked={locked ? "" : undefined}>
      <span>{letter}</span>
      <div>
        {steps.map((each) => (
          <i
            key={each}
            data-shown={each === step ? "" : undefined}
            style={{ left: `${100 * placeAmong(scale, each)}%` }}
          />
        ))}
      </div>
    </div>
  );
}
