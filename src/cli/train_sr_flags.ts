/** What `deno task train-sr` takes: settings of training by pixels and of training against a discriminator. */
import { z } from "zod";
import { enlargerNetworks } from "../experiments/enlarger_networks.ts";
import { SrganSettings } from "../experiments/srgan.ts";
import { EnlargerSettings } from "../experiments/super_resolution.ts";
import { cacheFlag, runsFlag } from "./common_flags.ts";
import type { Command, Flag } from "./flags.ts";
import { group, resumeFlag, settingsAndPage, trainingOptions } from "./train_flags.ts";

const { pretrained: _pretrained, ...adversarialSettings } = SrganSettings.shape;

const options = z.strictObject({
  ...adversarialSettings,
  ...EnlargerSettings.shape,
  adversarial: z.string().min(1).nullable().default(null).describe(
    "go on from a network that pixels have taught, against a discriminator (SRGAN): RUN, RUN@STEP, or a " +
      "checkpoint's generator.safetensors",
  ),
  ...trainingOptions,
});
/** The options of `train-sr`, by key. */
export type TrainSrShape = typeof options.shape;

/** What each network has of a setting: `edsr-compact 0.001, srresnet 0.0001`. */
function byNetwork(setting: "learningRate" | "loss"): string {
  const values = Object.entries(enlargerNetworks).map((
    [name, network],
  ) => [network[setting], name]);
  const kinds = [...new Set(values.map(([value]) => value))];
  return kinds.map((kind) => {
    const names = values.filter(([value]) => value === kind).map(([, name]) => name);
    return `${names.join(", ")} ${kind}`;
  }).join("; ");
}

const flags: readonly Flag<keyof TrainSrShape & string>[] = [
  ...group("Data", [
    { name: "data", key: "data", placeholder: "SPEC", default: "faces" },
    {
      name: "validation",
      key: "validation",
      placeholder: "SPEC",
      default: "a few of the pictures, held out",
    },
    { name: "scale", key: "scale", placeholder: "N", default: "4" },
    { name: "patch", key: "patch", placeholder: "PIXELS", default: "24" },
    { ...cacheFlag, default: "data/cache" },
  ]),
  ...group("Model and training", [
    { name: "model", key: "model", placeholder: "NAME", default: "edsr-compact" },
    { name: "blocks", key: "blocks", placeholder: "N", default: "the network's own" },
    { name: "channels", key: "channels", placeholder: "N", default: "the network's own" },
    {
      name: "steps",
      key: "steps",
      placeholder: "STEPS",
      default: "20000; 3000 with --adversarial",
    },
    { name: "batch", key: "batch", placeholder: "PATCHES", default: "16" },
    { name: "seed", key: "seed", placeholder: "SEED", default: "1" },
    { name: "loss", key: "loss", placeholder: "NAME", default: byNetwork("loss") },
    {
      name: "learning-rate",
      key: "learningRate",
      placeholder: "RATE",
      default: `${byNetwork("learningRate")}; with --adversarial 0.0002`,
    },
    {
      name: "final-share",
      key: "finalShare",
      placeholder: "FRACTION",
      default: "0.01; 0.1 with --adversarial",
    },
    { name: "beta1", key: "beta1", placeholder: "FRACTION", default: "0.9" },
    { name: "ema-decay", key: "emaDecay", placeholder: "FRACTION", default: "0.999" },
  ]),
  ...group("Against a discriminator", [
    { name: "adversarial", key: "adversarial", placeholder: "MODEL", default: "by pixels alone" },
    { name: "discriminator", key: "discriminator", placeholder: "N", default: "16" },
    { name: "content", key: "content", placeholder: "NAME", default: "lab" },
    { name: "vgg", key: "vgg", placeholder: "FILE", default: "none" },
    {
      name: "matching-weight",
      key: "matchingWeight",
      placeholder: "WEIGHT",
      default: "features 0.05, lab 1.5",
    },
    {
      name: "adversarial-weight",
      key: "adversarialWeight",
      placeholder: "WEIGHT",
      default: "0.001",
    },
    { name: "warm-up", key: "warmUp", placeholder: "STEPS", default: "250" },
  ]),
  ...group("Device", [
    { name: "backend", key: "backend", placeholder: "NAME", default: "auto" },
    { name: "threads", key: "threads", placeholder: "THREADS", default: "0" },
    { name: "exact-conv", key: "exactConv", default: "off" },
  ]),
  ...group("What is kept", [
    runsFlag,
    { name: "sample-every", key: "sampleEverySteps", placeholder: "STEPS", default: "500" },
    {
      name: "checkpoint-every",
      key: "checkpointEverySteps",
      placeholder: "STEPS",
      default: "1000",
    },
    { name: "milestone-every", key: "milestoneEverySteps", placeholder: "STEPS", default: "0" },
    { name: "keep", key: "keepCheckpoints", placeholder: "N", default: "3" },
    resumeFlag,
  ]),
  ...settingsAndPage,
];

/** What the command line knows of `train-sr`. */
export const TRAIN_SR: Command<TrainSrShape> = {
  name: "train-sr",
  summary:
    "Train a network to enlarge pictures, keep the run, and show it live in a browser: by pixels first, " +
    "then, with --adversarial, against a discriminator.",
  operands: [],
  flags,
  options,
  notes: [
    "Small pictures are made of the large ones by MATLAB's bicubic. The step size falls by half a cosine " +
    "over --steps, so that a run resumed with more steps has another schedule.",
    "The first Ctrl-C finishes the step under way, writes a checkpoint and ends with status 0; the " +
    "second ends at once with status 130.",
  ],
  examples: [
    [
      "train-sr --data folder:pictures --validation folder:Set5",
      "a small network for a processor, 4 times",
    ],
    [
      "train-sr --data folder:pictures --model srresnet --steps 1000000",
      "the paper's, at its full size",
    ],
    ["train-sr --data folder:pictures --adversarial latest", "SRGAN, from the newest run"],
    ["train-sr --resume latest", "on with the newest run"],
  ],
};
