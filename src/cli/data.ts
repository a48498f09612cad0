/** `deno task data`: prepare a dataset ahead of training, or look at it. */
import { z } from "zod";
import type { ImageDataset } from "../../data/dataset.ts";
import { openDataset } from "../../data/open.ts";
import { imageGrid } from "../core/images.ts";
import { EXIT, runCommand } from "./command.ts";
import { cacheFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { onInterrupt } from "./interruption.ts";
import { writePicture } from "./picture_file.ts";
import { stderr, stdout } from "./terminal.ts";
import { ProgressReport } from "./progress_report.ts";

const options = z.strictObject({
  action: z.enum(["prepare", "preview"]),
  spec: z.string().min(1).default("faces"),
  size: z.int().min(8).max(1024).default(64).describe("side of the images, in pixels"),
  channels: z.literal([1, 3]).nullable().default(null).describe("1 for grey, 3 for colour"),
  attributes: z.string().min(1).nullable().default(null)
    .describe("CSV of attributes beside a folder: file name, then columns"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe("seed of drawn data sets"),
  out: z.string().min(1).nullable().default(null).describe("preview: PNG file of the grid"),
  count: z.int().min(1).max(10_000).nullable().default(null).describe(
    "preview: images in the grid",
  ),
  columns: z.int().min(1).max(1000).nullable().default(null).describe("preview: images in a row"),
  cache: shared.cache,
  threads: shared.threads,
  verbose: shared.verbose,
});
type DataOptions = OptionsOf<typeof options.shape>;

/** What `preview` alone takes, and what it does without. */
const PREVIEW_DEFAULTS = { out: "data/cache/preview.png", count: 64 } as const;

/** What the command line knows of `data`. */
export const DATA: Command<typeof options.shape> = {
  name: "data",
  summary: "Prepare a data set ahead of training, or look at its first pictures.",
  operands: [
    {
      placeholder: "ACTION",
      key: "action",
      text: "prepare: decode or download into the cache; preview: prepare, and draw a grid",
      required: true,
    },
    {
      placeholder: "SPEC",
      key: "spec",
      text: "faces, folder:PATH, mnist[:PATH] or fashion-mnist[:PATH] [faces]",
      required: false,
    },
  ],
  flags: [
    { name: "size", key: "size", placeholder: "PIXELS" },
    { name: "channels", key: "channels", placeholder: "N", default: "the data set's own" },
    { name: "attributes", key: "attributes", placeholder: "FILE", default: "none" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    { name: "out", key: "out", placeholder: "FILE", default: PREVIEW_DEFAULTS.out },
    { name: "count", key: "count", placeholder: "IMAGES", default: String(PREVIEW_DEFAULTS.count) },
    { name: "columns", key: "columns", placeholder: "N", default: "as many as rows" },
    cacheFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: ["Training at another size or in other colours prepares anew: give the ones it will use."],
  examples: [
    ["data preview", "the faces that the lab draws itself"],
    ["data prepare folder:photos --size 64", "decode a folder of your own before training on it"],
    ["data preview mnist --size 32 --count 100 --out digits.png", "a hundred digits"],
  ],
};

/** Flags of `preview` given to `prepare`, which would do nothing with them. */
function refuseUnused(action: DataOptions["action"], given: ReadonlySet<string>): void {
  const unused = ["out", "count", "columns"].find((key) => given.has(key));
  if (action === "prepare" && unused !== undefined) {
    throw new UsageError(`--${unused} is for data preview; data prepare draws nothing`);
  }
}

const LISTED = 10;

/** `1 file`, `9,780 files`. */
const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** What a dataset is, in lines: pictures, attributes, files left out. */
function datasetLines({ info }: ImageDataset): readonly string[] {
  const { name, length, size, channels, attributes, skipped } = info;
  const colours = channels === 1 ? "grey" : "colour";
  const lines = [`${name}: ${counted(length, "image")}, ${size} × ${size}, ${colours}`];
  if (attributes.length > 0) {
    lines.push(`${counted(attributes.length, "attribute")}: ${attributes.join(", ")}`);
  }
  if (skipped.length > 0) {
    const are = skipped.length === 1 ? "is" : "are";
    lines.push(`${counted(skipped.length, "file")} could not be read and ${are} left out:`);
    lines.push(...skipped.slice(0, LISTED).map((file) => `  ${file}`));
    if (skipped.length > LISTED) lines.push(`  … and ${skipped.length - LISTED} more`);
  }
  return lines;
}

/** Opens the dataset under a progress bar. Ctrl-C aborts, and the signal's reason is thrown. */
async function open(options: DataOptions, signal: AbortSignal): Promise<ImageDataset> {
  const report = new ProgressReport(stderr);
  try {
    return await openDataset(options.spec, {
      size: options.size,
      ...(options.channels === null ? {} : { channels: options.channels as 1 | 3 }),
      seed: options.seed,
      ...(options.attributes === null ? {} : { attributesFile: options.attributes }),
      cacheDir: options.cache,
      threads: options.threads || navigator.hardwareConcurrency,
      signal,
      onProgress: (progress) => report.preparing(progress),
      onNotice: (message) => report.say(message),
    });
  } finally {
    report.close();
  }
}

/** Writes the grid of the first `count` images and returns its path. */
async function writePreview(dataset: ImageDataset, options: DataOptions): Promise<string> {
  const { size, channels } = dataset;
  const count = Math.min(options.count ?? PREVIEW_DEFAULTS.count, dataset.length);
  const length = size * size * channels;
  const pixels = new Float32Array(count * length);
  for (let i = 0; i < count; i++) dataset.read(i, pixels.subarray(i * length, (i + 1) * length));
  const columns = Math.min(options.columns ?? Math.ceil(Math.sqrt(count)), count);
  const out = options.out ?? PREVIEW_DEFAULTS.out;
  await writePicture(out, imageGrid({ pixels, count, size, channels }, columns));
  return out;
}

/** Prepares a dataset, and previews it where asked to. */
export async function data(options: DataOptions, given: ReadonlySet<string>): Promise<number> {
  refuseUnused(options.action, given);
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => Deno.exit(EXIT.interrupted),
  });
  let dataset: ImageDataset;
  try {
    dataset = await open(options, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    stderr.write("Interrupted; nothing half-written is left\n");
    return EXIT.interrupted;
  }
  stdout.write(datasetLines(dataset).join("\n") + "\n");
  if (options.action === "preview") stdout.write(await writePreview(dataset, options) + "\n");
  dataset[Symbol.dispose]();
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(DATA, Deno.args, data));
