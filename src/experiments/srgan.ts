/**
 * SRGAN: an enlarging network that pixels have taught goes on against a discriminator. Ledig et al. (2017),
 * https://arxiv.org/abs/1609.04802, §2.2 and §3.2
 */
import type * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { buildSrganDiscriminator, SRGAN_DISCRIMINATOR } from "../../models/srgan_discriminator.ts";
import { buildVgg19, type VggLayer } from "../../models/vgg19.ts";
import type { NamedArrays } from "../core/named_arrays.ts";
import type { PairBatch } from "../core/pairs.ts";
import { Rng } from "../core/rng.ts";
import type { FeatureStack } from "../metrics/perceptual/distance.ts";
import { openLabStack } from "../metrics/perceptual/lab_stack.ts";
import { everything, writeArrays } from "../nn/weights.ts";
import { AdversarialEnlargerTrainer } from "../training/adversarial_enlarger.ts";
import {
  activationContent,
  type ContentLoss,
  matchingContent,
  perceptualContent,
  pixelContent,
} from "../training/content_losses.ts";
import { type EnlargerData, openEnlargerData } from "./enlarger_data.ts";
import { enlargerNetworks } from "./enlarger_networks.ts";
import { enlargerViews } from "./enlarger_views.ts";
import type { DataOptions, Experiment, TrainingData } from "./experiment.ts";
import { changeSettings, givenSettings, parseSettings } from "./settings.ts";
import { assertSizes, enlargerFields, resumableEnlarger } from "./super_resolution.ts";
import { assertFile, readPretrained, readWeights } from "./weight_files.ts";

const VGG_LAYER_OF = { vgg22: "conv2_2", vgg54: "conv5_4" } as const satisfies Record<
  string,
  VggLayer
>;

const fields = {
  ...enlargerFields,
  patch: enlargerFields.patch.refine(
    (patch) => patch % 4 === 0,
    "expected a multiple of 4, as the discriminator halves the patches four times",
  ),
  steps: enlargerFields.steps.unwrap().default(3000).describe("updates of each network"),
  learningRate: z.number().positive().max(1).default(2e-4) // 1e-4 and a million steps in §3.2
    .describe("Adam's step size at the first step, for both networks"),
  finalShare: enlargerFields.finalShare.unwrap().default(0.1) // §3.2
    .describe("share of the step size that is left at the last step: half a cosine leads there"),
  pretrained: z.string().min(1)
    .describe("a checkpoint's generator.safetensors: the network that pixels have taught"),
  discriminator: z.int().min(1).max(512).default(16)
    .describe("feature maps of the discriminator's first layers; 64 in the paper"),
  content: z.enum(["pixels", "features", "lab", "vgg22", "vgg54"]).default("lab")
    .describe(
      "what holds enlargements to the truth: pixels alone, those and what the discriminator or the " +
        "lab's extractor sees, or VGG19",
    ),
  vgg: z.string().min(1).nullable().default(null)
    .describe("torchvision's vgg19 weights as .safetensors, for vgg22 and vgg54"),
  matchingWeight: z.number().min(0).nullable().default(null)
    .describe("weight of what the discriminator or the extractor sees, beside pixels"),
  adversarialWeight: z.number().min(0).default(1e-3) // equation 3
    .describe(
      "weight of the discriminator's verdict beside the content",
    ),
  warmUp: z.int().min(0).default(250)
    .describe("first steps, in which the discriminator learns alone"),
};

/** What a user may give. */
export const SrganSettings = givenSettings(fields);

/** The resolved settings, as a run records them. */
export const SrganRunConfig = z.strictObject(fields).readonly();
export type SrganRunConfig = z.infer<typeof SrganRunConfig>;

/** Weights that bring differences of features to the size of those of pixels. */
const MATCHING_WEIGHT = { features: 0.05, lab: 1.5 } as const;

const FAILURE = "Cannot train an SRGAN";

const resumable: ReadonlySet<string> = new Set([...resumableEnlarger, "pretrained", "vgg"]);

