/** `deno task interpolate`: ways between latents, as a strip, a grid or an animation. */
import { join } from "@std/path";
import { z } from "zod";
import { enlarge, type Enlargement, ENLARGEMENTS } from "../core/enlarge.ts";
import { type ImageBatch, type Raster, rasterGrid, rastersOf } from "../core/images.ts";
import { cornerGrid } from "../latent/grids.ts";
import { interpolationPath } from "../latent/interpolation.ts";
import type { LatentBatch } from "../latent/latents.ts";
import { noiseLoop, splineLoop } from "../latent/walk.ts";
import { animationKind, ANIMATIONS, writeAnimation } from "./animation_file.ts";
import { EXIT, runCommand } from "./command.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { heedSignals, interruptible } from "./interruption.ts";
import { LatentRefs } from "./latent_refs.ts";
import {
  checkpointFlags,
  checkpointLatents,
  checkpointOperand,
  checkpointOptions,
  drawImages,
  openCheckpoint,
  truncationFlags,
  truncationOf,
  truncationOptions,
} from "./open_checkpoint.ts";
import { isPicturePath, PICTURES, writePicture } from "./picture_file.ts";
import { stdout } from "./terminal.ts";

/** Frames from one latent to the next unless told: of a strip, and seconds of an animation. */
const STRIP_FRAMES = 8;
const ANIMATION_SECONDS = 2;
/** Pictures along a grid's side unless told. */
const GRID_SIDE = 8;
/** A random walk is as long as one between this many latents, and forgets as often where it was. */
const WALK_LEGS = 4;
/** Animations are enlarged to about this many pixels unless told. */
const VIEWABLE = 256;

const options = z.strictObject({
  ...checkpointOptions,
  seeds: LatentRefs.prefault("0-3"),
  method: z.enum(["slerp", "lerp", "spline"]).nullable().default(null)
    .describe(
      "how latents are joined: by arcs, by straight lines, or by a smooth loop through all",
    ),
  frames: z.int().min(1).max(1500).nullable().default(null)
    .describe("pictures in all; of a grid, along each side"),
  grid: z.boolean().default(false)
    .describe("a square between four latents at its corners, or from the first of two to the last"),
  loop: z.boolean().default(false)
    .describe("lead back to the first latent; of a single one, a random walk that returns to it"),
  out: z.string().min(1).nullable().default(null)
    .describe(
      ".png or .jpg for a strip or a grid; .gif, .webp, .apng or .mp4 (by ffmpeg) to see it move",
    ),
  columns: z.int().min(1).max(1500).nullable().default(null)
    .describe("pictures in a row of a strip"),
  fps: z.number().min(0.1).max(100).default(25).describe("frames a second of an animation"),
  smoothing: z.number().positive().max(60).default(1).describe(
    "seconds that a random walk remembers where it was, at most an eighth of it",
  ),
  scale: z.int().min(1).max(32).nullable().default(null).describe(
    "times that pictures are enlarged",
  ),
  enlarge: z.enum(ENLARGEMENTS).default("lanczos")
    .describe("draw smoothly through pixels, lanczos, or each as a square, nearest"),
  ...truncationOptions,
});
type InterpolateOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `interpolate`. */
export const INTERPOLATE: Command<typeof options.shape> = {
  name: "interpolate",
  summary:
    "Walk between pictures of a run's generator: from latent to latent along arcs, on which latents " +
    "stay typical, as a strip, a grid, a loop or an animation.",
  operands: [checkpointOperand],
  flags: [
    {
      name: "seeds",
      key: "seeds",
      placeholder: "LATENTS",
      text:
        "the latents to pass, in their order: seeds and ranges, 1,5,9-12; z:FILE of project or " +
        "arithmetic --json; expressions as in the page's addresses",
      default: "0-3",
    },
    {
      name: "method",
      key: "method",
      placeholder: "NAME",
      default: "slerp; spline for a loop",
    },
    {
      name: "frames",
      key: "frames",
      placeholder: "N",
      default: "8 from latent to latent of a strip, 2 s of an animation, 8 of a grid",
    },
    { name: "grid", key: "grid" },
    { name: "loop", key: "loop" },
    {
      name: "out",
      key: "out",
      placeholder: "FILE",
      default: "a .png in data/cache/samples",
    },
    { name: "columns", key: "columns", placeholder: "N", default: "all in one" },
    { name: "fps", key: "fps", placeholder: "FPS" },
    { name: "smoothing", key: "smoothing", placeholder: "SECONDS" },
    {
      name: "scale",
      key: "scale",
      placeholder: "TIMES",
      default: `1 in a picture, up to ${VIEWABLE} pixels in an animation`,
    },
    { name: "enlarge", key: "enlarge", placeholder: "NAME" },
    ...truncationFlags,
    ...checkpointFlags,
  ],
  options,
  notes: [],
  examples: [
    ["interpolate latest --seeds 1,5,9", "a strip from face 1 by face 5 to face 9"],
    ["interpolate latest --seeds 1,5,9,12 --grid --frames 7 --out grid.png", "7×7, four corners"],
    ["interpolate latest --seeds 0-7 --loop --out faces.mp4", "eight faces in a seamless loop"],
    ["interpolate latest --seeds 7 --loop --frames 200 --out walk.gif", "a walk round face 7"],
  ],
};

