/** What commands that draw from a checkpoint share: its flags, and opening it on a device. */
import { z } from "zod";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import type { ImageBatch } from "../core/images.ts";
import { type Generator } from "../latent/generator.ts";
import { type LatentBatch, latentsIn, stackLatents } from "../latent/latents.ts";
import { type Truncation, TRUNCATIONS } from "../latent/truncation.ts";
import { knownDirections } from "../runs/known_directions.ts";
import { assertDraws, openGenerator, resolveCheckpoint } from "../runs/open_generator.ts";
import { RunStore } from "../runs/store.ts";
import type { StoredRun } from "../runs/stored_run.ts";
import {
  backendFlag,
  exactConvFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { OptionsOf } from "./flags.ts";
import { heedSignals } from "./interruption.ts";
import {
  type LabelledLatents,
  type LatentRef,
  parseLatentRefs,
  resolveLatents,
} from "./latent_refs.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr } from "./terminal.ts";

/** Images drawn at once, and between two looks at Ctrl-C. */
const AT_ONCE = 64;

/** Options of every command that opens a checkpoint. */
export const checkpointOptions = {
  run: z.string().min(1),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the generator's moving average, or the generator itself"),
  runs: shared.runs,
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  verbose: shared.verbose,
} as const;

/** How a checkpoint is named. */
export const checkpointOperand = {
  placeholder: "RUN[@STEP]",
  key: "run",
  text: "a run's id, the beginning or end of one, its folder, or latest; @STEP for a checkpoint " +
    "other than the newest, @best for the best",
  required: true,
} as const;

/** Where the run is and where it is drawn: the last flags of a command. */
export const deviceFlags = [
  runsFlag,
  backendFlag,
  threadsFlag,
  exactConvFlag,
  verboseFlag,
] as const;

/** The same, with the choice of weights. */
export const checkpointFlags = [
  { name: "weights", key: "weights", placeholder: "NAME" },
  ...deviceFlags,
] as const;

/** Options of truncation. */
export const truncationOptions = {
  truncation: z.number().min(0).max(100).nullable().default(null).describe(
    "draw nearer to the mean latent: less variety, more even pictures; 0.7 is usual",
  ),
  truncateBy: z.enum(TRUNCATIONS).default("scale").describe(
    "what PSI does to a seed's latent: scale multiplies it (StyleGAN), resample draws values beyond " +
      "±PSI anew (BigGAN)",
  ),
} as const;

/** Flags of truncation. */
export const truncationFlags = [
  { name: "truncation", key: "truncation", placeholder: "PSI", default: "none" },
  { name: "truncate-by", key: "truncateBy", placeholder: "NAME" },
] as const;

/** What `--truncation` and `--truncate-by` ask for. */
export function truncationOf(
  { truncation, truncateBy }: OptionsOf<typeof truncationOptions>,
): Truncation | null {
  return truncation === null ? null : { by: truncateBy, psi: truncation };
}

/** A checkpoint whose generator is ready to draw. Disposing frees it. */
export interface OpenCheckpoint extends Disposable {
  readonly run: StoredRun;
  readonly step: number;
  /** The seed of the address; null where it had none. */
  readonly seed: number | null;
  readonly generator: Generator;
  /** Beginning of the names of files made of it: `<run>-<step>`. */
  readonly fileName: string;
}

/** Opens the checkpoint that `run` names on the device asked for, and says so on standard error. */
export async function openCheckpoint(
  options: OptionsOf<typeof checkpointOptions>,
): Promise<OpenCheckpoint> {
  const store = new RunStore(options.runs);
  const { run: id, step, seed } = resolveCheckpoint(store, options.run);
  const run = store.open(id);
  assertDraws(run); // before the device: it may take a while
  const device = await probeDevice(options.backend);
  stderr.write(`${id}, step ${step}, ${options.weights} weights, on ${device.name}\n`);
  await openDevice(device, options);
  const generator = await openGenerator(run, step, options.weights);
  return {
    ...{ run, step, seed, generator, fileName: `${id}-${step}` },
    [Symbol.dispose]() {
      generator.dispose();
      run.close();
    },
  };
}

/** The latents that references name for a checkpoint's generator; of an address with a seed, that one. */
export async function checkpointLatents(
  { run, step, seed, generator }: OpenCheckpoint,
  asked: readonly LatentRef[],
  truncation: Truncation | null,
): Promise<LabelledLatents> {
  const refs = seed === null ? asked : parseLatentRefs(String(seed));
  const moves = refs.some((ref) => ref.kind === "made" && ref.text.includes("move("));
  const directions = moves ? await knownDirections(run, step) : [];
  return resolveLatents(refs, { latentDim: generator.latentDim, truncation, directions });
}

/** Draws images, says how far it is where that takes a while, and ends at Ctrl-C. */
export async function drawImages(
  generator: Generator,
  latents: LatentBatch,
  signal: AbortSignal,
): Promise<ImageBatch> {
  const { size, channels } = generator;
  const length = size * size * channels;
  const pixels = new Float32Array(latents.count * length);
  const progress = new ProgressReport(stderr);
  const rows = latentsIn(latents);
  for (let from = 0; from < latents.count; from += AT_ONCE) {
    await heedSignals(signal);
    const some = await generator.draw(stackLatents(rows.slice(from, from + AT_ONCE)), AT_ONCE);
    pixels.set(some.pixels, from * length);
    const [done, total] = [from + some.count, latents.count];
    if (total > AT_ONCE) progress.preparing({ label: "drawing", done, total, unit: "images" });
  }
  progress.close();
  return { pixels, count: latents.count, size, channels };
}
