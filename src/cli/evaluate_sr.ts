/** `deno task evaluate-sr`: how well a network enlarges pictures whose truth is known, beside bicubic. */
import { z } from "zod";
import { openPairs } from "../../data/pairs/open.ts";
import type { PackedPairs } from "../../data/pairs/packed_pairs.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import {
  type EnlargementReport,
  evaluatePair,
  type Figures,
  figureText,
  leastSideOf,
  meanFigures,
  type PictureMeasure,
} from "../evaluation/enlargement.ts";
import {
  assertPerceptualSpec,
  openPerceptual,
  PERCEPTUAL_FORMS,
} from "../evaluation/perceptual.ts";
import { type Enlarger, openEnlarger } from "../runs/open_enlarger.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import {
  backendFlag,
  cacheFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { tableLines } from "./layout.ts";
import { StatusLine, stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  model: z.string().min(1).default("latest")
    .describe("a run of train-sr (RUN, RUN@STEP, latest), a .safetensors file, or bicubic"),
  scale: z.literal([2, 3, 4]).nullable().default(null).describe("by how much both sides grow"),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the network's moving average, or the network itself"),
  data: z.string().min(1).default("faces").describe("pictures to judge by: folder:PATH, or faces"),
  extractor: z.string().min(1).default("lab").describe(
    `whose features perceptual distances compare: ${PERCEPTUAL_FORMS}`,
  ),
  json: z.boolean().default(false).describe("print one JSON object, for programs"),
  runs: shared.runs,
  cache: shared.cache,
  backend: shared.backend,
  threads: shared.threads,
  verbose: shared.verbose,
});
type EvaluateOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `evaluate-sr`. */
export const EVALUATE_SR: Command<typeof options.shape> = {
  name: "evaluate-sr",
  summary:
    "Judge a network that enlarges pictures: each picture is made small by MATLAB's bicubic, enlarged " +
    "again and compared with itself, beside bicubic enlargement.",
  operands: [],
  flags: [
    { name: "model", key: "model", placeholder: "MODEL" },
    { name: "scale", key: "scale", placeholder: "N", default: "the network's own; bicubic 4" },
    { name: "weights", key: "weights", placeholder: "NAME" },
    { name: "data", key: "data", placeholder: "SPEC" },
    { name: "extractor", key: "extractor", placeholder: "SPEC" },
    { name: "json", key: "json" },
    runsFlag,
    cacheFlag,
    backendFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Names state the protocol, as BasicSR has it: psnr-y-crop4 is PSNR in decibels on the luma of " +
    "BT.601 (16 to 235), 4 pixels left out along each edge; ssim-rgb-crop4 is the mean SSIM of the " +
    "three channels. Pictures are cut to multiples of the scale first.",
    "perceptual-lab is how different the whole pictures look to the lab's extractor (Zhang et al., 2018, " +
    "equation 1, uncalibrated): 0 for equal ones, lower is better. Only figures by one extractor compare. " +
    "texture-lab is the same after features have been averaged over windows of 8 × 8 places: which " +
    "textures there are counts, and not where each hair lies.",
  ],
  examples: [
    ["evaluate-sr --model bicubic --scale 4 --data folder:Set5", "28.43 dB, as published"],
    ["evaluate-sr --model latest@5000 --data folder:Set5 --json", "a checkpoint, for programs"],
    [
      "evaluate-sr --extractor vgg19:vgg19.safetensors --data folder:Set5",
      "perceptual distance by VGG19",
    ],
  ],
};

/** A picture's name and its report. */
interface Row extends EnlargementReport {
  readonly name: string;
}

/** Judges every picture, in the folder's order. */
async function judge(
  pairs: PackedPairs,
  enlargers: { readonly judged: Enlarger; readonly bicubic: Enlarger },
  measures: readonly PictureMeasure[],
): Promise<Row[]> {
  const line = new StatusLine(stderr);
  const rows: Row[] = [];
  const { pictures, scale } = pairs.header;
  const least = leastSideOf(scale, measures);
  for (const [i, { name, width, height }] of pictures.entries()) {
    if (Math.min(width, height) < least) {
      line.clear();
      stderr.write(
        `left out ${name}: expected ${least}×${least} pixels or more, got ${width}×${height}\n`,
      );
      continue;
    }
    line.draw(() => `${i + 1} of ${pictures.length}: ${name}`);
    rows.push({ name, ...await evaluatePair(pairs.read(i), enlargers, measures) });
  }
  line.clear();
  if (rows.length > 0) return rows;
  throw new RangeError(
    `Cannot judge ${enlargers.judged.name}: none of ${pictures.length} pictures is large enough to measure. ` +
      "Give larger ones to --data",
  );
}

/** A row a picture and the mean: for each figure, bicubic's and the network's. */
function table(rows: readonly Row[], mean: EnlargementReport, bicubicAlone: boolean): string[] {
  const names = Object.keys(mean.made);
  const cells = (made: Figures, bicubic: Figures) =>
    names.flatMap((name) =>
      bicubicAlone
        ? [figureText(name, made[name]!)]
        : [figureText(name, bicubic[name]!), figureText(name, made[name]!)]
    );
  const headings = names.flatMap((name) => bicubicAlone ? [name] : ["bicubic", name]);
  return tableLines(["PICTURE", ...headings], [
    ...rows.map(({ name, made, bicubic }) => [name, ...cells(made, bicubic)]),
    ["mean", ...cells(mean.made, mean.bicubic)],
  ]);
}

/** Judges an enlarger. */
export async function evaluateSr(given: EvaluateOptions): Promise<number> {
  assertPerceptualSpec(given.extractor); // before any work
  const device = await probeDevice(given.backend);
  await openDevice(device, { ...given, exactConv: false });
  using perceptual = await openPerceptual(given.extractor);
  const store = new RunStore(given.runs);
  using judged = await openEnlarger(store, given);
  using bicubic = await openEnlarger(store, { model: "bicubic", scale: judged.scale });
  using pairs = await openPairs(given.data, {
    scale: judged.scale,
    cacheDir: given.cache,
    threads: given.threads || navigator.hardwareConcurrency,
    onNotice: (message) => stderr.write(message + "\n"),
  });
  for (const name of pairs.header.skipped) {
    stderr.write(`left out ${name}: damaged, cut short, or smaller than the scale\n`);
  }
  const { name, scale, parameters } = judged;
  stderr.write(
    `${name}, ×${scale}, ${parameters.toLocaleString("en")} parameters, on ${device.name}\n`,
  );
  const rows = await judge(pairs, { judged, bicubic }, perceptual === null ? [] : [perceptual]);
  const mean = {
    made: meanFigures(rows.map(({ made }) => made)),
    bicubic: meanFigures(rows.map(({ bicubic }) => bicubic)),
  };
  if (given.json) {
    const report = { model: name, scale, parameters, data: given.data, mean, pictures: rows };
    stdout.write(JSON.stringify(report, null, 2) + "\n");
  } else stdout.write(table(rows, mean, name === "bicubic").join("\n") + "\n");
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(EVALUATE_SR, Deno.args, evaluateSr));
