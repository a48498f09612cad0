/** DCGAN on a dataset of images. Radford et al. (2015), https://arxiv.org/abs/1511.06434 */
import { z } from "zod";
import { buildDiscriminator, buildGenerator } from "../../models/dcgan.ts";
import { sharedSettings } from "../core/config.ts";
import type { ImageBatch } from "../core/images.ts";
import type { DatasetInfo, DeviceInfo } from "../core/protocol.ts";
import { Rng } from "../core/rng.ts";
import { MetricList } from "../metrics/metric_list.ts";
import { GanTrainer } from "../training/gan_trainer.ts";
import type { Trainer } from "../training/trainer.ts";
import type { Experiment, Metering, TrainingData } from "./experiment.ts";
import { openImages } from "./image_data.ts";
import { changeSettings, givenSettings, parseSettings } from "./settings.ts";

const fields = {
  ...sharedSettings,
  size: z.literal([32, 64, 128]).describe("side of the images, in pixels"),
  channels: z.literal([1, 3]).nullable().default(null)
    .describe("1 for grey, 3 for colour; the dataset's own unless given"),
  filters: z.int().min(1).max(512)
    .describe("channels of the layer nearest the image; deeper ones have multiples"),
  latentDim: z.int().min(1).max(4096).default(100).describe("length of the latent z"), // §4
  steps: z.int().min(1).max(100_000_000).describe("updates of each network"),
  batch: z.int().min(2).max(65_536).describe("images an update"),
  learningRate: z.number().positive().max(1)
    .describe("Adam's step size, for both networks; 2e-4 at 64 filters, more at fewer"),
  beta1: z.number().min(0).lt(1).default(0.5).describe("Adam's decay of the first moment"), // §4
  labelSmoothing: z.number().min(0).max(0.5).default(0)
    .describe("s asks for 1 - s on real images (one-sided)"),
  emaDecay: z.number().min(0).lt(1).default(0.999)
    .describe("decay of the generator's moving average, from which samples are made"),
  metrics: MetricList.nullable().default(null)
    .describe("measure each checkpoint, beside training; the first metric decides which is best"),
  metricSamples: z.int().min(1).max(1_000_000).default(2000)
    .describe("images drawn of each checkpoint that is measured"),
  metricExtractor: z.string().min(1).default("lab")
    .describe("network whose features metrics compare; see evaluate --help"),
};

/** What a user may give. What is left out and has no default depends on device or filters. */
export const DcganSettings = givenSettings(fields);

/** The resolved settings, as a run records them. */
export const DcganRunConfig = z.strictObject(fields).readonly();
export type DcganRunConfig = z.infer<typeof DcganRunConfig>;

type DeviceDefaults = Pick<
  DcganRunConfig,
  | "size"
  | "filters"
  | "batch"
  | "steps"
  | "sampleEverySteps"
  | "checkpointEverySteps"
  | "milestoneEverySteps"
  | "metricSamples"
>;

/** The paper's network and enough steps for good faces. */
const onGpu: DeviceDefaults = {
  size: 64,
  filters: 64,
  batch: 64,
  steps: 20_000,
  sampleEverySteps: 100,
  checkpointEverySteps: 1000,
  milestoneEverySteps: 5000,
  metricSamples: 10_000,
};

/** Small enough to show faces within the hour at a few steps a second. */
const onSoftwareGpu: DeviceDefaults = {
  size: 32,
  filters: 16,
  batch: 16,
  steps: 3000,
  sampleEverySteps: 25,
  checkpointEverySteps: 250,
  milestoneEverySteps: 1000,
  metricSamples: 2000,
};

/** Faces within two minutes and a whole run within five, on two cores. */
const onSimd: DeviceDefaults = {
  size: 64,
  filters: 16,
  batch: 16,
  steps: 6000,
  sampleEverySteps: 50,
  checkpointEverySteps: 500,
  milestoneEverySteps: 2000,
  metricSamples: 2000,
};

