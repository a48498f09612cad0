/** `deno task project`: finds the latent whose picture is nearest to a photo, and edits it. */
import { join } from "@std/path";
import type * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { ENLARGEMENTS } from "../core/enlarge.ts";
import type { Direction } from "../latent/directions/direction.ts";
import { formatLatents, type NamedLatent } from "../latent/latent_file.ts";
import { normOf, stackLatents } from "../latent/latents.ts";
import { project, type ProjectionOptions, type ProjectionStep, psnrOf } from "../latent/project.ts";
import { openLabExtractor } from "../metrics/lab/lab_extractor.ts";
import { knownDirections } from "../runs/known_directions.ts";
import { writeOutput } from "./animation_file.ts";
import { EXIT, runCommand } from "./command.ts";
import { type Command, type OptionsOf } from "./flags.ts";
import { heedSignals, interruptible } from "./interruption.ts";
import { tableLines } from "./layout.ts";
import { directionNamed } from "./latent_refs.ts";
import {
  checkpointFlags,
  checkpointOperand,
  checkpointOptions,
  drawImages,
  type OpenCheckpoint,
  openCheckpoint,
} from "./open_checkpoint.ts";
import { writePicture } from "./picture_file.ts";
import {
  distance,
  editFigure,
  lossesCsv,
  parseEdits,
  type Projected,
  projectedLatents,
  projectionFigure,
} from "./project_output.ts";
import { readTargets, type Target } from "./project_targets.ts";
import { fileNames } from "./sample.ts";
import { ProjectionReport } from "./projection_report.ts";
import { stderr, stdout } from "./terminal.ts";

const Edits = z.string().transform((text, context) => {
  const edits = parseEdits(text);
  if (edits !== null) return edits;
  context.issues.push({
    code: "custom",
    input: text,
    message: `--edit takes NAME=ALPHA, or several with commas between; got ${JSON.stringify(text)}`,
  });
  return z.NEVER;
});

