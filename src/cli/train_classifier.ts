/** `deno task train-classifier`: learn to tell a dataset's attributes, and say which can be told. */
import { z } from "zod";
import type { ImageDataset } from "../../data/dataset.ts";
import { openDataset } from "../../data/open.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { sharedSettings } from "../core/config.ts";
import {
  keptClassifier,
  writeClassifier,
} from "../experiments/attribute_classifier/kept_classifier.ts";
import {
  ClassifierSettings,
  classifierSettings,
} from "../experiments/attribute_classifier/settings.ts";
import { trainClassifier } from "../experiments/attribute_classifier/train_classifier.ts";
import {
  type AttributeClassifier,
  openClassifier,
} from "../metrics/classifier/attribute_classifier.ts";
import { classifierLines, classifierRecord } from "./classifier_table.ts";
import { EXIT, runCommand } from "./command.ts";
import {
  backendFlag,
  cacheFlag,
  exactConvFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { onInterrupt } from "./interruption.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  data: sharedSettings.data,
  attributes: sharedSettings.attributes,
  ...classifierSettings,
  out: z.string().min(1).nullable().default(null).describe("file to write"),
  json: z.boolean().default(false).describe("print path and figures as one JSON object"),
  cache: shared.cache,
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  verbose: shared.verbose,
});
type ClassifierOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `train-classifier`. */
export const TRAIN_CLASSIFIER: Command<typeof options.shape> = {
  name: "train-classifier",
  summary:
    "Train a small network to tell a data set's attributes from its pictures, and measure on pictures " +
    "that it never saw which of them it can tell. What those say of generated pictures, and of edits " +
    "to them, can then be counted.",
  operands: [],
  flags: [
    { name: "data", key: "data", placeholder: "SPEC" },
    { name: "attributes", key: "attributes", placeholder: "FILE", default: "none" },
    { name: "size", key: "size", placeholder: "PIXELS" },
    { name: "channels", key: "channels", placeholder: "N", default: "the data set's own" },
    { name: "mirror", key: "mirror", default: "for folders" },
    { name: "steps", key: "steps", placeholder: "STEPS" },
    { name: "batch", key: "batch", placeholder: "IMAGES" },
    { name: "filters", key: "filters", placeholder: "N" },
    { name: "features", key: "features", placeholder: "N" },
    { name: "dropout", key: "dropout", placeholder: "SHARE" },
    { name: "learning-rate", key: "learningRate", placeholder: "RATE" },
    { name: "final-share", key: "finalShare", placeholder: "SHARE" },
    { name: "ema-decay", key: "emaDecay", placeholder: "DECAY" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    { name: "out", key: "out", placeholder: "FILE", default: "in data/cache/classifiers" },
    { name: "json", key: "json" },
    cacheFlag,
    backendFlag,
    threadsFlag,
    exactConvFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Labels are those that faces are drawn from, a table given with --attributes, or the folders that " +
    "pictures lie in: one class each. One picture in eight is held out.",
    "A classifier that is kept already for the same pictures, labels and settings is shown again.",
  ],
  examples: [
    ["train-classifier", "on the faces that the lab draws itself, 64 pixels"],
    ["train-classifier --data folder:photos --attributes labels.csv --size 32", "on your own"],
  ],
};

/** Opens the dataset under a progress bar. */
function openLabelled(
  options: ClassifierOptions,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<ImageDataset> {
  return openDataset(options.data, {
    size: options.size,
    ...(options.channels === null ? {} : { channels: options.channels }),
    seed: options.seed,
    ...(options.attributes === null ? {} : { attributesFile: options.attributes }),
    cacheDir: options.cache,
    threads: options.threads || navigator.hardwareConcurrency,
    signal,
    onProgress: (progress) => report.preparing(progress),
    onNotice: (message) => report.say(message),
  });
}

/** The classifier and its file's path: kept, or trained now; null where the signal stopped that. */
async function obtain(
  dataset: ImageDataset,
  options: ClassifierOptions,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<{ readonly classifier: AttributeClassifier; readonly path: string } | null> {
  const settings = ClassifierSettings.parse(
    Object.fromEntries(
      Object.keys(classifierSettings).map((key) => [key, options[key as keyof ClassifierOptions]]),
    ),
  );
  const watch = {
    signal,
    onNotice: (message: string) => report.say(message),
    onStep: (done: number, _loss: number, total: number) =>
      report.preparing({ label: "Training", done, total, unit: "steps" }),
  };
  if (options.out === null) {
    return await keptClassifier(dataset, { ...watch, settings, cacheDir: options.cache });
  }
  const bytes = await trainClassifier(dataset, settings, watch);
  if (bytes === null) return null;
  writeClassifier(options.out, bytes);
  return { classifier: await openClassifier(options.out), path: options.out };
}

/** Trains a classifier, or finds it, and prints what it can tell. */
export async function trainClassifierCommand(options: ClassifierOptions): Promise<number> {
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => Deno.exit(EXIT.interrupted),
  });
  const report = new ProgressReport(stderr);
  const interrupted = () => {
    stderr.write("Interrupted; nothing half-written is left\n");
    return EXIT.interrupted;
  };
  try {
    const device = await probeDevice(options.backend);
    stderr.write(`device  ${device.name} (${device.backend})\n`);
    await openDevice(device, options);
    using dataset = await openLabelled(options, report, stop.signal);
    const found = await obtain(dataset, options, report, stop.signal);
    report.close();
    if (found === null) return interrupted();
    using classifier = found.classifier;
    stdout.write(
      options.json
        ? JSON.stringify({ path: found.path, ...classifierRecord(classifier) }) + "\n"
        : classifierLines(classifier).join("\n") + `\n${found.path}\n`,
    );
    return EXIT.ok;
  } catch (error) {
    report.close();
    if (!stop.signal.aborted) throw error;
    return interrupted();
  }
}

if (import.meta.main) {
  Deno.exit(await runCommand(TRAIN_CLASSIFIER, Deno.args, trainClassifierCommand));
}
