/** What the command line knows of `compare`. */
import { z } from "zod";
import { CHECKPOINTS } from "../evaluation/report/checkpoints.ts";
import { AGAINST, SHADES } from "../evaluation/report/picture_differences.ts";
import { SETS } from "../evaluation/report/repeated.ts";
import {
  backendFlag,
  cacheFlag,
  exactConvFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { parseSeeds } from "./seeds.ts";

/** Most pictures of a checkpoint: the page holds them all. */
const MOST_PICTURES = 200;

/** Seeds of the pictures shown, unless told. */
export const USUAL_SEEDS = "0-11";

const Seeds = z.string().transform((text, context) => {
  const seeds = parseSeeds(text);
  if (seeds !== null && seeds.length <= MOST_PICTURES) return seeds;
  context.addIssue({
    code: "custom",
    message: `--seeds takes at most ${MOST_PICTURES} seeds and ranges of them, such as 0-11, got ` +
      JSON.stringify(text),
  });
  return z.NEVER;
});

const options = z.strictObject({
  checkpoints: z.array(z.string().min(1)).max(CHECKPOINTS.most),
  seeds: Seeds.prefault(USUAL_SEEDS),
  against: z.enum(AGAINST).default("first")
    .describe("the picture that each is compared with: the first or the previous checkpoint's"),
  differences: z.enum(SHADES).default("absolute")
    .describe("how differences are coloured: by their size, or signed, brighter and darker apart"),
  metrics: z.string().min(1).nullable().default(null)
    .describe("metrics, with commas between, as evaluate has them; none for pictures alone"),
  samples: z.int().min(1).max(1_000_000).default(10_000)
    .describe("images drawn of each checkpoint to measure, all sets together"),
  sets: z.int().min(SETS.least).max(SETS.most).default(5)
    .describe("sets that they are measured in: how far these scatter is the noise"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER - 1_000_000).default(0)
    .describe("seed of the first sample measured"),
  reference: z.string().min(1).nullable().default(null)
    .describe("what is measured against: a data set, or a run's checkpoint"),
  extractor: z.string().min(1).default("lab")
    .describe("network whose features are compared, as evaluate has it"),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the generator's moving average, or the generator itself"),
  json: z.boolean().default(false)
    .describe("print the report as JSON, and nothing else there"),
  out: z.string().min(1).nullable().default(null)
    .describe("an .html or .json file, or a folder for both"),
  runs: shared.runs,
  cache: shared.cache,
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  verbose: shared.verbose,
});
/** The options of `compare`, parsed. */
export type CompareOptions = OptionsOf<typeof options.shape>;

/** Checkpoints side by side. */
export const COMPARE: Command<typeof options.shape> = {
  name: "compare",
  summary:
    "Compare checkpoints: the same latents drawn by each, where their pictures differ, which is better " +
    "by each metric and by how much against the noise, and in which settings their runs differ.",
  operands: [{
    placeholder: "RUN[@STEP]",
    key: "checkpoints",
    text:
      "two checkpoints or more: a run's id, the beginning or end of one, its folder, or latest; @STEP " +
      "for a checkpoint other than the newest, @best for the best",
    required: true,
    many: true,
  }],
  flags: [
    {
      name: "seeds",
      key: "seeds",
      placeholder: "SEEDS",
      text: "seeds of the pictures shown, and ranges of them: 1,5,9-12",
      default: USUAL_SEEDS,
    },
    { name: "against", key: "against", placeholder: "WHICH" },
    { name: "differences", key: "differences", placeholder: "HOW" },
    { name: "metrics", key: "metrics", placeholder: "LIST", default: "all that can be measured" },
    { name: "samples", key: "samples", placeholder: "IMAGES" },
    { name: "sets", key: "sets", placeholder: "N" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    {
      name: "reference",
      key: "reference",
      placeholder: "DATA",
      default: "what the runs were trained on",
    },
    { name: "extractor", key: "extractor", placeholder: "SPEC" },
    { name: "weights", key: "weights", placeholder: "NAME" },
    { name: "json", key: "json" },
    { name: "out", key: "out", placeholder: "PATH", default: "a folder in data/cache/comparisons" },
    runsFlag,
    cacheFlag,
    backendFlag,
    threadsFlag,
    exactConvFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Every checkpoint draws the same sets of seeds, and figures are compared set by set (a paired " +
    "t-test, 95 %): where the noise hides which is better, the report says so. Metrics stand for sets of " +
    "SAMPLES / SETS images, fcd-lab-2k; compare them only with figures of that name.",
    "The page is one file, pictures and all: it can be mailed, printed and read without a network.",
  ],
  examples: [
    ["compare latest@1000 latest@5000", "what 4,000 steps changed"],
    ["compare latest@1000 latest@3000 latest@5000 --against previous", "step by step"],
    ["compare p4cc@6000 q7tr@6000 --metrics fcd,kid --json", "two runs, for a program"],
    ["compare latest@500 latest@1000 --metrics none --seeds 0-99", "pictures alone, at once"],
  ],
};
