import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { addressOf } from "../../state/explore/inspect.ts";
import type { LatentText } from "../../state/explore/view.ts";
import { dropTarget, startDrag } from "../latent/drag.ts";
import { ConceptButtons } from "./concept_buttons.tsx";
import { focusPlace } from "./focus.ts";
import { shortName, TextPicture } from "./text_picture.tsx";

/** The picks, always at hand: to look at, to order, to walk through, to do arithmetic with. */
export function Tray({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { tray, clicksGoTo } = explore;
  const texts = tray.texts.value;
  const picking = clicksGoTo.value === "tray";
  return (
    <section
      class="tray"
      aria-labelledby="tray-title"
      {...dropTarget((text) => tray.add(text))}
    >
      <div class="tray-head">
        <h2 id="tray-title">
          Picks {texts.length > 0 && <span class="muted numbers">{formatCount(texts.length)}</span>}
        </h2>
        <span class="visually-hidden" role="status">
          {formatCount(texts.length)} {texts.length === 1 ? "pick" : "picks"}
        </span>
        <button
          type="button"
          class="quiet"
          onClick={() => explore.sendClicksTo(picking ? "inspect" : "tray")}
        >
          {picking ? "done" : "pick by clicking"}
        </button>
        {texts.length > 0 && (
          <button type="button" class="quiet" onClick={() => tray.clear()}>clear</button>
        )}
      </div>
      {texts.length === 0
        ? <p class="muted">Drag pictures here, or press P on one, to walk between them.</p>
        : <Picks explore={explore} />}
      {tray.selected.value !== null && <Actions explore={explore} text={tray.selected.value} />}
    </section>
  );
}

function Picks({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { tray } = explore;
  const selected = tray.selected.value;
  return (
    <ul class="picks">
      {tray.texts.value.map((text, i) => (
        <li
          key={text}
          {...dropTarget((dropped) => tray.add(dropped, i))}
        >
          <button
            type="button"
            class="thumb"
            aria-pressed={text === selected}
            aria-label={`Pick ${i + 1}: ${shortName(text)}`}
            title={shortName(text)}
            draggable
            onDragStart={(event) => drag(event, explore, text)}
            onClick={() => tray.select(text === selected ? null : text)}
            onDblClick={() => explore.inspect.open(text, "inspect")}
            onKeyDown={(event) => obeyKey(event, explore, text)}
          >
            <TextPicture explore={explore} text={text} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What can be done with the selected pick: for fingers and for the keyboard. */
function Actions({ explore, text }: { readonly explore: ExploreState; readonly text: LatentText }) {
  const { tray, inspect } = explore;
  return (
    <div class="pick-actions" role="group" aria-label={`The selected pick, ${shortName(text)}`}>
      <span class="muted">{shortName(text)}</span>
      <button
        type="button"
        onClick={() =>
          inspect.open(text, "inspect")}
      >
        Inspect
      </button>
      <ConceptButtons explore={explore} text={text} />
      <button
        type="button"
        aria-label="Move left"
        onClick={() =>
          tray.shift(text, -1)}
      >
        ←
      </button>
      <button
        type="button"
        aria-label="Move right"
        onClick={() =>
          tray.shift(text, 1)}
      >
        →
      </button>
      <button type="button" onClick={() => remove(explore, text)}>Remove</button>
    </div>
  );
}

function drag(event: DragEvent, { checkpoint }: ExploreState, text: LatentText): void {
  if (checkpoint.value) startDrag(event, text, addressOf(checkpoint.value, text));
}

/** Takes a pick out, and leaves the keyboard at the one after it. */
function remove({ tray }: ExploreState, text: LatentText): void {
  const left = tray.texts.value.length - 1;
  const box = document.querySelector(left === 0 ? ".tray-head" : ".picks");
  focusPlace(box, left === 0 ? 0 : tray.texts.value.indexOf(text));
  tray.remove(text);
}

/** Delete takes a pick out; with Shift, arrows move it. */
function obeyKey(event: KeyboardEvent, explore: ExploreState, text: LatentText): void {
  const { tray } = explore;
  if (event.key === "Delete" || event.key === "Backspace") remove(explore, text);
  else if (event.shiftKey && event.key === "ArrowLeft") tray.shift(text, -1);
  else if (event.shiftKey && event.key === "ArrowRight") tray.shift(text, 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
