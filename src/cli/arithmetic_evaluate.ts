/** `deno task arithmetic RUN --evaluate`: how often edits do what they are for, and what else they do. */
import { z } from "zod";
import {
  type ArithmeticPlan,
  type ArithmeticResult,
  evaluateArithmetic,
} from "../evaluation/arithmetic/evaluate_arithmetic.ts";
import { judgeOf } from "../evaluation/arithmetic/judge.ts";
import { parseReading, type Reading, toldReadings } from "../evaluation/arithmetic/reading.ts";
import { toldProbes } from "../evaluation/probes.ts";
import { openRunClassifier } from "../evaluation/run_classifier.ts";
import type { AttributeClassifier } from "../metrics/classifier/attribute_classifier.ts";
import { canTell } from "../metrics/classifier/telling.ts";
import { type Evaluated, evaluationLines, evaluationRecord } from "./arithmetic_table.ts";
import { EXIT } from "./command.ts";
import { cacheFlag, shared } from "./common_flags.ts";
import type { OptionsOf } from "./flags.ts";
import { interruptible } from "./interruption.ts";
import { checkpointOptions, type OpenCheckpoint, openCheckpoint } from "./open_checkpoint.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr, stdout } from "./terminal.ts";

const GROUP = "With --evaluate";

/** Names with commas between; null for all. */
export const AttributeList = z.string().min(1).transform((text) =>
  text === "all" ? null : text.split(",").map((name) => name.trim()).filter((name) => name !== "")
);

/** Options that `--evaluate` takes besides those of the checkpoint. */
export const evaluateOptions = {
  evaluate: z.boolean().default(false).describe(
    "instead of computing one A − B + C, make many for each attribute that a classifier can tell, and " +
      "count what they do",
  ),
  attributes: AttributeList.prefault("all").describe(
    "attributes to set and to remove, with commas between; a number with a bound, age>=40",
  ),
  edits: z.int().min(30).max(100_000).default(1000)
    .describe("edits for each attribute, change and method"),
  exemplars: z.int().min(1).max(100).default(3).describe("exemplars in each of A and B"),
  match: z.boolean().default(true).describe(
    "give each exemplar of A one in B that is alike in all else that can be told",
  ),
  strength: z.number().positive().max(10).default(1).describe("what A − B is multiplied by"),
  alpha: z.number().positive().max(20).default(3)
    .describe("how far to go along a probe's direction, in standard deviations of z"),
  samples: z.int().min(256).max(100_000).default(4096)
    .describe("samples that exemplars and probes come from"),
  firstSeed: z.int().min(0).max(1e12).default(0).describe("seed of the first sample"),
  classifier: z.string().min(1).nullable().default(null)
    .describe("a classifier's file, of train-classifier"),
  cache: shared.cache,
} as const;

const OWN = "the one of the run's data, trained first where there is none";

/** Their flags. */
export const evaluateFlags = [
  { name: "evaluate", key: "evaluate" },
  { name: "attributes", key: "attributes", placeholder: "LIST", default: "all", group: GROUP },
  { name: "edits", key: "edits", placeholder: "N", group: GROUP },
  { name: "exemplars", key: "exemplars", placeholder: "N", group: GROUP },
  { name: "match", key: "match", group: GROUP, default: "yes" },
  { name: "strength", key: "strength", placeholder: "TIMES", group: GROUP },
  { name: "alpha", key: "alpha", placeholder: "SIGMA", group: GROUP },
  { name: "samples", key: "samples", placeholder: "N", group: GROUP },
  { name: "first-seed", key: "firstSeed", placeholder: "SEED", group: GROUP },
  { name: "classifier", key: "classifier", placeholder: "FILE", default: OWN, group: GROUP },
  { ...cacheFlag, group: GROUP },
] as const;

/** What evaluating takes of the command's options. */
export type EvaluateOptions =
  & OptionsOf<typeof evaluateOptions>
  & OptionsOf<typeof checkpointOptions>
  & { readonly json: boolean; readonly length: "keep" | "typical" };

/** Samples that are drawn at most, for attributes that few samples have. */
const MOST_SAMPLES = 16_384;
const RESAMPLES = 500;

/** Opens the run's classifier and says what goes on; null where Ctrl-C stopped its training. */
export async function classifierFor(
  { run, generator }: OpenCheckpoint,
  options: { classifier: string | null; cache: string; threads: number },
  report: ProgressReport,
  signal: AbortSignal,
): Promise<AttributeClassifier | null> {
  let training = false;
  return await openRunClassifier(run, generator, {
    file: options.classifier,
    cacheDir: options.cache,
    threads: options.threads || navigator.hardwareConcurrency,
    signal,
    onTraining: (path) => {
      training = true;
      report.say(`No classifier is kept for this run's data yet: training one, ${path}`);
    },
    onStep: (done, _loss, total) =>
      report.preparing({ label: "Training", done, total, unit: "steps" }),
    onProgress: (progress) => report.preparing(progress),
    onNotice: (message) => {
      if (training) report.say(message);
    },
  });
}

function readingsOf(
  classifier: AttributeClassifier,
  asked: EvaluateOptions["attributes"],
): Reading[] {
  const readings = asked === null
    ? toldReadings(classifier)
    : asked.map((text) => parseReading(text, classifier));
  if (readings.length > 0) return readings;
  throw new RangeError(
    `Cannot evaluate arithmetic: of ${classifier.attributes.length} attributes the classifier can ` +
      `tell none that is yes or no. Name a number with a bound, --attributes "age>=40", or train it ` +
      `for longer`,
  );
}

/** Evaluates on the open checkpoint. Throws the signal's reason when it is aborted. */
async function run(
  { generator }: OpenCheckpoint,
  classifier: AttributeClassifier,
  options: EvaluateOptions,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<ArithmeticResult> {
  let images = 0;
  const readings = readingsOf(classifier, options.attributes);
  // Two changes of five kinds of edits each, at most.
  const total = options.samples + MOST_SAMPLES + readings.length * 2 * 5 * options.edits;
  const onImages = (count: number) => {
    images += count;
    report.preparing({ label: "Editing", done: images, total, unit: "images" });
  };
  const plan: ArithmeticPlan = {
    ...options,
    judge: judgeOf(generator, classifier, { signal, onImages }),
    latentDim: generator.latentDim,
    attributes: classifier.attributes,
    readings,
    held: toldProbes(classifier),
    typical: options.length === "typical",
    learnSamples: options.samples,
    mostSamples: Math.max(MOST_SAMPLES, 2 * options.edits),
    resamples: RESAMPLES,
  };
  return await evaluateArithmetic(plan);
}

/** Evaluates latent arithmetic and prints the figures. */
export async function evaluateOnCheckpoint(options: EvaluateOptions): Promise<number> {
  using interrupt = interruptible();
  using checkpoint = await openCheckpoint(options);
  const report = new ProgressReport(stderr);
  try {
    const found = await classifierFor(checkpoint, options, report, interrupt.signal);
    interrupt.signal.throwIfAborted();
    using classifier = found!;
    const result = await run(checkpoint, classifier, options, report, interrupt.signal);
    const evaluated: Evaluated = {
      checkpoint: `${checkpoint.run.id}@${checkpoint.step}`,
      weights: options.weights,
      classifier,
      notTold: classifier.attributes.filter((attribute) => !canTell(attribute)),
      settings: options,
      result,
    };
    report.close();
    stdout.write(
      options.json
        ? JSON.stringify(evaluationRecord(evaluated)) + "\n"
        : evaluationLines(evaluated).join("\n") + "\n",
    );
    return EXIT.ok;
  } finally {
    report.close();
  }
}
