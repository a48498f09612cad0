/** `deno task sample`: pictures by seed from a run's checkpoint, as one grid or a file each. */
import { join } from "@std/path";
import { z } from "zod";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { type ImageBatch, imageGrid } from "../core/images.ts";
import { openGenerator, resolveCheckpoint } from "../runs/open_generator.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import {
  backendFlag,
  exactConvFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import { type Command, type OptionsOf } from "./flags.ts";
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
    placeholder: "RUN[@STEP][#SEED]",
    key: "run",
    text:
      "a run's id, the beginning or end of one, its folder, or latest; @STEP for a checkpoint " +
      "other than the newest, @best for the best; #SEED for one picture",
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
  const store = new RunStore(options.runs);
  const { run: id, step, seed } = resolveCheckpoint(store, options.run);
  const seeds = seed === null ? options.seeds : [seed];
  using run = store.open(id);
  const device = await probeDevice(options.backend);
  stderr.write(`${id}, step ${step}, ${options.weights} weights, on ${device.name}\n`);
  await openDevice(device, options);
  using generator = await openGenerator(run, step, options.weights);
  const images = await generator.drawSeeds(seeds);
  stdout.write(
    await writePictures(images, { ...options, seeds }, `${id}-${step}-${options.weights}`) + "\n",
  );
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(SAMPLE, Deno.args, sample));
