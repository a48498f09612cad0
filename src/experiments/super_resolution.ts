/** Enlarging pictures: a network learns from pictures and their small versions, by pixels alone. */
import { z } from "zod";
import { sharedSettings } from "../core/config.ts";
import type { PairBatch } from "../core/pairs.ts";
import { Rng } from "../core/rng.ts";
import { EnlargerTrainer } from "../training/enlarger_trainer.ts";
import { type EnlargerData, openEnlargerData } from "./enlarger_data.ts";
import { ENLARGER_NAMES, enlargerNetworks } from "./enlarger_networks.ts";
import { enlargerViews } from "./enlarger_views.ts";
import type { Experiment, TrainingData } from "./experiment.ts";
import { changeSettings, givenSettings, parseSettings } from "./settings.ts";

const { attributes: _attributes, mirror: _mirror, ...common } = sharedSettings; // of images by class

/** Settings of whatever trains an enlarging network, but for its loss and step size. */
export const enlargerFields = {
  ...common,
  data: z.string().min(1).default("faces").describe("pictures to learn from: faces or folder:PATH"),
  validation: z.string().min(1).nullable().default(null)
    .describe("pictures to look at and measure on: folder:PATH; null holds some out"),
  model: z.enum(ENLARGER_NAMES).default("edsr-compact").describe("the network"),
  scale: z.literal([2, 3, 4]).default(4).describe("by how much both sides grow"),
  blocks: z.int().min(1).max(64).nullable().default(null)
    .describe("residual blocks; the network's own unless given"),
  channels: z.int().min(1).max(512).nullable().default(null)
    .describe("feature maps; the network's own unless given"),
  patch: z.int().min(4).max(256).default(24).describe("side of the small patches, in pixels"),
  steps: z.int().min(1).max(100_000_000).default(20_000).describe("updates of the network"),
  batch: z.int().min(1).max(65_536).default(16).describe("patches an update"), // SRGAN and EDSR
  finalShare: z.number().min(0).max(1).default(0.01)
    .describe("share of the step size that is left at the last step: half a cosine leads there"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Adam's decay of the first moment"),
  emaDecay: z.number().min(0).lt(1).default(0.999)
    .describe("decay of the network's moving average, which is looked at, measured and used"),
  sampleEverySteps: sharedSettings.sampleEverySteps.default(500),
  checkpointEverySteps: sharedSettings.checkpointEverySteps.default(1000),
  milestoneEverySteps: sharedSettings.milestoneEverySteps.default(0),
};

const fields = {
  ...enlargerFields,
  loss: z.enum(["l1", "l2"]).describe("mean of absolute or of squared differences of pixels"),
  learningRate: z.number().positive().max(1).describe("Adam's step size at the first step"),
};

/** What a user may give. What is left out and has no default depends on the network. */
export const EnlargerSettings = givenSettings(fields);

/** The resolved settings, as a run records them. */
export const EnlargerRunConfig = z.strictObject(fields).readonly();
export type EnlargerRunConfig = z.infer<typeof EnlargerRunConfig>;

/** What leaves the numbers of a resumed run as they are, or rescues a run that diverges. */
export const resumableEnlarger: ReadonlySet<keyof EnlargerRunConfig> = new Set([
  "data",
  "validation",
  "steps",
  "sampleEverySteps",
  "checkpointEverySteps",
  "milestoneEverySteps",
  "keepCheckpoints",
  "backend",
  "threads",
  "learningRate",
  "emaDecay",
]);

const FAILURE = "Cannot train a network to enlarge pictures";

function checked(given: unknown) {
  const settings = parseSettings(EnlargerSettings, given, FAILURE);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Throws a RangeError for sizes of a network that has but one. */
export function assertSizes(
  { model, blocks, channels }: Pick<EnlargerRunConfig, "model" | "blocks" | "channels">,
): void {
  if (enlargerNetworks[model].sizable || (blocks === null && channels === null)) return;
  const sizable = ENLARGER_NAMES.filter((name) => enlargerNetworks[name].sizable);
  throw new RangeError(
    `Cannot build "${model}": it has no "blocks" or "channels" to choose; ${
      sizable.join(", ")
    } have`,
  );
}

/** Joins pictures, an enlarging network and its trainer. */
export const superResolution: Experiment<EnlargerRunConfig, PairBatch> = {
  name: "super-resolution",
  settings: EnlargerSettings,
  resumable: resumableEnlarger,

  resolve(given) {
    const settings = checked(given);
    const model = fields.model.catch("edsr-compact").parse(settings.model);
    const { loss, learningRate } = enlargerNetworks[model];
    return superResolution.parseConfig({ loss, learningRate, ...settings });
  },

  parseConfig(recorded) {
    const config = parseSettings(z.strictObject(fields), recorded, FAILURE);
    assertSizes(config);
    return config;
  },

  resume: (recorded, given) =>
    superResolution.parseConfig(changeSettings(recorded, checked(given), resumableEnlarger)),

  openData: openEnlargerData,

  build(config, data: TrainingData<PairBatch>) {
    const { validation, calibration } = data as EnlargerData; // what openData made
    const network = enlargerNetworks[config.model];
    const rng = new Rng(config.seed, "weights");
    return new EnlargerTrainer(
      { network: network.build(config, rng), average: network.build(config, rng) },
      { ...config, totalSteps: config.steps },
      enlargerViews(validation, calibration, config.scale),
    );
  },
};
