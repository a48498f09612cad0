/** What is on the page, as commands for a terminal. */
import type { CheckpointRef } from "../../generator/client.ts";
import { type Concept, CONCEPTS, type ExploreView, type LatentText, NOISE } from "./view.ts";
import { FRAMES_PER_LEG, FRAMES_PER_SECOND } from "./walk.ts";

/** A word as shells take it: quoted where it has more than letters, digits and a few signs. */
export function word(text: string): string {
  return /^[\w@%+=:,.-][\w@%+=:,.#-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whose pictures, and how their seeds are read. */
function drawingFlags({ weights }: CheckpointRef, { truncation, psi }: ExploreView): string[] {
  const by = truncation.value.value;
  return [
    ...(weights === "raw" ? ["--weights", weights] : []),
    ...(by === "none" ? [] : ["--truncation", String(psi.value.value)]),
    ...(by === "resample" ? ["--truncate-by", by] : []),
  ];
}

const command = (...parts: readonly string[]) => ["deno task", ...parts].join(" ");
const nameOf = ({ run, step }: CheckpointRef) => word(`${run}@${step}`);

/** Draws one picture to a file. */
export function pictureCommand(ref: CheckpointRef, view: ExploreView, text: LatentText): string {
  const flags = ["--seeds", word(text), ...drawingFlags(ref, view), "--out", "picture.png"];
  return command("sample", nameOf(ref), ...flags);
}

/** Writes the walk as an animation. */
export function walkCommand(
  ref: CheckpointRef,
  view: ExploreView,
  stops: readonly LatentText[],
  legs: number,
): string {
  const loop = view.loop.value.value;
  return command(
    "interpolate",
    nameOf(ref),
    ...["--seeds", word(stops.join(","))],
    ...(loop ? ["--loop"] : []),
    ...["--method", view.method.value.value],
    // A loop ends one frame before its beginning.
    ...["--frames", String(legs * FRAMES_PER_LEG + (loop ? 0 : 1))],
    ...["--fps", String(FRAMES_PER_SECOND)],
    ...drawingFlags(ref, view),
    ...["--out", "walk.gif"],
  );
}

/** Writes the figure of A − B + C; null for a strength other than the paper's. */
export function arithmeticCommand(
  ref: CheckpointRef,
  view: ExploreView,
  concepts: Readonly<Record<Concept, readonly LatentText[]>>,
): string | null {
  if (view.strength.value.value !== 1) return null;
  const [noise, seed] = [view.noise.value.value, view.noiseSeed.value.value];
  return command(
    "arithmetic",
    nameOf(ref),
    ...CONCEPTS.flatMap((concept) => [`--${concept}`, word(concepts[concept].join(","))]),
    ...(noise === NOISE.initial ? [] : ["--noise", String(noise)]),
    ...(seed === 1 ? [] : ["--noise-seed", String(seed)]),
    ...(view.typical.value.value ? ["--length", "typical"] : []),
    ...drawingFlags(ref, view),
    ...["--out", "arithmetic.png"],
  );
}
