/** `deno task compare-sr`: one picture, enlarged by several models beside each other and the truth. */
import { dirname } from "@std/path";
import { z } from "zod";
import { onWhite, pairOf } from "../../data/pairs/decode.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { writeWhole } from "../core/fs.ts";
import type { PicturePair } from "../core/pairs.ts";
import type { Raster } from "../core/images.ts";
import { writeError } from "../core/write_error.ts";
import {
  compareWithTruth,
  enlargeWhole,
  type Figures,
  figureText,
  leastSideOf,
  type PictureMeasure,
} from "../evaluation/enlargement.ts";
import { enlargementFigure, type FigurePanel } from "../evaluation/enlarging/figure.ts";
import {
  assertPerceptualSpec,
  openPerceptual,
  PERCEPTUAL_FORMS,
} from "../evaluation/perceptual.ts";
import { cut } from "../nn/enlarge.ts";
import { type Enlarger, openEnlarger } from "../runs/open_enlarger.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, runsFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { tableLines } from "./layout.ts";
import { stderr, stdout } from "./terminal.ts";
import { readPicture } from "./upscale/read_picture.ts";

const options = z.strictObject({
  picture: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  scale: z.literal([2, 3, 4]).default(4).describe("by how much both sides grow"),
  crop: z.string()
    .regex(/^\d+,\d+,\d+x\d+$/)
    .meta({ form: "LEFT,TOP,WIDTHxHEIGHT in pixels of the picture, as 96,50,160x160" })
    .nullable().default(null)
    .describe("what the figure shows; figures are of the whole picture"),
  zoom: z.number().min(0.25).max(16).default(1).describe("how wide the figure draws a pixel"),
  out: z.string().regex(/\.svg$/i).meta({ form: "a path that ends in .svg" }).nullable().default(
    null,
  )
    .describe("draw the models' pictures and the truth in a row, with PSNR and SSIM below"),
  extractor: z.string().min(1).default("lab")
    .describe(`what the perceptual distance sees by: ${PERCEPTUAL_FORMS}`),
  json: z.boolean().default(false).describe("print one JSON object, for programs"),
  runs: shared.runs,
  backend: shared.backend,
  threads: shared.threads,
  verbose: shared.verbose,
});
type CompareOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `compare-sr`. */
export const COMPARE_SR: Command<typeof options.shape> = {
  name: "compare-sr",
  summary:
    "Enlarge one picture by several models: it is made small by MATLAB's bicubic, enlarged again by each, " +
    "and compared with itself.",
  operands: [
    {
      placeholder: "PICTURE",
      key: "picture",
      text: "the truth: a picture of any size and kind",
      required: true,
    },
    {
      placeholder: "MODEL",
      key: "models",
      text: "RUN, RUN@STEP, latest, a .safetensors file or bicubic; TITLE=MODEL gives it a title",
      required: true,
      many: true,
    },
  ],
  flags: [
    { name: "scale", key: "scale", placeholder: "N" },
    { name: "crop", key: "crop", placeholder: "L,T,WxH", default: "all of it" },
    { name: "zoom", key: "zoom", placeholder: "TIMES" },
    { name: "out", key: "out", placeholder: "FILE.svg", default: "no figure" },
    { name: "extractor", key: "extractor", placeholder: "NAME" },
    { name: "json", key: "json" },
    runsFlag,
    backendFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Figures are those of evaluate-sr, by the same protocols. PSNR and SSIM are better higher, the " +
    "distances lower.",
  ],
  examples: [
    [
      "compare-sr cat.png bicubic SRResNet=5f2k SRGAN=latest --out cat.svg",
      "a figure as papers have it",
    ],
    ["compare-sr cat.png bicubic latest@5000 latest", "two checkpoints in numbers"],
  ],
};

/** A model and its title, from `TITLE=MODEL` or `MODEL`. */
function named(text: string): { readonly title: string; readonly model: string } {
  const at = text.indexOf("=");
  return at <= 0
    ? { title: text, model: text }
    : { title: text.slice(0, at), model: text.slice(at + 1) };
}

/** The part that the figure shows. Throws a RangeError where it leaves the picture. */
function partOf(crop: string | null, { width, height }: Raster) {
  if (crop === null) return { left: 0, top: 0, width, height };
  const [left, top, wide, high] = crop.split(/[,x]/).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (wide > 0 && high > 0 && left + wide <= width && top + high <= height) {
    return { left, top, width: wide, height: high };
  }
  throw new RangeError(
    `Cannot show ${crop}: expected a part of the picture's ${width}×${height} pixels`,
  );
}

