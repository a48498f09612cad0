/** `deno task extractor-check`: whether an extractor's Fréchet distance rises as pictures get worse. */
import { dirname } from "@std/path";
import { z } from "zod";
import type { ImageDataset } from "../../data/dataset.ts";
import { openDataset } from "../../data/open.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { writeWhole } from "../core/fs.ts";
import { writeError } from "../core/write_error.ts";
import { halvesOf } from "../evaluation/dataset_source.ts";
import {
  degradationChart,
  type NamedClimbs,
  type Theme,
  THEMES,
} from "../evaluation/degradation/chart.ts";
import { studyDegradation } from "../evaluation/degradation/study.ts";
import type { FeatureExtractor } from "../metrics/extractor.ts";
import { assertExtractorSpec, EXTRACTOR_FORMS, openExtractor } from "../metrics/open_extractor.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, cacheFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import { climbLines } from "./climb_table.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { onInterrupt } from "./interruption.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  data: z.array(z.string()).default(["faces"]),
  extractor: z.string().min(1).default("lab").describe(
    `what compares the pictures: ${EXTRACTOR_FORMS}`,
  ),
  size: z.int().min(16).max(1024).default(64).describe("side of the pictures, in pixels"),
  count: z.int().min(50).max(50_000).default(2000)
    .describe("pictures in each half, at most half of the data set"),
  seeds: z.int().min(1).max(100).default(3).describe("times that it is done, with other halves"),
  figure: z.string().regex(/\.svg$/i).meta({ form: "a path that ends in .svg" }).nullable().default(
    null,
  )
    .describe(
      "draw charts, one for light paper and one for dark, FILE-light.svg and FILE-dark.svg",
    ),
  json: z.boolean().default(false).describe("print one JSON object instead of tables"),
  cache: shared.cache,
  backend: shared.backend,
  threads: shared.threads,
  verbose: shared.verbose,
});
type CheckOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `extractor-check`. */
export const EXTRACTOR_CHECK: Command<typeof options.shape> = {
  name: "extractor-check",
  summary:
    "Check that an extractor sees what is wrong with pictures: its Fréchet distance to untouched ones must " +
    "rise with every step of growing blur, noise, JPEG loss and dropped modes.",
  operands: [{
    placeholder: "DATA",
    key: "data",
    text: "data sets of real pictures: folder:PATH [faces]",
    required: false,
    many: true,
  }],
  flags: [
    { name: "extractor", key: "extractor", placeholder: "SPEC" },
    { name: "size", key: "size", placeholder: "PIXELS" },
    { name: "count", key: "count", placeholder: "IMAGES" },
    { name: "seeds", key: "seeds", placeholder: "N" },
    { name: "figure", key: "figure", placeholder: "FILE.svg", default: "none" },
    { name: "json", key: "json" },
    cacheFlag,
    backendFlag,
    threadsFlag,
    verboseFlag,
  ],
  options,
  notes: [
    "Each time a data set is cut in two: one half stays as it is, the other is spoilt. JPEG is written and " +
    "read again in earnest. Modes are clusters of pictures that look alike from afar, of which more and " +
    "more neighbouring ones are left out; every step then has as many pictures.",
    "Ends with status 1 where a distance falls.",
  ],
  examples: [
    ["extractor-check folder:utkface64", "the lab's own extractor on real faces"],
    ["extractor-check folder:a folder:b --figure rise.svg", "two data sets in one chart"],
    [
      "extractor-check folder:a --extractor net.onnx --count 500 --seeds 1",
      "one of your own, briefly",
    ],
  ],
};

/** Opens a data set under the progress bar. */
function open(spec: string, given: CheckOptions, report: ProgressReport, signal: AbortSignal) {
  return openDataset(spec, {
    size: given.size,
    seed: 1,
    cacheDir: given.cache,
    threads: given.threads || navigator.hardwareConcurrency,
    signal,
    onProgress: (progress) => report.preparing(progress),
    onNotice: (message) => report.say(message),
  });
}

/** The study of a data set. */
async function study(
  dataset: ImageDataset,
  extractor: FeatureExtractor,
  given: CheckOptions,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<NamedClimbs> {
  const { count, seeds } = given;
  const { name } = dataset.info;
  const climbs = await studyDegradation(
    (seed) => halvesOf(dataset, { count, seed, mirror: false }),
    {
      extractor,
      seeds: Array.from({ length: seeds }, (_, i) => i + 1),
      signal,
      onProgress: (progress) => report.preparing({ ...progress, label: `Spoiling ${name}` }),
    },
  );
  return { name: name.replace(/^folder:.*[/\\:](?=[^/\\])/, ""), climbs };
}

/** Writes the chart twice, for light paper and for dark; returns the paths. */
function writeCharts(path: string, studies: readonly NamedClimbs[], extractor: string): string[] {
  return Object.keys(THEMES).map((theme) => {
    const out = path.replace(/\.svg$/i, `-${theme}.svg`);
    const svg = degradationChart(studies, extractor, theme as Theme);
    try {
      Deno.mkdirSync(dirname(out), { recursive: true });
      writeWhole(out, new TextEncoder().encode(svg));
    } catch (error) {
      throw writeError("write the chart", out, "pass another --figure", error);
    }
    return out;
  });
}

async function studyAll(given: CheckOptions, report: ProgressReport, signal: AbortSignal) {
  const device = await probeDevice(given.backend);
  await openDevice(device, given);
  using extractor = await openExtractor(given.extractor);
  report.say(`${extractor.fingerprint} on ${device.name} (${device.backend})`);
  const studies: NamedClimbs[] = [];
  for (const spec of given.data) {
    using dataset = await open(spec, given, report, signal);
    studies.push(await study(dataset, extractor, given, report, signal));
  }
  return { studies, name: extractor.name, fingerprint: extractor.fingerprint };
}

async function extractorCheck(given: CheckOptions): Promise<number> {
  try {
    assertExtractorSpec(given.extractor);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => Deno.exit(EXIT.interrupted),
  });
  const report = new ProgressReport(stderr);
  try {
    const { studies, name, fingerprint } = await studyAll(given, report, stop.signal);
    report.close();
    const charts = given.figure === null ? [] : writeCharts(given.figure, studies, name);
    stdout.write(
      given.json
        ? JSON.stringify({ extractor: fingerprint, studies }) + "\n"
        : [...studies.flatMap(climbLines), ...charts].join("\n") + "\n",
    );
    const all = studies.flatMap(({ climbs }) => climbs).flatMap(({ rises }) => rises);
    return all.every(({ rises }) => rises) ? EXIT.ok : EXIT.failure;
  } catch (error) {
    report.close();
    if (!stop.signal.aborted) throw error;
    stderr.write("Interrupted\n");
    return EXIT.interrupted;
  }
}

if (import.meta.main) Deno.exit(await runCommand(EXTRACTOR_CHECK, Deno.args, extractorCheck));
