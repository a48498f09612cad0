/** What `deno task evaluate` takes. */
import { z } from "zod";
import { METRIC_FAMILY_NAMES } from "../metrics/names.ts";
import { EXTRACTOR_FORMS } from "../metrics/open_extractor.ts";
import {
  backendFlag,
  cacheFlag,
  exactConvFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { Command } from "./flags.ts";
import { parseSeeds } from "./seeds.ts";

/** Checkpoints as people write them: `1000,2000,5000`. */
const StepList = z.string().transform((text, context) => {
  const steps = parseSeeds(text);
  if (steps !== null) return steps;
  const message = `--steps takes steps with commas between, such as 1000,2000; got "${text}"`;
  context.issues.push({ code: "custom", input: text, message });
  return z.NEVER;
});

const options = z.strictObject({
  a: z.string().min(1),
  b: z.string().min(1).nullable().default(null),
  json: z.boolean().default(false)
    .describe(
      "print one JSON object of metric names and numbers, and nothing else on standard output",
    ),
  metrics: z.string().min(1).nullable().default(null)
    .describe(`metrics, with commas between: ${METRIC_FAMILY_NAMES.join(", ")}`),
  samples: z.int().min(1).max(1_000_000).default(10_000)
    .describe("images of each set; a data set that has fewer gives all it has"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER - 1_000_000).default(0)
    .describe("seed of the first sample; also chooses among more pictures than are wanted"),
  extractor: z.string().min(1).default("lab")
    .describe(`network whose features are compared: ${EXTRACTOR_FORMS}`),
  steps: StepList.nullable().default(null)
    .describe("checkpoints of A's run, measured one after the other: 1000,2000,5000"),
  everyCheckpoint: z.boolean().default(false).describe("every checkpoint of A's run"),
  record: z.boolean().default(false)
    .describe(
      "write the figures into A's run, for its page and RUN@best; only against its own data",
    ),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the generator's moving average, or the generator itself"),
  mirror: z.boolean().nullable().default(null)
    .describe("count pictures of data sets mirrored, too"),
  size: z.int().min(8).max(1024).nullable().default(null)
    .describe("side of pictures, in pixels, where only data sets are compared"),
  channels: z.literal([1, 3]).nullable().default(null)
    .describe("1 for grey, 3 for colour, where only data sets are compared"),
  resize: z.boolean().default(false)
    .describe("crop and resize folders whose pictures differ in size"),
  runs: shared.runs,
  cache: shared.cache,
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  verbose: shared.verbose,
});
/** The options of `evaluate`, by key. */
export type EvaluateShape = typeof options.shape;

/** What the command line knows of `evaluate`. */
export const EVALUATE: Command<EvaluateShape> = {
  name: "evaluate",
  summary:
    "Measure how near one set of images comes to another: a generator's samples to the data it was " +
    "trained on, two checkpoints, or two data sets.",
  operands: [
    {
      placeholder: "A",
      key: "a",
      text: "what is judged: RUN, RUN@STEP or RUN@best, or faces, folder:PATH, mnist[:PATH], " +
        "fashion-mnist[:PATH]",
      required: true,
    },
    {
      placeholder: "B",
      key: "b",
      text:
        "what it is compared with, written alike; left out, the data that the run was trained " +
        "on, or, of a data set, the other half of it: what its own scatter gives",
      required: false,
    },
  ],
  flags: [
    { name: "json", key: "json" },
    { name: "metrics", key: "metrics", placeholder: "LIST", default: "all that can be measured" },
    { name: "samples", key: "samples", placeholder: "IMAGES" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    { name: "extractor", key: "extractor", placeholder: "SPEC" },
    { name: "steps", key: "steps", placeholder: "STEPS", default: "the one that A names" },
    { name: "every-checkpoint", key: "everyCheckpoint" },
    { name: "record", key: "record" },
    { name: "weights", key: "weights", placeholder: "NAME" },
    { name: "mirror", key: "mirror", default: "as the run was trained" },
    { name: "size", key: "size", placeholder: "PIXELS", default: "the pictures' own, or 64" },
    { name: "channels", key: "channels", placeholder: "N", default: "the data sets' own" },
    { name: "resize", key: "resize" },
    runsFlag,
    cacheFlag,
    backendFlag,
    threadsFlag,
    exactConvFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "A metric's name states its protocol: fcd-lab-10k is a Fréchet distance in the features of the " +
    "extractor lab over 10,000 images of A. Compare only figures of one name, as few images make most " +
    "of them worse.",
    "Errors are standard errors: by leaving out tenths of the images in turn (fcd), of the mean over " +
    "subsets (kid), of the mean over pairs (ms-ssim) or images (the others); of the score the " +
    "deviation over ten splits.",
    "--json prints errors beside their metrics, as NAME-error. Of several checkpoints it prints one such " +
    "object each, by their steps.",
    "nearest and memorisation look at every picture of B, and so take long the first time. Features of " +
    "data sets are kept in the cache.",
  ],
  examples: [
    ["evaluate latest", "the newest checkpoint of the newest run against its own data"],
    ["evaluate latest --every-checkpoint --metrics fcd,kid", "which checkpoint is best"],
    ["evaluate latest@2000 latest@1000 --json", "one checkpoint against another, for a program"],
    ["evaluate folder:photos", "one half of a folder against the other: the floor"],
  ],
};
