/** `deno task train-extractor`: makes the weights of the lab's own feature extractor. */
import { dirname } from "@std/path";
import { z } from "zod";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { writeWhole } from "../core/fs.ts";
import { writeError } from "../core/write_error.ts";
import { type TrainedLab, trainLabExtractor } from "../experiments/lab_extractor/train.ts";
import { LAB_WEIGHTS } from "../metrics/lab/lab_extractor.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { onInterrupt } from "./interruption.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  steps: z.int().min(1).max(1_000_000).default(2500).describe("updates of the network"),
  batch: z.int().min(2).max(4096).default(64).describe("pictures an update"),
  learningRate: z.number().positive().max(1).default(2e-3)
    .describe("Adam's largest step size; it falls to 0 by a cosine"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1)
    .describe("seed of weights and pictures"),
  out: z.string().min(1).default("data/cache/lab.safetensors")
    .describe("safetensors file for the weights"),
  backend: shared.backend,
  threads: shared.threads,
  verbose: shared.verbose,
});
type TrainOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `train-extractor`. */
export const TRAIN_EXTRACTOR: Command<typeof options.shape> = {
  name: "train-extractor",
  summary:
    "Train the feature extractor `lab`, in which the metrics compare pictures: on drawn faces and " +
    "textures, spoilt at random, it learns to tell what they show and what was done to them.",
  operands: [],
  flags: [
    { name: "steps", key: "steps", placeholder: "STEPS" },
    { name: "batch", key: "batch", placeholder: "IMAGES" },
    { name: "learning-rate", key: "learningRate", placeholder: "RATE" },
    { name: "seed", key: "seed", placeholder: "SEED" },
    { name: "out", key: "out", placeholder: "FILE" },
    backendFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "The weights that come with the lab, src/metrics/lab/weights.safetensors, are what the defaults give " +
    "on the simd backend, whatever the number of threads; the command says whether its own are the same " +
    "bytes. Others can take their place: figures made with them carry another fingerprint.",
  ],
  examples: [
    ["train-extractor", "the lab's own weights"],
    ["train-extractor --steps 300 --out quick.safetensors", "a tenth of the training"],
  ],
};

const share = (value: number) => value.toFixed(3);

/** What the extractor can, in lines. */
function figureLines({ figures, parameters, bytes }: TrainedLab): readonly string[] {
  const { binaryAttributes, numericAttributes, faults, textures, tones } = figures;
  return [
    `${parameters.extractor!.toLocaleString("en")} parameters, ${
      bytes.length.toLocaleString("en")
    } bytes`,
    "On faces that were held out, by linear heads on the features:",
    `  attributes, yes or no   ${share(binaryAttributes)} right, a guess being 0.5`,
    `  attributes, numbers     ${share(numericAttributes)} of the variance explained`,
    `  amounts of faults       ${share(faults)}`,
    `  factors of textures     ${share(textures)}`,
    `  means of colours        ${share(tones)}`,
  ];
}

async function isTheLabs(bytes: Uint8Array): Promise<boolean> {
  const own = await Deno.readFile(LAB_WEIGHTS);
  return own.length === bytes.length && own.every((byte, i) => byte === bytes[i]);
}

async function trainExtractor(given: TrainOptions): Promise<number> {
  const device = await probeDevice(given.backend);
  stderr.write(`On ${device.name} (${device.backend})\n`);
  await openDevice(device, given);
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => Deno.exit(EXIT.interrupted),
  });
  const report = new ProgressReport(stderr);
  report.event({ type: "started", step: 0, totalSteps: given.steps, resumed: false, device });
  const { seed, steps, batch, learningRate } = given;
  const trained = await trainLabExtractor({ seed, steps, batch, learningRate }, {
    signal: stop.signal,
    onEvent(event) {
      if (event.type === "step" || event.type === "finished") report.event(event);
    },
  });
  report.close();
  if (trained === null) return EXIT.interrupted;
  try {
    Deno.mkdirSync(dirname(given.out), { recursive: true });
    writeWhole(given.out, trained.bytes);
  } catch (error) {
    throw writeError("write the weights", given.out, "pass another --out", error);
  }
  const same = await isTheLabs(trained.bytes) ? "the same bytes as" : "other bytes than";
  const lines = [...figureLines(trained), `${given.out}: ${same} the lab's own`];
  stdout.write(lines.join("\n") + "\n");
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(TRAIN_EXTRACTOR, Deno.args, trainExtractor));
