/** `deno task directions`: finds directions of a generator's latent space, keeps and draws them. */
import { join } from "@std/path";
import { z } from "zod";
import { enlarge, ENLARGEMENTS } from "../core/enlarge.ts";
import { drawSheet } from "../core/figure.ts";
import { type Raster, rastersOf } from "../core/images.ts";
import { type Direction, moveAlong } from "../latent/directions/direction.ts";
import { ganspaceDirections } from "../latent/directions/ganspace.ts";
import { firstLayerOf, sefaDirections } from "../latent/directions/sefa.ts";
import { latentsIn, stackLatents } from "../latent/latents.ts";
import { weightsOf } from "../runs/checkpoint_format.ts";
import { AttributeList } from "./arithmetic_evaluate.ts";
import { EXIT, runCommand } from "./command.ts";
import { cacheFlag, shared } from "./common_flags.ts";
import { findAttributeDirections } from "./directions_attributes.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { interruptible } from "./interruption.ts";
import { tableLines } from "./layout.ts";
import { type LabelledLatents, LatentRefs } from "./latent_refs.ts";
import {
  checkpointLatents,
  checkpointOperand,
  checkpointOptions,
  deviceFlags,
  drawImages,
  type OpenCheckpoint,
  openCheckpoint,
} from "./open_checkpoint.ts";
import { assertPicturePath, writePicture } from "./picture_file.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr, stdout } from "./terminal.ts";

const { weights: _always, ...placeOptions } = checkpointOptions;

const options = z.strictObject({
  ...placeOptions,
  method: z.enum(["sefa", "ganspace", "attributes"]).default("sefa").describe(
    "sefa takes the first layer's weights apart; ganspace takes principal components of " +
      "activations over many samples; attributes probes for what a classifier tells of samples",
  ),
  attributes: AttributeList.prefault("all").describe(
    "attributes to probe for, with commas between; a number as it is, or with a bound, age>=40",
  ),
  orthogonal: z.boolean().default(false).describe(
    "make each attribute's direction orthogonal to those of all else that can be told, so that it " +
      "moves that less",
  ),
  classifier: z.string().min(1).nullable().default(null)
    .describe("a classifier's file, of train-classifier"),
  cache: shared.cache,
  count: z.int().min(1).max(64).default(10).describe("how many to keep"),
  samples: z.int().min(2).max(100_000).default(4096)
    .describe("samples that ganspace takes activations of, or that are classified"),
  layer: z.string().min(1).nullable().default(null)
    .describe("layer whose activations ganspace takes"),
  seed: z.int().min(0).default(1).describe("seed of those samples"),
  seeds: LatentRefs.prefault("0-2"),
  range: z.number().positive().max(20).default(3)
    .describe("how far the sheet moves, in standard deviations of a latent's numbers"),
  steps: z.int().min(2).max(33).default(7).describe("pictures from one end to the other"),
  scale: z.int().min(1).max(32).default(1).describe("times that pictures are enlarged"),
  enlarge: z.enum(ENLARGEMENTS).default("lanczos")
    .describe("draw smoothly through pixels, lanczos, or each as a square, nearest"),
  out: z.string().min(1).nullable().default(null).describe("the sheet, .png or .jpg"),
});
type DirectionsOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `directions`. */
export const DIRECTIONS: Command<typeof options.shape> = {
  name: "directions",
  summary:
    "Find directions in latent space along which one thing about a run's pictures changes, keep them " +
    "with the run, and draw what each does.",
  operands: [checkpointOperand],
  flags: [
    { name: "method", key: "method", placeholder: "NAME" },
    { name: "count", key: "count", placeholder: "N" },
    { name: "samples", key: "samples", placeholder: "N" },
    {
      name: "layer",
      key: "layer",
      placeholder: "NAME",
      default: "the second block's activation",
    },
    { name: "seed", key: "seed", placeholder: "SEED" },
    {
      name: "attributes",
      key: "attributes",
      placeholder: "LIST",
      default: "all; implies --method attributes",
    },
    { name: "orthogonal", key: "orthogonal" },
    {
      name: "classifier",
      key: "classifier",
      placeholder: "FILE",
      default: "the one of the run's data, trained first where there is none",
    },
    cacheFlag,
    {
      name: "seeds",
      key: "seeds",
      placeholder: "LATENTS",
      text: "the latents whose pictures the sheet moves: seeds and ranges, z:FILE, expressions",
      default: "0-2",
    },
    { name: "range", key: "range", placeholder: "SIGMA" },
    { name: "steps", key: "steps", placeholder: "N" },
    { name: "scale", key: "scale", placeholder: "TIMES" },
    { name: "enlarge", key: "enlarge", placeholder: "NAME" },
    { name: "out", key: "out", placeholder: "FILE", default: "in data/cache/samples" },
    ...deviceFlags,
  ],
  options,
  notes: [
    "Directions are those of the generator's moving average. New ones take the place of earlier ones " +
    "of the same method; the page's sliders and move(…) expressions know them by name.",
  ],
  examples: [
    ["directions latest", "ten directions by SeFa, and their sheet"],
    ["directions latest --method ganspace --seeds 7,12", "the same by GANSpace, on two faces"],
    ["directions latest --attributes smiling,glasses", "of labels, by a classifier of samples"],
  ],
};

