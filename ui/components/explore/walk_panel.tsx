import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { walkCommand } from "../../state/explore/commands.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import type { LatentText } from "../../state/explore/view.ts";
import { FRAMES_PER_LEG, type StripPlace } from "../../state/explore/walk.ts";
import { Command } from "../command.tsx";
import { PauseIcon, PlayIcon } from "../icons.tsx";
import { Choice } from "../latent/choice.tsx";
import { PictureCanvas } from "../latent/picture_canvas.tsx";
import { LargePicture } from "./large_picture.tsx";
import { PickButton } from "./pick_button.tsx";
import { shortName } from "./text_picture.tsx";

const SIDE = 320;

/** From pick to pick: a scrubber, a player, a strip. */
export function WalkPanel({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { walk, view } = explore;
  const checkpoint = explore.checkpoint.value;
  if (walk.stops.value.length < 2) {
    return (
      <div class="panel-empty">
        <p class="lead">Pick two pictures or more to walk between them.</p>
        <p class="muted">Drag them to the tray below, or press P on them.</p>
      </div>
    );
  }
  const fault = walk.cache.fault.value;
  return (
    <>
      <LargePicture
        explore={explore}
        picture={walk.picture}
        most={SIDE}
        label={placeName(walk.frame.value, walk.stops.value)}
      />
      {fault !== null && <p class="notice" role="alert">{fault}</p>}
      <Deck explore={explore} />
      <Strip explore={explore} />
      <PathOptions explore={explore} />
      {checkpoint && (
        <Command>{walkCommand(checkpoint, view, walk.stops.value, walk.legs.value)}</Command>
      )}
    </>
  );
}

/** Where a frame is, in words: `seed 5`, or `40 % from seed 5 to seed 9`. */
function placeName(frame: number, stops: readonly LatentText[]): string {
  const leg = Math.floor(frame / FRAMES_PER_LEG);
  const share = (frame % FRAMES_PER_LEG) / FRAMES_PER_LEG;
  const from = shortName(stops[leg % stops.length]!);
  if (share === 0) return from;
  const to = shortName(stops[(leg + 1) % stops.length]!);
  return `${Math.round(100 * share)} % from ${from} to ${to}`;
}

function Deck({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { walk } = explore;
  const [frame, playing] = [walk.frame.value, walk.playing.value];
  const name = placeName(frame, walk.stops.value);
  return (
    <div class="walk-deck">
      <div class="deck">
        <button
          type="button"
          class="play"
          aria-label={playing ? "Pause" : "Play the walk"}
          onClick={() => walk.toggle()}
        >
          {playing ? <PauseIcon /> : <PlayIcon />}
        </button>
        <input
          type="range"
          aria-label="Place on the walk"
          aria-valuetext={name}
          min={0}
          max={walk.last.value}
          step={1}
          value={frame}
          list="walk-stops"
          onInput={(event) => walk.go(event.currentTarget.valueAsNumber)}
        />
        <datalist id="walk-stops">
          {Array.from(
            { length: walk.legs.value + 1 },
            (_, i) => <option key={i} value={i * FRAMES_PER_LEG} />,
          )}
        </datalist>
      </div>
      <PlaceActions explore={explore} name={name} />
    </div>
  );
}

interface PlaceActionsProps {
  readonly explore: ExploreState;
  readonly name: string;
}

/** Where the walk is, and what can be done with the picture there. */
function PlaceActions({ explore, name }: PlaceActionsProps): JSX.Element {
  const { walk, inspect } = explore;
  const text = walk.text.value;
  return (
    <p class="walk-place">
      <span class="muted numbers">{name}</span>
      {text !== null && (
        <>
          <button type="button" class="quiet" onClick={() => inspect.open(text, "inspect")}>
            Inspect
          </button>
          <PickButton explore={explore} text={text} class="quiet" />
        </>
      )}
    </p>
  );
}

function Strip({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { walk } = explore;
  return (
    <div class="strip" role="group" aria-label="Places along the walk">
      {walk.strip.value.map((place, i) => <StripPicture key={i} explore={explore} place={place} />)}
    </div>
  );
}

interface StripPictureProps {
  readonly explore: ExploreState;
  readonly place: StripPlace;
}

function StripPicture({ explore, place }: StripPictureProps): JSX.Element {
  const { walk } = explore;
  const picture = useComputed(() => walk.cache.of(place.text).value);
  return (
    <button
      type="button"
      class="thumb"
      aria-label={placeName(place.frame, walk.stops.value)}
      aria-pressed={walk.frame.value === place.frame}
      onClick={() => walk.go(place.frame)}
    >
      <PictureCanvas key={place.text} picture={picture} />
    </button>
  );
}

function PathOptions({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { method, loop } = explore.view;
  return (
    <div class="path-options">
      <Choice
        name="Path"
        options={[["slerp", "Arc (slerp)"], ["lerp", "Line (lerp)"]]}
        value={method.value.value}
        onChoose={(word) => method.set(word, "push")}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={loop.value.value}
          onChange={(event) => loop.set(event.currentTarget.checked, "push")}
        />
        Loop
      </label>
    </div>
  );
}
