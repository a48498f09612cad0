import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { words } from "../../format.ts";
import { type Direction, DIRECTION_KINDS, type DirectionKind } from "../../lab.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { pictureNamed } from "../../state/explore/live_drawing.ts";
import { LargePicture } from "./large_picture.tsx";
import { PickButton } from "./pick_button.tsx";
import { shortName, TextPicture } from "./text_picture.tsx";

const SIDE = 192;
const STEP = 0.05;

const KIND_TITLES: Readonly<Record<DirectionKind, string>> = {
  attribute: "From labels",
  ganspace: "From activations, by GANSpace",
  sefa: "From weights, by SeFa",
};

/** Directions, several at once, applied to the picture that is inspected. */
export function EditPanel({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { inspect, directions } = explore;
  const text = inspect.at.value;
  if (text === null) {
    return (
      <div class="panel-empty">
        <p class="lead">Choose a picture to edit it.</p>
        <p class="muted">
          Directions in latent space change one thing about a picture: a smile, age.
        </p>
      </div>
    );
  }
  const list = directions.list.value;
  const trouble = inspect.latent.value.fault ?? inspect.drawing.fault.value;
  return (
    <>
      <BeforeAndAfter explore={explore} />
      {trouble !== null && <p class="notice" role="alert">{trouble}</p>}
      {directions.fault.value !== null && (
        <p class="notice" role="alert">
          {directions.fault.value}{" "}
          <button type="button" class="quiet" onClick={() => directions.retry()}>Try again</button>
        </p>
      )}
      {list === null && <p class="muted" role="status">Reading the directions…</p>}
      {list?.length === 0 && directions.fault.value === null && (
        <p class="muted">No directions are known of this checkpoint.</p>
      )}
      {list !== null &&
        DIRECTION_KINDS.map((kind) => (
          <DirectionGroup
            key={kind}
            explore={explore}
            kind={kind}
            list={list.filter((each) => each.kind === kind)}
          />
        ))}
    </>
  );
}

function BeforeAndAfter({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { inspect, thumbs } = explore;
  const before = useComputed(() => thumbs.of(inspect.base.value ?? "").value);
  const after = useComputed(() => pictureNamed(inspect.drawing.drawn.value, "picture"));
  const [base, text] = [inspect.base.value!, inspect.at.value!];
  const moved = inspect.moves.value.length > 0;
  return (
    <div class="before-after">
      <LargePicture
        explore={explore}
        picture={before}
        most={SIDE}
        label={`Before: ${shortName(base)}`}
      >
        <figcaption class="muted">{shortName(base)}</figcaption>
      </LargePicture>
      <LargePicture explore={explore} picture={after} most={SIDE} label="After the edits">
        <figcaption class="edit-actions">
          <button type="button" class="quiet" disabled={!moved} onClick={() => inspect.reset()}>
            Reset
          </button>
          <PickButton explore={explore} text={text} class="quiet" />
        </figcaption>
      </LargePicture>
    </div>
  );
}

interface GroupProps {
  readonly explore: ExploreState;
  readonly kind: DirectionKind;
  readonly list: readonly Direction[];
}

function DirectionGroup({ explore, kind, list }: GroupProps): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <section class="directions" aria-label={KIND_TITLES[kind]}>
      <h2>{KIND_TITLES[kind]}</h2>
      <ul>
        {list.map((direction) => (
          <DirectionRow key={direction.name} explore={explore} direction={direction} />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly explore: ExploreState;
  readonly direction: Direction;
}

const signed = (value: number) =>
  value === 0 ? "0" : `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;

function DirectionRow({ explore, direction }: RowProps): JSX.Element {
  const { inspect } = explore;
  const { name, range, evidence } = direction;
  const alpha = inspect.alphaOf(name);
  const open = inspect.strip.value === name;
  const figures = Object.entries(evidence).map(([key, value]) => `${words(key)} ${brief(value)}`);
  return (
    <li class="direction" data-moved={alpha === 0 ? undefined : ""}>
      <label class="slider">
        <span>{name}</span>
        <input
          type="range"
          min={-range}
          max={range}
          step={STEP}
          value={alpha}
          aria-valuetext={signed(alpha)}
          onInput={(event) => inspect.move(name, event.currentTarget.valueAsNumber)}
          onDblClick={() => inspect.move(name, 0)}
        />
        <span class="numbers value" aria-hidden="true">{signed(alpha)}</span>
      </label>
      <button
        type="button"
        class="quiet"
        aria-expanded={open}
        aria-label={`Strip of ${name}`}
        onClick={() => inspect.strip.value = open ? null : name}
      >
        strip
      </button>
      {figures.length > 0 && <p class="muted numbers evidence">{figures.join(" · ")}</p>}
      {open && <Strip explore={explore} direction={direction} />}
    </li>
  );
}

function Strip({ explore, direction }: RowProps): JSX.Element {
  const { inspect } = explore;
  const alpha = inspect.alphaOf(direction.name);
  return (
    <div class="strip" role="group" aria-label={`Along ${direction.name}`}>
      {inspect.stripOf(direction).map((place) => (
        <button
          key={place.alpha}
          type="button"
          class="thumb"
          aria-label={`${direction.name} ${signed(place.alpha)}`}
          aria-pressed={place.alpha === alpha}
          onClick={() => inspect.move(direction.name, place.alpha)}
        >
          <TextPicture explore={explore} text={place.text} />
          <span class="numbers" aria-hidden="true">{signed(place.alpha)}</span>
        </button>
      ))}
    </div>
  );
}

const brief = (value: number) => String(Number(value.toPrecision(3)));