/** What one method finds at a checkpoint. */
type Finder = (
  checkpoint: OpenCheckpoint,
  options: DirectionsOptions,
  signal: AbortSignal,
) => Promise<Direction[]>;

const FINDERS: Readonly<Record<DirectionsOptions["method"], Finder>> = {
  async sefa({ run, step }, { count }) {
    return sefaDirections(firstLayerOf(weightsOf(await run.readGenerator(step), "ema")), count);
  },

  async ganspace({ generator }, { count, samples, layer, seed }, signal) {
    const progress = new ProgressReport(stderr);
    const found = await ganspaceDirections(generator.model, {
      ...{ count, samples, layer, seed, signal },
      onProgress: (done) =>
        progress.preparing({ label: "activations", done, total: samples, unit: "samples" }),
    });
    progress.close();
    return found;
  },

  attributes: findAttributeDirections,
};

/** A figure of evidence: shares as they are, in three significant digits. */
const figure = (value: number) => String(Number(value.toPrecision(3)));

/** Directions as an aligned table, a line each, with the names of their evidence above it. */
export function evidenceTable(directions: readonly Direction[]): string {
  const names = [...new Set(directions.flatMap(({ evidence }) => Object.keys(evidence)))];
  const rows = directions.map(({ name, evidence }) => [
    name,
    ...names.map((key) => evidence[key] === undefined ? "" : figure(evidence[key])),
  ]);
  return tableLines(["DIRECTION", ...names.map((name) => name.toUpperCase())], rows)
    .map((line) => `${line}\n`).join("");
}

/** The steps of a sheet, from −range to +range. */
function alphas({ steps, range }: DirectionsOptions): number[] {
  return Array.from({ length: steps }, (_, i) => range * (2 * i / (steps - 1) - 1));
}

/** `+1.5σ`, `−3σ`, `0`. */
function sigmas(alpha: number): string {
  const size = Number(Math.abs(alpha).toFixed(1));
  return size === 0 ? "0" : `${alpha < 0 ? "−" : "+"}${size}σ`;
}

/** Rows directions, columns steps along them, a block of columns for each latent. */
async function sheetOf(
  directions: readonly Direction[],
  latents: LabelledLatents,
  { generator }: OpenCheckpoint,
  options: DirectionsOptions,
  signal: AbortSignal,
): Promise<Raster> {
  const steps = alphas(options);
  const rows = directions.map((direction) =>
    latentsIn(latents).flatMap((z) => steps.map((alpha) => moveAlong(z, direction, alpha)))
  );
  const images = await drawImages(generator, stackLatents(rows.flat()), signal);
  const pictures = await Promise.all(
    rastersOf(images).map((one) => enlarge(one, options.scale, options.enlarge)),
  );
  const across = latents.count * steps.length;
  return drawSheet({
    headings: Array.from({ length: latents.count }, () => steps.map(sigmas)).flat(),
    blockOf: steps.length,
    rows: directions.map(({ name }, i) => (
      { label: name, pictures: pictures.slice(i * across, (i + 1) * across) }
    )),
  });
}

/** The options, their method that which `--attributes` is for. */
function methodMeant(options: DirectionsOptions, given: ReadonlySet<string>): DirectionsOptions {
  if (!given.has("attributes") || options.method === "attributes") return options;
  if (!given.has("method")) return { ...options, method: "attributes" };
  throw new UsageError(`--attributes is for --method attributes; got --method ${options.method}`);
}

/** Finds directions, prints their evidence, draws them, and keeps them with the run. */
export async function findDirections(
  given: DirectionsOptions,
  keys: ReadonlySet<string> = new Set(),
): Promise<number> {
  const options = methodMeant(given, keys);
  assertPicturePath(options.out);
  using interrupt = interruptible();
  const { signal } = interrupt;
  using checkpoint = await openCheckpoint({ ...options, weights: "ema" });
  const directions = await FINDERS[options.method](checkpoint, options, signal);
  const latents = await checkpointLatents(checkpoint, options.seeds, null);
  const sheet = await sheetOf(directions, latents, checkpoint, options, signal);
  const name = `${checkpoint.fileName}-${options.method}.png`;
  const out = options.out ?? join("data/cache/samples", name);
  await writePicture(out, sheet);
  checkpoint.run.writeDirections(checkpoint.step, directions);
  stdout.write(`${evidenceTable(directions)}${out}\n`);
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(DIRECTIONS, Deno.args, findDirections));
