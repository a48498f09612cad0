import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { arithmeticCommand, pictureCommand } from "../../state/explore/commands.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { pictureNamed } from "../../state/explore/live_drawing.ts";
import {
  type Concept,
  CONCEPTS,
  type LatentText,
  NOISE,
  STRENGTH,
} from "../../state/explore/view.ts";
import { Command } from "../command.tsx";
import { dropTarget } from "../latent/drag.ts";
import { PictureCanvas } from "../latent/picture_canvas.tsx";
import { Slider } from "../latent/slider.tsx";
import { focusPlace } from "./focus.ts";
import { PickButton } from "./pick_button.tsx";
import { shortName, TextPicture } from "./text_picture.tsx";

interface PanelProps {
  readonly explore: ExploreState;
}

const SIGNS: Readonly<Record<Concept, string>> = { a: "", b: "−", c: "+" };

/** The paper's face arithmetic: concepts by a few exemplars each, and what comes of them. */
export function ArithmeticPanel({ explore }: PanelProps): JSX.Element {
  const { arithmetic } = explore;
  const trouble = arithmetic.fault.value ?? arithmetic.drawing.fault.value;
  return (
    <>
      <div class="concepts">
        {CONCEPTS.map((concept) => <Well key={concept} explore={explore} concept={concept} />)}
      </div>
      {trouble !== null && <p class="notice" role="alert">{trouble}</p>}
      {arithmetic.result.value === null
        ? (
          <p class="muted">
            Give each of A, B and C one picture or more; three are steadier. Drag them here, press
            A, B or C on them, or click “add” and then pictures of the wall.
          </p>
        )
        : <Result explore={explore} text={arithmetic.result.value} />}
      <Terminal explore={explore} />
    </>
  );
}

/** The same, as a command. */
function Terminal({ explore }: PanelProps): JSX.Element | null {
  const { arithmetic: { concepts, result }, view } = explore;
  const [checkpoint, text] = [explore.checkpoint.value, result.value];
  if (checkpoint === null || text === null) return null;
  const [a, b, c] = CONCEPTS.map((concept) => concepts[concept].texts.value);
  const command = arithmeticCommand(checkpoint, view, { a: a!, b: b!, c: c! }) ??
    pictureCommand(checkpoint, view, text);
  return <Command>{command}</Command>;
}

interface WellProps extends PanelProps {
  readonly concept: Concept;
}

/** A concept: its mean and its exemplars. */
function Well({ explore, concept }: WellProps): JSX.Element {
  const { arithmetic, clicksGoTo } = explore;
  const list = arithmetic.concepts[concept];
  const name = concept.toUpperCase();
  const mean = useComputed(() => pictureNamed(arithmetic.drawing.drawn.value, concept));
  const adding = clicksGoTo.value === concept;
  const texts = list.texts.value;
  return (
    <section
      class="well"
      aria-label={`Concept ${name}`}
      {...dropTarget((text) => list.add(text))}
    >
      <h2>
        <span class="muted" aria-hidden="true">{SIGNS[concept]}</span> {name}
      </h2>
      <div class="mean" data-empty={texts.length === 0 ? "" : undefined}>
        {texts.length > 0 && <PictureCanvas picture={mean} label={`The mean of ${name}`} />}
      </div>
      <ul class="exemplars">
        {texts.map((text, i) => (
          <li key={text}>
            <button
              type="button"
              class="thumb"
              title={`${shortName(text)}: take it out`}
              aria-label={`Take ${shortName(text)} out of ${name}`}
              onClick={({ currentTarget }) => {
                focusPlace(currentTarget.closest(".well"), i);
                list.remove(text);
              }}
            >
              <TextPicture explore={explore} text={text} />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="quiet"
        aria-label={adding ? `Done adding to ${name}` : `Add to ${name} by clicking pictures`}
        onClick={() => explore.sendClicksTo(adding ? "inspect" : concept)}
      >
        {adding ? "done" : "add"}
      </button>
    </section>
  );
}

interface ResultProps extends PanelProps {
  readonly text: LatentText;
}

function Result({ explore, text }: ResultProps): JSX.Element {
  const { arithmetic, view, inspect } = explore;
  // The result is in the middle, as in the paper's Figure 7.
  const near = arithmetic.neighbours.value.map((each, i) => [String(i), each] as const);
  const places = [...near.slice(0, 4), ["result", text] as const, ...near.slice(4)];
  return (
    <div class="result">
      <div class="near" role="group" aria-label="The result amid its neighbours">
        {places.map(([name, each]) => (
          <NearPicture key={name} explore={explore} name={name} text={each} />
        ))}
      </div>
      <div class="result-settings">
        <p class="equation">A − B + C</p>
        <Slider
          name="Strength"
          {...STRENGTH}
          value={view.strength.value.value}
          text={view.strength.value.value.toFixed(2)}
          onInput={(value) => view.strength.set(value)}
        />
        <Slider
          name="Noise"
          title="Of the neighbours: uniform, this far either way. The paper’s is 0.25"
          {...NOISE}
          value={view.noise.value.value}
          text={`±${view.noise.value.value.toFixed(2)}`}
          onInput={(value) => view.noise.set(value)}
        />
        <label
          class="check"
          title="Means are shorter than latents of seeds: scale the result to √Z"
        >
          <input
            type="checkbox"
            checked={view.typical.value.value}
            onChange={(event) => view.typical.set(event.currentTarget.checked, "push")}
          />
          At typical length
        </label>
        <p class="result-actions">
          <button type="button" onClick={() => inspect.open(text, "inspect")}>Inspect</button>
          <PickButton explore={explore} text={text} />
          <button type="button" onClick={() => arithmetic.reseed()}>Other neighbours</button>
        </p>
      </div>
    </div>
  );
}

interface NearPictureProps extends ResultProps {
  readonly name: string;
}

function NearPicture({ explore, name, text }: NearPictureProps): JSX.Element {
  const { arithmetic, inspect } = explore;
  const picture = useComputed(() => pictureNamed(arithmetic.drawing.drawn.value, name));
  const label = name === "result" ? "The result" : `Neighbour ${Number(name) + 1}`;
  return (
    <button
      type="button"
      class="thumb"
      data-name={name}
      aria-label={`Inspect: ${label}`}
      title={label}
      onClick={() => inspect.open(text, "inspect")}
    >
      <PictureCanvas picture={picture} />
    </button>
  );
}
