/** Settings of training an attribute classifier. */
import { z } from "zod";

/** Every field, its default and its range. */
export const classifierSettings = {
  size: z.int().min(8).max(256).default(64).describe("side of the images, in pixels"),
  channels: z.literal([1, 3]).nullable().default(null)
    .describe("1 for grey, 3 for colour; the dataset's own unless given"),
  filters: z.int().min(1).max(256).default(128)
    .describe("channels of the last convolution; layers nearer the image have fewer"),
  features: z.int().min(2).max(2048).default(128).describe("length of the features"),
  steps: z.int().min(1).max(1_000_000).default(2000).describe("updates of the network"),
  batch: z.int().min(2).max(4096).default(32).describe("images an update"),
  learningRate: z.number().positive().max(1).default(2e-3).describe(
    "Adam's step size at the start",
  ),
  finalShare: z.number().min(0).max(1).default(0.02)
    .describe("share of it that is left at the end, after half a cosine"),
  emaDecay: z.number().min(0).lt(1).default(0.998)
    .describe("decay of the moving average, which is what is kept"),
  dropout: z.number().min(0).lt(1).default(0.25)
    .describe("share of the features that an update leaves out"),
  mirror: z.boolean().nullable().default(null)
    .describe("mirror half of the pictures at random; for folders only, unless given"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1)
    .describe("seed of weights, batches and drawn data sets"),
} as const;

/** Resolved settings. */
export const ClassifierSettings = z.strictObject(classifierSettings).readonly();
export type ClassifierSettings = z.infer<typeof ClassifierSettings>;
