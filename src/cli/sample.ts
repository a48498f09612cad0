/** `deno task sample`: pictures by seed from a run's checkpoint, as one grid or a file each. */
import { join } from "@std/path";
import { z } from "zod";
import { type ImageBatch, imageGrid, rastersOf } from "../core/images.ts";
import { EXIT, runCommand } from "./command.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { interruptible } from "./interruption.ts";
import { LatentRefs } from "./latent_refs.ts";
import {
  checkpointFlags,
  checkpointLatents,
  checkpointOptions,
  drawImages,
  openCheckpoint,
  truncationFlags,
  truncationOf,
  truncationOptions,
} from "./open_checkpoint.ts";
import { isPicturePath, writePicture } from "./picture_file.ts";
import { stdout } from "./terminal.ts";

const options = z.strictObject({
  ...checkpointOptions,
  seeds: LatentRefs.prefault("0-63"),
  out: z.string().min(1).nullable().default(null)
    .describe("a .png or .jpg for one grid, or a folder for a file each"),
  columns: z.int().min(1).max(1000).nullable().default(null).describe(
    "pictures in a row of the grid",
  ),
  ...truncationOptions,
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
      text:
        "seeds and ranges of them, in the grid's order: 1,5,9-12; z:FILE for latents of project " +
        "or arithmetic --json",
      default: "0-63",
    },
    {
      name: "out",
      key: "out",
      placeholder: "PATH",
      default: "a grid in data/cache/samples",
    },
    { name: "columns", key: "columns", placeholder: "N", default: "as many as rows" },
    ...truncationFlags,
    ...checkpointFlags,
  ],
  options,
  notes: [],
  examples: [
    ["sample latest", "64 pictures of the newest run's newest checkpoint"],
    ["sample latest@500 --seeds 7 --out seven.png", "one picture of step 500"],
    ["sample latest --seeds 0-999 --out faces", "a thousand files, faces/000000.png and on"],
  ],
};

/** Names of files, without their ending: seeds in six digits, other latents as they are called. */
export function fileNames(labels: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const seed = /^\d+$/.test(label);
    const name = seed ? label.padStart(6, "0") : label.replace(/[^\w.-]+/g, "_").slice(0, 100);
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 || seed ? name : `${name}-${before + 1}`;
  });
}

/** Writes one grid, or a file for each picture, and returns the path of what it wrote. */
async function writePictures(
  images: ImageBatch,
  labels: readonly string[],
  { out, columns }: { readonly out: string; readonly columns: number | null },
): Promise<string> {
  if (isPicturePath(out)) {
    const across = Math.min(columns ?? Math.ceil(Math.sqrt(images.count)), images.count);
    await writePicture(out, imageGrid(images, across));
    return out;
  }
  const pictures = rastersOf(images);
  for (const [i, name] of fileNames(labels).entries()) {
    await writePicture(join(out, `${name}.png`), pictures[i]!);
  }
  return out;
}

/** Draws pictures by seed. */
export async function sample(options: SampleOptions): Promise<number> {
  using interrupt = interruptible();
  using checkpoint = await openCheckpoint(options);
  const { generator, fileName } = checkpoint;
  const latents = await checkpointLatents(checkpoint, options.seeds, truncationOf(options));
  const images = await drawImages(generator, latents, interrupt.signal);
  const out = options.out ?? join("data/cache/samples", `${fileName}-${options.weights}.png`);
  stdout.write(`${await writePictures(images, latents.labels, { ...options, out })}\n`);
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(SAMPLE, Deno.args, sample));
