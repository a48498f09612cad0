/** `deno task sample`: pictures by seed from a run's checkpoint, as one grid or a file each. */
import * as tf from "@tensorflow/tfjs";
import { join } from "@std/path";
import { z } from "zod";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { type ImageBatch, imageGrid } from "../core/images.ts";
import { latentOfSeed } from "../core/rng.ts";
import {
  GENERATOR_PREFIXES,
  type GeneratorFile,
  type GeneratorWeights,
} from "../runs/checkpoint_format.ts";
import { RunStore } from "../runs/store.ts";
import type { StoredRun } from "../runs/stored_run.ts";
import { EXIT, runCommand } from "./command.ts";
import {
  backendFlag,
  exactConvFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { writePicture } from "./picture_file.ts";
import { Seeds } from "./seeds.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  run: z.string().min(1),
  seeds: Seeds.default(Array.from({ length: 64 }, (_, seed) => seed)),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the generator's moving average, or the generator itself"),
  out: z.string().min(1).nullable().default(null)
    .describe("a .png file for one grid, or a folder for a file each"),
  columns: z.int().min(1).max(1000).nullable().default(null).describe(
    "pictures in a row of the grid",
  ),
  runs: shared.runs,
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  verbose: shared.verbose,
});
type SampleOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `sample`. */
export const SAMPLE: Command<typeof options.shape> = {
  name: "sample",
  summary:
    "Draw pictures from a run's generator. A seed names its picture: the same seed gives the same " +
    "latent in every run and at every checkpoint.",
  operands: [{
    placeholder: "RUN[@STEP]",
    key: "run",
    text:
      "a run's id, the beginning or end of one, its folder, or latest; @STEP for a checkpoint " +
      "other than the newest",
    required: true,
  }],
  flags: [
    {
      name: "seeds",
      key: "seeds",
      placeholder: "SEEDS",
      text: "seeds and ranges of them, in the grid's order: 1,5,9-12",
      default: "0-63",
    },
    { name: "weights", key: "weights", placeholder: "NAME" },
    {
      name: "out",
      key: "out",
      placeholder: "PATH",
      default: "a grid in data/cache/samples",
    },
    { name: "columns", key: "columns", placeholder: "N", default: "as many as rows" },
    runsFlag,
    backendFlag,
    threadsFlag,
    exactConvFlag,
    verboseFlag,
  ],
  options,
  notes: [],
  examples: [
    ["sample latest", "64 pictures of the newest run's newest checkpoint"],
    ["sample latest@500 --seeds 7 --out seven.png", "one picture of step 500"],
    ["sample latest --seeds 0-999 --out faces", "a thousand files, faces/000000.png and on"],
  ],
};

/** Splits `RUN@STEP`; the step is null where none is given. Throws a UsageError for a bad one. */
export function parseRunAtStep(text: string): { run: string; step: number | null } {
  const at = text.lastIndexOf("@");
  if (at < 0) return { run: text, step: null };
  const step = text.slice(at + 1);
  if (!/^\d{1,15}$/.test(step) || at === 0) {
    throw new UsageError(`RUN[@STEP] takes a run and a step, such as latest@500, got "${text}"`);
  }
  return { run: text.slice(0, at), step: Number(step) };
}

/** The step to load: the one asked for, else the newest. Throws a RangeError naming the nearest. */
function chooseStep(run: StoredRun, asked: number | null): number {
  const steps = run.checkpoints().map(({ step }) => step);
  const newest = steps.at(-1);
  if (newest === undefined) {
    throw new RangeError(`Cannot sample from ${run.id}: it has no checkpoint yet`);
  }
  if (asked === null || steps.includes(asked)) return asked ?? newest;
  const near = steps.toSorted((a, b) => Math.abs(a - asked) - Math.abs(b - asked)).slice(0, 3);
  throw new RangeError(
    `Cannot sample from ${run.id} at step ${asked}: there is no such checkpoint. ` +
      `Nearest: ${near.toSorted((a, b) => a - b).join(", ")}`,
  );
}

/** The generator of a checkpoint, with either set of its weights. The caller disposes the model. */
async function loadGenerator(
  file: GeneratorFile,
  which: GeneratorWeights,
): Promise<tf.LayersModel> {
  const model = await tf.models.modelFromJSON({ modelTopology: JSON.parse(file.topology) });
  const prefix = GENERATOR_PREFIXES[which];
  tf.tidy(() => {
    const weights: tf.NamedTensorMap = {};
    for (const [name, { shape, data }] of file.weights) {
      if (name.startsWith(prefix)) {
        weights[name.slice(prefix.length)] = tf.tensor(data, [...shape]);
      }
    }
    model.loadWeights(weights); // strict: throws where a weight is missing or one too many
  });
  return model;
}

/** Draws the pictures of `seeds` in their order, a few at a time. Borrows the model. */
async function drawSeeds(
  model: tf.LayersModel,
  seeds: readonly number[],
): Promise<ImageBatch> {
  const latentDim = model.inputs[0]!.shape[1]!;
  const [, size, , channels] = model.outputs[0]!.shape as [null, number, number, number];
  const length = size * size * channels;
  const pixels = new Float32Array(seeds.length * length);
  const AT_ONCE = 64;
  for (let from = 0; from < seeds.length; from += AT_ONCE) {
    const some = seeds.slice(from, from + AT_ONCE);
    const latents = new Float32Array(some.length * latentDim);
    some.forEach((seed, i) => latents.set(latentOfSeed(seed, latentDim), i * latentDim));
    const images = tf.tidy(() =>
      // [B, H, W, C]
      model.predict(tf.tensor2d(latents, [some.length, latentDim]), {
        batchSize: some.length,
      }) as tf.Tensor4D
    );
    pixels.set(await images.data(), from * length);
    images.dispose();
  }
  return { pixels, count: seeds.length, size, channels };
}

/** Writes one grid, or a file for each picture, and returns the path of what it wrote. */
async function writePictures(images: ImageBatch, options: SampleOptions, name: string) {
  const { seeds, columns } = options;
  const out = options.out ?? join("data/cache/samples", `${name}.png`);
  if (out.toLowerCase().endsWith(".png")) {
    const across = Math.min(columns ?? Math.ceil(Math.sqrt(seeds.length)), seeds.length);
    await writePicture(out, imageGrid(images, across));
    return out;
  }
  const length = images.size * images.size * images.channels;
  for (const [i, seed] of seeds.entries()) {
    const pixels = images.pixels.subarray(i * length, (i + 1) * length);
    const one = imageGrid({ ...images, pixels, count: 1 }, 1);
    await writePicture(join(out, `${String(seed).padStart(6, "0")}.png`), one);
  }
  return out;
}

/** Draws pictures by seed. */
export async function sample(options: SampleOptions): Promise<number> {
  const asked = parseRunAtStep(options.run);
  const store = new RunStore(options.runs);
  using run = store.open(store.resolve(asked.run));
  const step = chooseStep(run, asked.step);
  const file = await run.readGenerator(step);
  const device = await probeDevice(options.backend);
  stderr.write(`${run.id}, step ${step}, ${options.weights} weights, on ${device.name}\n`);
  await openDevice(device, options);
  const model = await loadGenerator(file, options.weights);
  const images = await drawSeeds(model, options.seeds);
  model.dispose();
  stdout.write(await writePictures(images, options, `${run.id}-${step}-${options.weights}`) + "\n");
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(SAMPLE, Deno.args, sample));
