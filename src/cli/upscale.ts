/** `deno task upscale`: enlarges pictures by a trained network, of any size, tile by tile. */
import { basename, dirname, extname, join } from "@std/path";
import sharp from "sharp";
import { z } from "zod";
import type { WholePicture } from "../../data/pairs/decode.ts";
import { PICTURE_KINDS } from "../../data/pairs/handed_in.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { syncFolder } from "../core/fs.ts";
import { writeError } from "../core/write_error.ts";
import { enlargedBands } from "../evaluation/enlarging/transparency.ts";
import { type BandOptions, type Enlarger, openEnlarger } from "../runs/open_enlarger.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, runsFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { onInterrupt } from "./interruption.ts";
import { bar, duration, Pace } from "./progress.ts";
import { StatusLine, stderr, stdout } from "./terminal.ts";
import { formatOf, prepareOut } from "./upscale/out_file.ts";
import { readPicture } from "./upscale/read_picture.ts";
import { StripFile } from "./upscale/strip_file.ts";

const options = z.strictObject({
  picture: z.string().min(1),
  model: z.string().min(1).default("latest")
    .describe("a run of train-sr (RUN, RUN@STEP, latest), a .safetensors file, or bicubic"),
  scale: z.literal([2, 3, 4]).nullable().default(null)
    .describe("by how much both sides grow; refused where the network was trained for another"),
  weights: z.enum(["ema", "raw"]).default("ema")
    .describe("the network's moving average, or the network itself"),
  out: z.string().min(1).nullable().default(null)
    .describe("file to write: .png, .jpg, .webp, .avif or .tiff"),
  tile: z.int().min(16).max(1024).nullable().default(null).describe("side of the tiles, in pixels"),
  runs: shared.runs,
  backend: shared.backend,
  threads: shared.threads,
  verbose: shared.verbose,
});
type UpscaleOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `upscale`. */
export const UPSCALE: Command<typeof options.shape> = {
  name: "upscale",
  summary: "Enlarge a picture by a network that train-sr has trained.",
  operands: [{
    placeholder: "PICTURE",
    key: "picture",
    text: `a ${PICTURE_KINDS} file of any size, depth and orientation`,
    required: true,
  }],
  flags: [
    { name: "model", key: "model", placeholder: "MODEL" },
    { name: "scale", key: "scale", placeholder: "N", default: "the network's own" },
    { name: "weights", key: "weights", placeholder: "NAME" },
    { name: "out", key: "out", placeholder: "FILE", default: "PICTURE-x4.png beside the picture" },
    { name: "tile", key: "tile", placeholder: "PIXELS", default: "128; 256 for slim networks" },
    runsFlag,
    backendFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Transparency is kept, enlarged by bicubic; the picture is turned as its EXIF says; grey, 16-bit and " +
    "CMYK pictures become 8-bit sRGB. The file appears whole or not at all: Ctrl-C leaves none.",
  ],
  examples: [
    ["upscale photo.jpg", "by the newest run of train-sr, to photo-x4.png"],
    ["upscale photo.jpg --model bicubic --scale 2 --out larger.jpg", "what one would have without"],
  ],
};

/** Draws how far the tiles have come. */
function progressOf(line: StatusLine): (done: number, total: number) => void {
  const pace = new Pace();
  return (done, total) => {
    pace.mark(done, performance.now());
    const left = pace.secondsLeft(total);
    line.draw((width) => {
      const text = `  ${done}/${total} tiles${left === null ? "" : `  ETA ${duration(left)}`}`;
      return bar(done / total, Math.max(8, Math.min(40, width - text.length))) + text;
    });
  };
}

/** Enlarges into strips on disk. */
async function writeStrips(
  path: string,
  picture: WholePicture,
  enlarger: Enlarger,
  work: BandOptions,
): Promise<void> {
  const { colour: { width, height }, alpha } = picture;
  const { scale } = enlarger;
  const channels = alpha === null ? 3 : 4;
  using strips = new StripFile(path, { width: scale * width, height: scale * height, channels });
  for await (const band of enlargedBands(enlarger, picture, work)) strips.append(band);
  strips.finish();
}

/** Turns the strips into the file asked for, beside its place, and moves it there. */
async function encode(strips: string, beside: string, out: string): Promise<void> {
  const image = sharp(strips, { limitInputPixels: false, sequentialRead: true });
  await formatOf(out)(image.toColourspace("srgb")).toFile(beside);
  Deno.renameSync(beside, out);
  syncFolder(dirname(out));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Enlarges to `out`. Whatever happens, nothing is left beside it. */
async function enlargeTo(
  out: string,
  picture: WholePicture,
  enlarger: Enlarger,
  tile: number | null,
  signal: AbortSignal,
): Promise<void> {
  const mark = crypto.randomUUID().slice(0, 8);
  const beside = (ending: string) => join(dirname(out), `.${basename(out)}.${mark}${ending}`);
  const [strips, encoded] = [beside(".strips.tmp"), beside(".tmp")];
  const line = new StatusLine(stderr);
  try {
    const work = { signal, onTile: progressOf(line), ...(tile === null ? {} : { tile }) };
    await writeStrips(strips, picture, enlarger, work);
    line.draw(() => `Writing ${out}`);
    await encode(strips, encoded, out);
  } catch (error) {
    throw writeError("write the picture", out, "pass another --out", error);
  } finally {
    line.clear();
    removeIfThere(strips);
    removeIfThere(encoded);
  }
}

/** Enlarges one picture. */
export async function upscale(given: UpscaleOptions): Promise<number> {
  if (given.out !== null) formatOf(given.out); // before any work
  const picture = await readPicture(given.picture);
  const device = await probeDevice(given.backend);
  await openDevice(device, { ...given, exactConv: false });
  using enlarger = await openEnlarger(new RunStore(given.runs), given);
  const { width, height } = picture.colour;
  const ending = extname(given.picture);
  const stem = basename(given.picture, ending);
  const out = given.out ?? join(dirname(given.picture), `${stem}-x${enlarger.scale}.png`);
  prepareOut(out, given.picture);
  stderr.write(
    `${width}×${height} to ${enlarger.scale * width}×${enlarger.scale * height} pixels by ` +
      `${enlarger.name}, on ${device.name}\n`,
  );
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => stop.abort(),
  });
  try {
    await enlargeTo(out, picture, enlarger, given.tile, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    stderr.write("Stopped; nothing was written\n");
    return EXIT.interrupted;
  }
  stdout.write(out + "\n");
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(UPSCALE, Deno.args, upscale));
