import { effect, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ExploreState } from "../../state/explore/explore.ts";
import { CONCEPTS } from "../../state/explore/view.ts";
import { formatCount } from "../../format.ts";
import { paint } from "../latent/picture_canvas.tsx";

interface TileProps {
  readonly explore: ExploreState;
  readonly seed: number;
  readonly column: number;
}

/** A tile's id in the document: what has the keyboard's focus is told by it. */
export const tileId = (seed: number): string => `seed-${seed}`;

/** One picture of the wall. What marks it follows the state; only then is it rendered anew. */
export function Tile({ explore, seed, column }: TileProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const marks = useComputed(() => marksOf(explore, seed)).value;
  useEffect(() => {
    const picture = explore.wallPictures.of(seed);
    return effect(() => paint(canvas.current!, picture.value));
  }, [seed]);
  const picked = marks.includes("picked");
  return (
    <div
      id={tileId(seed)}
      class="tile"
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={picked}
      aria-label={`Seed ${formatCount(seed)}${marks === "" ? "" : `, ${marks}`}`}
      data-seed={seed}
      data-marks={marks}
      title={`seed ${seed}`}
      draggable
    >
      <canvas ref={canvas} class="picture" width={1} height={1} />
      <span class="pick-mark" data-pick aria-hidden="true" />
    </div>
  );
}

/** In words, which style sheets read, too: `active inspected picked in A`. */
function marksOf({ wall, inspect, tray, arithmetic }: ExploreState, seed: number): string {
  const text = String(seed);
  const marks = [
    wall.active.value === seed ? "active" : "",
    inspect.seed.value === seed ? "inspected" : "",
    tray.has(text) ? "picked" : "",
    ...CONCEPTS.map((concept) =>
      arithmetic.concepts[concept].has(text) ? `in ${concept.toUpperCase()}` : ""
    ),
  ];
  return marks.filter((mark) => mark !== "").join(", ");
}