function checked(given: unknown) {
  const settings = parseSettings(SrganSettings, given, FAILURE);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** What the training starts from, besides pictures. */
interface SrganData extends EnlargerData {
  /** Weights of the network; null where a checkpoint has later ones. */
  readonly initial: NamedArrays | null;
  /** VGG19's; null where it is not asked for. */
  readonly vgg: NamedArrays | null;
  /** The lab's extractor, likewise. The content loss takes it over. */
  readonly lab: FeatureStack | null;
}

async function openData(config: SrganRunConfig, options: DataOptions): Promise<SrganData> {
  const initial = options.startStep === 0 ? await readPretrained(config.pretrained) : null;
  const vgg = config.content in VGG_LAYER_OF ? await readWeights(config.vgg!) : null;
  const data = await openEnlargerData(config, options);
  const lab = config.content === "lab" ? await openLabStack() : null;
  return { ...data, initial, vgg, lab };
}

/** Joins pictures, a network that pixels have taught, a discriminator and their trainer. */
export const srgan: Experiment<SrganRunConfig, PairBatch> = {
  name: "srgan",
  settings: SrganSettings,
  resumable,

  resolve(given) {
    const config = srgan.parseConfig(checked(given));
    if (config.vgg !== null && !(config.content in VGG_LAYER_OF)) {
      throw new RangeError(
        `${FAILURE}: "vgg" is for "content" ${Object.keys(VGG_LAYER_OF).join(" and ")}, ` +
          `got ${config.content}. Choose one of those, or leave "vgg" out`,
      );
    }
    if (config.matchingWeight !== null && !(config.content in MATCHING_WEIGHT)) {
      throw new RangeError(
        `${FAILURE}: "matchingWeight" is for "content" ${
          Object.keys(MATCHING_WEIGHT).join(" and ")
        }, got ${config.content}. Choose one of those, or leave "matchingWeight" out`,
      );
    }
    if (config.warmUp >= config.steps) {
      throw new RangeError(
        `${FAILURE}: in the first ${config.warmUp} steps ("warmUp") the discriminator learns alone, and ` +
          `"steps" is ${config.steps}, so that the network would learn nothing. Give more "steps", or ` +
          'less "warmUp"',
      );
    }
    assertFile(config.pretrained, "the network to go on with");
    if (config.vgg !== null) assertFile(config.vgg, "VGG19's weights");
    return config;
  },

  parseConfig(recorded) {
    const config = parseSettings(z.strictObject(fields), recorded, FAILURE);
    assertSizes(config);
    if (config.content in VGG_LAYER_OF && config.vgg === null) {
      throw new RangeError(
        `${FAILURE}: "content" ${config.content} compares what VGG19 sees, whose weights are not here. ` +
          'Give their file to "vgg", or take content lab',
      );
    }
    return config;
  },

  resume: (recorded, given) =>
    srgan.parseConfig(changeSettings(recorded, checked(given), resumable)),

  openData,

  build: (config, data: TrainingData<PairBatch>) => buildTrainer(config, data as SrganData),
};

function buildTrainer(config: SrganRunConfig, data: SrganData): AdversarialEnlargerTrainer {
  const { scale, patch, discriminator: channels } = config;
  const build = enlargerNetworks[config.model].build;
  const rng = new Rng(config.seed, "weights");
  const [network, average] = [build(config, rng), build(config, rng)];
  if (data.initial) startFrom(network, data.initial, config);
  const share = channels / SRGAN_DISCRIMINATOR.channels;
  const discriminator = buildSrganDiscriminator({
    size: scale * patch,
    channels,
    units: Math.max(16, Math.round(share * SRGAN_DISCRIMINATOR.units)),
  }, rng);
  const content = contentOf(config, data, discriminator);
  return new AdversarialEnlargerTrainer(
    { network, average },
    { discriminator, content },
    { ...config, totalSteps: config.steps },
    enlargerViews(data.validation, data.calibration, scale),
  );
}

/** Gives the network the weights that pixels have taught. Throws a RangeError for those of another. */
function startFrom(
  network: tf.LayersModel,
  weights: NamedArrays,
  { pretrained, model, scale }: SrganRunConfig,
): void {
  try {
    writeArrays(everything(network), weights);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(
      `Cannot go on with the network in "${pretrained}": expected the weights of ${model} that enlarges ` +
        `${scale} times, got another network's. Give the "model", "scale", "blocks" and "channels" that ` +
        "it was trained with",
      { cause },
    );
  }
}

function contentOf(
  { content, matchingWeight }: SrganRunConfig,
  { vgg, lab }: SrganData,
  discriminator: ReturnType<typeof buildSrganDiscriminator>,
): ContentLoss {
  switch (content) {
    case "pixels":
      return pixelContent;
    case "features":
      return matchingContent(discriminator, matchingWeight ?? MATCHING_WEIGHT.features);
    case "lab":
      return perceptualContent(lab!, matchingWeight ?? MATCHING_WEIGHT.lab);
    case "vgg22":
    case "vgg54":
      return activationContent(buildVgg19(VGG_LAYER_OF[content], vgg!));
    default:
      return content satisfies never;
  }
}
