/** What `project` writes: a figure, losses, latents, and edits of them. */
import { enlarge, type Enlargement } from "../core/enlarge.ts";
import { drawSheet, type Sheet } from "../core/figure.ts";
import { type ImageBatch, type Raster, rastersOf } from "../core/images.ts";
import { type Direction, moveAlong } from "../latent/directions/direction.ts";
import type { NamedLatent } from "../latent/latent_file.ts";
import type { Vector } from "../latent/latents.ts";
import { type ProjectedLatent, type ProjectionStep } from "../latent/project.ts";
import { directionNamed } from "./latent_refs.ts";
import type { Target } from "./project_targets.ts";

/** Pictures of a strip from what was projected to what it is edited to. */
const EDIT_STEPS = 5;

/** Letters of a label beside a row. */
const LONGEST_LABEL = 12;

/** A picture and what its projection came to. */
export interface Projected {
  readonly target: Target;
  /** Every restart, nearest first. */
  readonly found: readonly ProjectedLatent[];
  readonly curve: readonly ProjectionStep[];
}

/** A move along a direction that is asked for: `smiling=1.5`. */
export interface Edit {
  readonly name: string;
  readonly alpha: number;
}

/** How pictures are enlarged. */
export interface Enlarging {
  readonly times: number;
  readonly method: Enlargement;
}

/** What figures are drawn with. */
export interface Drawing {
  /** Draws latents, each [Z]. */
  readonly draw: (latents: readonly Float32Array[]) => Promise<ImageBatch>;
  readonly enlarging: Enlarging;
}

/** Reads `NAME=ALPHA,NAME=ALPHA`; null where it is none. */
export function parseEdits(text: string): readonly Edit[] | null {
  const edits = text.split(",").map((part) => {
    const [, name = "", alpha = ""] = /^\s*(.+)=([+-]?\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    return { name, alpha: Number(alpha) };
  });
  return edits.some(({ name }) => name === "") ? null : edits;
}

/** |a − b| of two latents. */
export function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

/** How far the second image is from the first: grey where they agree, brighter or darker where not. */
function differenceOf(from: ImageBatch, to: ImageBatch): ImageBatch {
  return { ...from, pixels: from.pixels.map((value, i) => (to.pixels[i]! - value) / 2) };
}

async function enlarged(images: ImageBatch, { times, method }: Enlarging): Promise<Raster[]> {
  return await Promise.all(rastersOf(images).map((one) => enlarge(one, times, method)));
}

/** A name that leaves room for pictures. */
function brief(name: string): string {
  return name.length <= LONGEST_LABEL ? name : `${name.slice(0, LONGEST_LABEL - 1)}…`;
}

/** A row a picture: the picture, its projection, their difference. */
export async function projectionFigure(
  all: readonly Projected[],
  { draw, enlarging }: Drawing,
): Promise<Raster> {
  const rows: Sheet["rows"][number][] = [];
  for (const { target, found } of all) {
    const projection = await draw([found[0]!.z]);
    const pictures = [target.image, projection, differenceOf(target.image, projection)];
    const shown = await Promise.all(pictures.map((one) => enlarged(one, enlarging)));
    rows.push({ label: all.length > 1 ? brief(target.name) : "", pictures: shown.flat() });
  }
  return drawSheet({ headings: ["photo", "projection", "difference"], rows });
}

/** Each edit alone and, where there are several, all of them: what moves `z` by a share of the whole. */
function movesOf(edits: readonly Edit[], directions: readonly Direction[]) {
  const move = (by: readonly Edit[]) => (z: Vector, share: number) =>
    by.reduce((at, { name, alpha }) => {
      return moveAlong(at, directionNamed(directions, name), share * alpha);
    }, z);
  const label = (by: readonly Edit[]) => by.map(({ name, alpha }) => `${name}=${alpha}`).join(" ");
  const each = edits.length > 1 ? [...edits.map((edit) => [edit]), edits] : [edits];
  return each.map((by) => ({ label: label(by), move: move(by) }));
}

/** A row an edit of each picture: the picture, its projection, and on to the edit. */
export async function editFigure(
  all: readonly Projected[],
  edits: readonly Edit[],
  directions: readonly Direction[],
  { draw, enlarging }: Drawing,
): Promise<{ readonly figure: Raster; readonly latents: readonly NamedLatent[] }> {
  const rows: Sheet["rows"][number][] = [];
  const latents: NamedLatent[] = [];
  for (const { target, found } of all) {
    for (const [i, { label, move }] of movesOf(edits, directions).entries()) {
      const z = found[0]!.z;
      const strip = Array.from({ length: EDIT_STEPS }, (_, k) => move(z, k / (EDIT_STEPS - 1)));
      latents.push({ name: `${target.name} ${label}`, z: strip.at(-1)! });
      const pictures = [target.image, await draw(strip)];
      const shown = await Promise.all(pictures.map((one) => enlarged(one, enlarging)));
      rows.push({ label, pictures: shown.flat(), apart: i === 0 });
    }
  }
  const between = Array.from({ length: EDIT_STEPS - 2 }, (_, k) => `${k + 1}/${EDIT_STEPS - 1}`);
  return {
    figure: drawSheet({ headings: ["photo", "projection", ...between, "edit"], rows }),
    latents,
  };
}

/** Losses as CSV: a line a picture and step, a column a restart. */
export function lossesCsv(all: readonly Projected[]): string {
  const restarts = all[0]?.found.length ?? 0;
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = all.flatMap(({ target, curve }) =>
    curve.map(({ step, losses }) => [quoted(target.name), step, ...losses].join(","))
  );
  const heads = Array.from({ length: restarts }, (_, i) => `restart ${i + 1}`);
  return [["picture", "step", ...heads].join(","), ...lines, ""].join("\n");
}

/** The nearest latent of each picture, by its name. */
export function projectedLatents(all: readonly Projected[]): NamedLatent[] {
  return all.map(({ target, found }) => ({ name: target.name, z: found[0]!.z }));
}