/** Throws a UsageError for flags that do not go together, before anything is opened. */
function assertSensible({ grid, loop, method, out, columns }: InterpolateOptions): void {
  const animated = out !== null && animationKind(out) !== null;
  if (out !== null && !animated && !isPicturePath(out)) {
    throw new UsageError(
      `--out takes a name that ends in ${[...PICTURES, ...ANIMATIONS].join(", ")}; got "${out}"`,
    );
  }
  if (grid && loop) throw new UsageError("--grid and --loop do not go together");
  if (grid && animated) throw new UsageError(`--grid is for a picture; --out is "${out}"`);
  if (grid && columns !== null) {
    throw new UsageError("--grid is as wide as --frames; leave --columns out");
  }
  if (method === "spline" && !loop) throw new UsageError("--method spline is for --loop");
}

/** The latents of every picture, and how many stand in a row. */
function layOut(
  stops: LatentBatch,
  options: InterpolateOptions,
  walkSeed: number,
): { readonly latents: LatentBatch; readonly columns: number } {
  const { grid, loop, method, fps } = options;
  if (grid) {
    const side = options.frames ?? GRID_SIDE;
    const latents = cornerGrid(stops, { columns: side, rows: side }, asArc(method));
    return { latents, columns: side };
  }
  const animated = options.out !== null && animationKind(options.out) !== null;
  const alone = loop ? WALK_LEGS : 1;
  const legs = stops.count === 1 ? alone : loop ? stops.count : stops.count - 1;
  const each = animated ? ANIMATION_SECONDS * fps : STRIP_FRAMES;
  const frames = options.frames ?? Math.max(1, Math.round(each * legs)) + (loop ? 0 : 1);
  return {
    latents: pathThrough(stops, frames, options, walkSeed),
    columns: options.columns ?? frames,
  };
}

const asArc = (method: InterpolateOptions["method"]) => method === "lerp" ? "lerp" : "slerp";

function pathThrough(
  stops: LatentBatch,
  frames: number,
  { loop, method, smoothing, fps }: InterpolateOptions,
  walkSeed: number,
): LatentBatch {
  if (!loop) return interpolationPath(stops, frames, asArc(method));
  if (stops.count === 1) {
    const sigma = Math.min(smoothing * fps, frames / WALK_LEGS / 2);
    return noiseLoop(stops.values, { frames, sigma, seed: walkSeed });
  }
  if (method === null || method === "spline") return splineLoop(stops, frames);
  return interpolationPath(stops, frames, asArc(method), { closed: true });
}

/** Each image enlarged. Ends at Ctrl-C. */
async function enlargeAll(
  images: ImageBatch,
  times: number,
  method: Enlargement,
  signal: AbortSignal,
): Promise<Raster[]> {
  const pictures: Raster[] = [];
  for (const picture of rastersOf(images)) {
    await heedSignals(signal);
    pictures.push(await enlarge(picture, times, method));
  }
  return pictures;
}

/** Draws a way between latents and writes it; prints the path of what it wrote. */
export async function interpolateLatents(options: InterpolateOptions): Promise<number> {
  assertSensible(options);
  using interrupt = interruptible();
  const { signal } = interrupt;
  using checkpoint = await openCheckpoint(options);
  const { generator, fileName } = checkpoint;
  const stops = await checkpointLatents(checkpoint, options.seeds, truncationOf(options));
  const walkSeed = Number(/^\d+$/.exec(stops.labels[0]!)?.[0] ?? 0);
  const { latents, columns } = layOut(stops, options, walkSeed);
  const images = await drawImages(generator, latents, signal);
  const out = options.out ?? join("data/cache/samples", `${fileName}-interpolation.png`);
  const kind = animationKind(out);
  const times = options.scale ??
    (kind === null ? 1 : Math.max(1, Math.round(VIEWABLE / generator.size)));
  const pictures = await enlargeAll(images, times, options.enlarge, signal);
  if (kind === null) {
    await writePicture(out, rasterGrid(pictures, Math.min(columns, pictures.length)));
  } else await writeAnimation(out, kind, pictures, { fps: options.fps, signal });
  stdout.write(`${out}\n`);
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(INTERPOLATE, Deno.args, interpolateLatents));
