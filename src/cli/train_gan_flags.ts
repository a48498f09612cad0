/** What `deno task train-gan` takes. */
import { z } from "zod";
import type { DeviceInfo } from "../core/protocol.ts";
import { dcgan, type DcganRunConfig, DcganSettings } from "../experiments/dcgan.ts";
import { TRAINING_METRICS } from "../metrics/names.ts";
import { cacheFlag, runsFlag } from "./common_flags.ts";
import type { Command, Flag } from "./flags.ts";
import { group, resumeFlag, settingsAndPage, trainingOptions } from "./train_flags.ts";

const options = z.strictObject({
  ...DcganSettings.shape,
  ...trainingOptions,
});
/** The options of `train-gan`, by key. */
export type TrainGanShape = typeof options.shape;

/** The tiers of devices that defaults differ by, as help names them. */
const TIERS: readonly (readonly [DeviceInfo, string])[] = ([
  ["cpu", false, "cpu"],
  ["simd", false, "simd"],
  ["webgpu", true, "software GPU"],
  ["webgpu", false, "GPU"],
] as const).map(([backend, software, name]) => [{ backend, software, name, reason: "" }, name]);

const resolved = TIERS.map(([device, name]) => [dcgan.resolve({}, device), name] as const);

/** A setting's default in words: `cpu 8, simd 16, software GPU 16, GPU 64`; undefined where it has none. */
function defaultText(key: keyof DcganRunConfig): string | undefined {
  const byTier = resolved.map(([config, name]) => [config[key], name] as const);
  const first = byTier[0]![0];
  if (first === null) return undefined;
  if (byTier.every(([value]) => value === first)) return String(first);
  return byTier.map(([value, name]) => `${name} ${value}`).join(", ");
}

/** A setting's flag. Its default in help is what the experiment resolves, so it cannot go stale. */
function setting<Key extends keyof DcganRunConfig>(
  name: string,
  key: Key,
  placeholder?: string,
  without?: string,
): Flag<Key> {
  const text = without ?? defaultText(key);
  return {
    name,
    key,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(text === undefined ? {} : { default: text }),
  };
}

const flags: readonly Flag<keyof TrainGanShape & string>[] = [
  ...group("Data", [
    setting("data", "data", "SPEC"),
    setting("attributes", "attributes", "FILE", "none"),
    setting("size", "size", "PIXELS"),
    setting("channels", "channels", "N", "the dataset's own"),
    setting("mirror", "mirror", undefined, "off"),
    { ...cacheFlag, default: "data/cache" },
  ]),
  ...group("Model and training", [
    setting("filters", "filters", "N"),
    setting("latent-dim", "latentDim", "N"),
    setting("steps", "steps", "STEPS"),
    setting("batch", "batch", "IMAGES"),
    setting("seed", "seed", "SEED"),
    setting("learning-rate", "learningRate", "RATE"),
    setting("beta1", "beta1", "FRACTION"),
    setting("label-smoothing", "labelSmoothing", "FRACTION"),
    setting("ema-decay", "emaDecay", "FRACTION"),
  ]),
  ...group("Metrics", [
    {
      ...setting("metrics", "metrics", "LIST", "off"),
      text: "measure each checkpoint, beside training; the first metric decides which is best. " +
        `Alone: ${TRAINING_METRICS}`,
      alone: TRAINING_METRICS,
    },
    setting("metric-samples", "metricSamples", "IMAGES"),
    setting("metric-extractor", "metricExtractor", "SPEC"),
  ]),
  ...group("Device", [
    setting("backend", "backend", "NAME"),
    setting("threads", "threads", "THREADS"),
    setting("exact-conv", "exactConv", undefined, "off"),
  ]),
  ...group("What is kept", [
    runsFlag,
    setting("sample-every", "sampleEverySteps", "STEPS"),
    setting("checkpoint-every", "checkpointEverySteps", "STEPS"),
    setting("milestone-every", "milestoneEverySteps", "STEPS"),
    setting("keep", "keepCheckpoints", "N"),
    resumeFlag,
  ]),
  ...settingsAndPage,
];

const resumable = flags.filter(({ key }) => dcgan.resumable.has(key)).map(({ name }) =>
  `--${name}`
);

/** What the command line knows of `train-gan`. */
export const TRAIN_GAN: Command<TrainGanShape> = {
  name: "train-gan",
  summary: "Train a DCGAN on pictures, keep the run, and show it live in a browser.",
  operands: [],
  flags,
  options,
  notes: [
    "The first Ctrl-C finishes the step under way, writes a checkpoint and ends with status 0; the " +
    "second ends at once with status 130. While data is being prepared the first one ends it, with " +
    "status 130, and nothing half-written stays. SIGTERM counts as Ctrl-C.",
    "With --resume, settings that would change the numbers are refused; these may change: " +
    `${resumable.join(", ")}.`,
    "When standard input is no terminal the program ends after the last step, as with --no-serve.",
  ],
  examples: [
    ["train-gan", "faces that the lab draws itself, at a size that suits the device"],
    ["train-gan --data folder:photos --size 64 --mirror", "your own pictures"],
    ["train-gan --resume latest --steps 5000", "on with the newest run, to step 5000"],
    ["train-gan --print-config > my.json", "settings to edit, for --config my.json"],
  ],
};