/** Faces within minutes, at some five steps a second on the stock cpu backend. */
const onCpu: DeviceDefaults = {
  size: 32,
  filters: 8,
  batch: 8,
  steps: 1000,
  sampleEverySteps: 20,
  checkpointEverySteps: 100,
  milestoneEverySteps: 0,
  metricSamples: 2000,
};

function defaultsFor({ backend, software }: DeviceInfo): DeviceDefaults {
  switch (backend) {
    case "webgpu":
      return software ? onSoftwareGpu : onGpu;
    case "simd":
      return onSimd;
    case "cpu":
      return onCpu;
    default:
      return backend satisfies never;
  }
}

/**
 * What leaves the numbers of a resumed run as they are (length, cadences, place), and what one changes
 * to rescue a run that diverges. `data` is for pictures that have moved: other ones are refused, by
 * their fingerprint.
 */
const resumable: ReadonlySet<keyof DcganRunConfig> = new Set([
  "data",
  "steps",
  "sampleEverySteps",
  "checkpointEverySteps",
  "milestoneEverySteps",
  "keepCheckpoints",
  "backend",
  "threads",
  "learningRate",
  "labelSmoothing",
  "emaDecay",
  "metrics",
  "metricSamples",
  "metricExtractor",
]);

/**
 * The paper's step size for the paper's width (§4). Adam's best one falls as 1/width (Yang et al.,
 * 2022, https://arxiv.org/abs/2203.03466, table 3): with 8 filters and 300 steps, 2e-4 gives nothing
 * to look at and 1e-3 gives faces. Above that, training is unsteady.
 */
const learningRateFor = (filters: number): number => Math.min(2e-4 * 64 / filters, 1e-3);

function checked(given: unknown) {
  const settings = parseSettings(DcganSettings, given, "Cannot train a DCGAN");
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Joins any image dataset, the DCGAN and the GAN trainer. */
export const dcgan: Experiment<DcganRunConfig, ImageBatch> = {
  name: "dcgan",
  settings: DcganSettings,
  resumable,

  resolve(given, device) {
    const config: Partial<DcganRunConfig> = { ...defaultsFor(device), ...checked(given) };
    const learningRate = learningRateFor(config.filters!);
    return dcgan.parseConfig({ learningRate, ...config });
  },

  parseConfig: (recorded) =>
    parseSettings(z.strictObject(fields), recorded, "Cannot use these settings for a DCGAN"),

  resume: (recorded, given) =>
    dcgan.parseConfig(changeSettings(recorded, checked(given), resumable)),

  openData: openImages,
  metering: meteringOf,

  build: buildTrainer,
};

function meteringOf(config: DcganRunConfig, data: DatasetInfo): Metering | null {
  const { metrics, metricExtractor, metricSamples, size, seed, mirror } = config;
  if (metrics === null) return null;
  return {
    metrics,
    extractor: metricExtractor,
    samples: metricSamples,
    data: { spec: config.data, size, channels: channelsOf(config, data), seed, mirror },
  };
}

function buildTrainer(
  config: DcganRunConfig,
  { info, pairDistance }: TrainingData<ImageBatch>,
): Trainer<ImageBatch> {
  const { size, filters, latentDim, seed } = config;
  const network = { size, filters, latentDim, channels: channelsOf(config, info) };
  const rng = new Rng(seed, "weights");
  return new GanTrainer({
    generator: buildGenerator(network, rng),
    discriminator: buildDiscriminator(network, rng),
    average: buildGenerator(network, rng), // its own draws are overwritten by the generator's
  }, { ...config, ...(pairDistance === undefined ? {} : { pairDistance }) });
}

function channelsOf(config: DcganRunConfig, data: DatasetInfo): 1 | 3 {
  const channels = config.channels ?? data.channels;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(
      `Cannot train a DCGAN on "${data.name}": expected 1 or 3 channels, got ${channels}`,
    );
  }
  return channels;
}