const options = z.strictObject({
  ...checkpointOptions,
  photos: z.array(z.string().min(1)).min(1),
  steps: z.int().min(1).max(100_000).default(500).describe("steps of the descent"),
  restarts: z.int().min(1).max(64).default(4).describe("starts that descend side by side"),
  candidates: z.int().min(1).max(100_000).default(256)
    .describe("random latents, of which the nearest are the starts"),
  seed: z.int().min(0).default(1).describe("seed of starts and noise"),
  learningRate: z.number().positive().max(10).default(0.2).describe("largest step size of Adam"),
  noise: z.number().min(0).max(2).default(0.05)
    .describe("standard deviation of the noise that latents begin with"),
  prior: z.number().min(0).max(100).default(0.05)
    .describe("weight of the latent being as long as latents are; 0 for the nearest picture alone"),
  features: z.enum(["lab", "none"]).default("lab").describe(
    "what compares pictures besides their pixels: the lab's feature extractor, at twice the time, or " +
      "nothing",
  ),
  featureWeight: z.number().positive().max(100).default(0.1)
    .describe("weight of features beside pixels"),
  edit: Edits.nullable().default(null).describe(
    "directions to move the result along, and how far in standard deviations",
  ),
  out: z.string().min(1).nullable().default(null).describe("folder for what is written"),
  format: z.enum(["png", "jpg"]).default("png").describe("of the pictures that are written"),
  scale: z.int().min(1).max(32).default(2).describe("times that pictures are enlarged"),
  enlarge: z.enum(ENLARGEMENTS).default("lanczos")
    .describe("draw smoothly through pixels, lanczos, or each as a square, nearest"),
});
type ProjectOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `project`. */
export const PROJECT: Command<typeof options.shape> = {
  name: "project",
  summary:
    "Find the latent whose picture is nearest to a photo, by gradient descent from several starts; " +
    "then edit the photo by moving it along directions.",
  operands: [checkpointOperand, {
    placeholder: "PHOTO",
    key: "photos",
    text:
      "JPEG, PNG, WebP or AVIF, turned as its EXIF says, its middle square taken: cut it as the " +
      "training pictures are; or seed:LATENTS, to find what the generator drew itself",
    required: true,
    many: true,
  }],
  flags: [
    { name: "steps", key: "steps", placeholder: "STEPS" },
    { name: "restarts", key: "restarts", placeholder: "N" },
    { name: "candidates", key: "candidates", placeholder: "N" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    { name: "learning-rate", key: "learningRate", placeholder: "RATE" },
    { name: "noise", key: "noise", placeholder: "SIGMA" },
    { name: "prior", key: "prior", placeholder: "WEIGHT" },
    { name: "features", key: "features", placeholder: "NAME" },
    { name: "feature-weight", key: "featureWeight", placeholder: "WEIGHT" },
    { name: "edit", key: "edit", placeholder: "NAME=ALPHA,…", default: "none" },
    { name: "out", key: "out", placeholder: "DIR", default: "in data/cache/projections" },
    { name: "format", key: "format", placeholder: "NAME" },
    { name: "scale", key: "scale", placeholder: "TIMES" },
    { name: "enlarge", key: "enlarge", placeholder: "NAME" },
    ...checkpointFlags,
  ],
  options,
  notes: [
    "Writes projection.png, losses.csv and latents.json, with --edit also edits.png. The other commands " +
    "take the latents as z:DIR/latents.json. Names of directions are those of deno task directions.",
  ],
  examples: [
    ["project latest me.jpg", "the generator's nearest picture to me.jpg"],
    ["project latest me.jpg --edit sefa-2=2,sefa-4=-1.5", "the same, moved along two directions"],
    ["project latest seed:0-3", "how well known latents are found again"],
  ],
};

/** Projects one picture, saying how it goes. */
async function projectOne(
  { generator }: OpenCheckpoint,
  target: Target,
  options: ProjectionOptions,
  signal: AbortSignal,
): Promise<Projected> {
  const report = new ProjectionReport(stderr, target.name, options.steps);
  const curve: ProjectionStep[] = [];
  const descent = project(generator, target.image, options);
  try {
    for (;;) {
      await heedSignals(signal);
      const next = await descent.next();
      if (next.done) return { target, found: next.value, curve };
      curve.push(next.value);
      report.step(next.value);
    }
  } finally {
    report.close();
    await descent.return([]);
  }
}

/** A line a picture: how near it came, how long its latent is, how far from a known one. */
export function projectionTable(all: readonly Projected[]): string {
  const rows = all.map(({ target: { name, planted }, found }) => {
    const [best, ...rest] = found.map(({ squaredError }) => psnrOf(squaredError));
    const near = 1 + rest.filter((psnr) => psnr > best! - 1).length;
    const { z, loss } = found[0]!;
    const away = planted === null ? "" : distance(z, planted).toFixed(2);
    const figures = [`${best!.toFixed(2)} dB`, loss.toFixed(5), normOf(z).toFixed(2), away];
    return [name, ...figures, `${near} of ${found.length}`];
  });
  const headings = ["PICTURE", "PSNR", "LOSS", "|Z|", "|ΔZ|", "STARTS WITHIN 1 dB"];
  return tableLines(headings, rows).map((line) => `${line}\n`).join("");
}

/** Draws all figures, then writes all files; returns their paths. */
async function writeAll(
  all: readonly Projected[],
  directions: readonly Direction[],
  checkpoint: OpenCheckpoint,
  { edit, format, scale, enlarge, ...options }: ProjectOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const draw = (latents: readonly Float32Array[]) =>
    drawImages(checkpoint.generator, stackLatents(latents), signal);
  const drawing = { draw, enlarging: { times: scale, method: enlarge } };
  const pictures = new Map([["projection", await projectionFigure(all, drawing)]]);
  const latents: NamedLatent[] = projectedLatents(all);
  if (edit !== null) {
    const edited = await editFigure(all, edit, directions, drawing);
    pictures.set("edits", edited.figure);
    latents.push(...edited.latents);
  }
  const [first] = fileNames([all[0]!.target.name]);
  const folder = options.out ?? join("data/cache/projections", `${checkpoint.fileName}-${first}`);
  const paths: string[] = [];
  const path = (name: string) => paths[paths.push(join(folder, name)) - 1]!;
  for (const [name, picture] of pictures) await writePicture(path(`${name}.${format}`), picture);
  const about = { run: checkpoint.run.id, step: checkpoint.step };
  const bytes = (text: string) => new TextEncoder().encode(text);
  writeOutput(path("losses.csv"), bytes(lossesCsv(all)), "the losses");
  writeOutput(path("latents.json"), bytes(formatLatents(latents, about)), "the latents");
  return paths;
}

/** The directions to edit along; throws a RangeError for an edit along another. */
async function directionsFor(
  { run, step }: OpenCheckpoint,
  edits: ProjectOptions["edit"],
): Promise<readonly Direction[]> {
  if (edits === null) return [];
  const directions = await knownDirections(run, step);
  for (const { name } of edits) directionNamed(directions, name);
  return directions;
}

/** Projects pictures, prints how near they came, and writes what was found. */
export async function projectPhotos(options: ProjectOptions): Promise<number> {
  using interrupt = interruptible();
  using checkpoint = await openCheckpoint(options);
  const directions = await directionsFor(checkpoint, options.edit); // fails before the long work
  const targets = await readTargets(checkpoint, options.photos);
  using extractor = options.features === "lab" ? await openLabExtractor() : null;
  const features = extractor && {
    maps: (images: tf.Tensor4D) => extractor.featureMaps(images),
    weight: options.featureWeight,
  };
  const all: Projected[] = [];
  for (const target of targets) {
    all.push(await projectOne(checkpoint, target, { ...options, features }, interrupt.signal));
  }
  const paths = await writeAll(all, directions, checkpoint, options, interrupt.signal);
  stdout.write(projectionTable(all) + paths.map((path) => `${path}\n`).join(""));
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(PROJECT, Deno.args, projectPhotos));
