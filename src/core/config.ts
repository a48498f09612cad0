/** Settings that every experiment shares. Each experiment extends them beside its own code. */
import { z } from "zod";

/** The names of experiments; `src/experiments/registry.ts` must have one for each. */
export const ExperimentName = z.enum(["dcgan", "super-resolution", "srgan"]);
export type ExperimentName = z.infer<typeof ExperimentName>;

/** The device asked for; `auto` takes the first that works. */
export const BackendChoice = z.enum(["auto", "webgpu", "simd", "cpu"]);
export type BackendChoice = z.infer<typeof BackendChoice>;

/**
 * Fields shared by all experiments. `describe` texts are what `--help` prints; units are in names.
 * Cadences are in steps; 0 turns one off.
 */
export const sharedSettings = {
  data: z.string().min(1).default("faces")
    .describe("faces, folder:PATH, mnist[:PATH] or fashion-mnist[:PATH]"),
  attributes: z.string().min(1).nullable().default(null)
    .describe("CSV of attributes beside a folder: file name, then columns"),
  mirror: z.boolean().default(false).describe("mirror half of the pictures at random"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1)
    .describe("seed of weights, batches and latents"),
  backend: BackendChoice.default("auto").describe("where to compute"),
  threads: z.int().min(0).max(256).default(0)
    .describe("CPU threads; 0 takes all cores"),
  exactConv: z.boolean().default(false)
    .describe("on simd, compute every convolution directly: slower, and nearer by a digit"),
  sampleEverySteps: z.int().min(0).describe("steps between sample grids; 0 for none"),
  checkpointEverySteps: z.int().min(0).describe("steps between checkpoints; 0 for the last alone"),
  milestoneEverySteps: z.int().min(0)
    .describe("steps between checkpoints that always stay resumable; 0 for none"),
  keepCheckpoints: z.int().min(1).max(10_000).default(3)
    .describe("newest checkpoints that stay resumable, besides milestones"),
} as const;