/** One model's picture and how it compares. */
interface Compared {
  readonly title: string;
  readonly model: string;
  readonly figures: Figures;
  readonly picture: Raster;
}

/** Throws a RangeError for a truth that is too small to be measured against. */
function assertLargeEnough(
  { width, height }: Raster,
  { picture, scale }: CompareOptions,
  measures: readonly PictureMeasure[],
): void {
  const least = leastSideOf(scale, measures);
  if (Math.min(width, height) >= least) return;
  throw new RangeError(
    `Cannot compare on "${picture}": expected ${least}×${least} pixels or more, got ${width}×${height}. ` +
      "Take a larger picture",
  );
}

async function compareAll({ low, high }: PicturePair, given: CompareOptions): Promise<Compared[]> {
  using perceptual = await openPerceptual(given.extractor);
  const measures = perceptual === null ? [] : [perceptual];
  assertLargeEnough(high, given, measures);
  const store = new RunStore(given.runs);
  using open = new DisposableStack();
  const enlargers: { readonly title: string; readonly enlarger: Enlarger }[] = [];
  for (const { title, model } of given.models.map(named)) { // all of them before any work
    const enlarger = await openEnlarger(store, { model, scale: given.scale });
    enlargers.push({ title, enlarger: open.use(enlarger) });
  }
  const all: Compared[] = [];
  for (const { title, enlarger } of enlargers) {
    const picture = await enlargeWhole(enlarger, low);
    const figures = await compareWithTruth(picture, high, given.scale, measures);
    all.push({ title, model: enlarger.name, figures, picture });
  }
  return all;
}

/** As in the paper: PSNR and SSIM on luma in brackets; then what the extractor says. */
function notesOf(figures: Figures, scale: number): string[] {
  const [psnr, ssim] = [figures[`psnr-y-crop${scale}`]!, figures[`ssim-y-crop${scale}`]!];
  const distances = Object.entries(figures).filter(([name]) => /^(perceptual|texture)-/.test(name));
  return [
    `(${psnr.toFixed(2)} dB / ${ssim.toFixed(4)})`,
    ...distances.map(([name, value]) => `${name} ${value.toFixed(3)}`),
  ];
}

async function writeFigure(
  path: string,
  compared: readonly Compared[],
  truth: Raster,
  { crop, zoom, scale }: CompareOptions,
): Promise<void> {
  const part = partOf(crop, truth);
  const panels: FigurePanel[] = [
    ...compared.map(({ title, figures, picture }) => ({
      title,
      notes: notesOf(figures, scale),
      picture: cut(picture, part),
    })),
    { title: "original", notes: [], picture: cut(truth, part) },
  ];
  const svg = await enlargementFigure(panels, zoom);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, new TextEncoder().encode(svg));
  } catch (error) {
    throw writeError("write the figure", path, "pass another --out", error);
  }
}

/** Compares models on one picture. */
export async function compareSr(given: CompareOptions): Promise<number> {
  assertPerceptualSpec(given.extractor); // before any work
  const pair = pairOf(onWhite(await readPicture(given.picture)), given.scale);
  if (pair === null) {
    throw new RangeError(
      `Cannot make "${given.picture}" ${given.scale} times smaller: it has fewer pixels a side`,
    );
  }
  partOf(given.crop, pair.high);
  await openDevice(await probeDevice(given.backend), { ...given, exactConv: false });
  const compared = await compareAll(pair, given);
  if (given.json) {
    const models = compared.map(({ title, model, figures }) => ({ title, model, ...figures }));
    stdout.write(
      JSON.stringify({ picture: given.picture, scale: given.scale, models }, null, 2) + "\n",
    );
  } else {
    const names = Object.keys(compared[0]!.figures);
    const rows = compared.map(({ title, figures }) => [
      title,
      ...names.map((name) => figureText(name, figures[name]!)),
    ]);
    stdout.write(tableLines(["MODEL", ...names], rows).join("\n") + "\n");
  }
  if (given.out !== null) {
    await writeFigure(given.out, compared, pair.high, given);
    stderr.write(`${given.out}\n`);
  }
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(COMPARE_SR, Deno.args, compareSr));
