import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { ExploreState } from "../../state/explore/explore.ts";
import type { LatentText } from "../../state/explore/view.ts";
import { PictureCanvas } from "../latent/picture_canvas.tsx";

interface TextPictureProps {
  readonly explore: ExploreState;
  readonly text: LatentText;
}

/** A small picture of a latent in writing, drawn with the tray's. */
export function TextPicture({ explore, text }: TextPictureProps): JSX.Element {
  const picture = useComputed(() => explore.thumbs.of(text).value);
  return <PictureCanvas key={text} picture={picture} />;
}

/** What a latent is called where there is little room: `seed 7`, `A − B + C`. */
export function shortName(text: LatentText): string {
  if (/^\d+$/.test(text)) return `seed ${text}`;
  const kind = /^[a-z]+/.exec(text)?.[0] ?? "";
  const names: Readonly<Record<string, string>> = {
    mean: "a mean",
    arith: "A − B + C",
    typical: "A − B + C",
    near: "a neighbour",
    move: "an edit",
    slerp: "a place on a walk",
    lerp: "a place on a walk",
  };
  return names[kind] ?? text;
}
