import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { CheckpointRef } from "../../generator/client.ts";
import { pictureCommand } from "../../state/explore/commands.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { addressOf } from "../../state/explore/inspect.ts";
import { pictureNamed } from "../../state/explore/live_drawing.ts";
import type { LatentText } from "../../state/explore/view.ts";
import { Command } from "../command.tsx";
import { CopyButton } from "../copy_button.tsx";
import { LatentStrip } from "../latent/latent_strip.tsx";
import { savePicture } from "./save_picture.ts";
import { ConceptButtons } from "./concept_buttons.tsx";
import { focusWall } from "./focus.ts";
import { Nearest } from "./nearest.tsx";
import { LargePicture } from "./large_picture.tsx";
import { PickButton } from "./pick_button.tsx";
import { shortName } from "./text_picture.tsx";

const SIDE = 320;

/** One picture, large, with all that is known of it. */
export function InspectPanel({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const [text, checkpoint] = [explore.inspect.at.value, explore.checkpoint.value];
  if (text === null || checkpoint === null) return <Nothing />;
  return <Inspected explore={explore} text={text} checkpoint={checkpoint} />;
}

function Nothing(): JSX.Element {
  return (
    <div class="panel-empty">
      <p class="lead">Every picture has a seed. Choose one to look closer.</p>
      <p class="muted">
        The seed gives the same latent at every checkpoint and in every run, so a picture’s address
        is{" "}
        <code>run@step#seed</code>, here and in the terminal. Everything you do is in this page’s
        address, too: copy it, and it opens again as it is.
      </p>
    </div>
  );
}

interface InspectedProps {
  readonly explore: ExploreState;
  readonly text: LatentText;
  readonly checkpoint: CheckpointRef;
}

function Inspected({ explore, text, checkpoint }: InspectedProps): JSX.Element {
  const { inspect, view } = explore;
  const { drawing } = inspect;
  const picture = useComputed(() => pictureNamed(drawing.drawn.value, "picture"));
  const { z, fault } = inspect.latent.value;
  const trouble = fault ?? drawing.fault.value;
  const address = addressOf(checkpoint, text);
  return (
    <>
      <div class="inspected">
        <LargePicture explore={explore} picture={picture} most={SIDE} label={shortName(text)} />
        <Actions explore={explore} text={text} checkpoint={checkpoint} />
      </div>
      {trouble !== null && <p class="notice" role="alert">{trouble}</p>}
      <p class="address">
        <code>{address}</code>
        <CopyButton text={address} label={`Copy the address ${address}`}>Copy</CopyButton>
      </p>
      <Nearest nearest={explore.nearest} />
      {z && (
        <section aria-label="Latent">
          <h2>z</h2>
          <LatentStrip z={z} />
        </section>
      )}
      <Command>{pictureCommand(checkpoint, view, text)}</Command>
    </>
  );
}

function Actions({ explore, text, checkpoint }: InspectedProps): JSX.Element {
  const { inspect } = explore;
  const picture = pictureNamed(inspect.drawing.drawn.value, "picture");
  const seed = inspect.seed.value;
  return (
    <div class="inspect-actions">
      {seed !== null && (
        <div class="steps" role="group" aria-label="Neighbouring seeds">
          <button
            type="button"
            disabled={seed === 0}
            aria-label={`Seed ${seed - 1}`}
            onClick={() => inspect.step(-1)}
          >
            ←
          </button>
          <button type="button" aria-label={`Seed ${seed + 1}`} onClick={() => inspect.step(1)}>
            →
          </button>
        </div>
      )}
      <PickButton explore={explore} text={text} />
      <ConceptButtons explore={explore} text={text} />
      <button
        type="button"
        disabled={picture === null}
        onClick={() =>
          picture && void savePicture(picture, `${checkpoint.run}-${checkpoint.step}-${text}`)}
      >
        Save PNG
      </button>
      <button
        type="button"
        onClick={() => {
          inspect.close();
          focusWall();
        }}
      >
        Close
      </button>
    </div>
  );
}
