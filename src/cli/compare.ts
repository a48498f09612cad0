/** `deno task compare`: checkpoints side by side, in pictures and numbers, as a page and as JSON. */
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import type { DeviceInfo } from "../core/protocol.ts";
import { comparePictures } from "../evaluation/report/compare_pictures.ts";
import { drawCheckpoints, findCheckpoints } from "../evaluation/report/checkpoints.ts";
import {
  addressOf,
  type Comparison,
  factsOf,
  type Metrics,
} from "../evaluation/report/comparison.ts";
import { compareSettings } from "../evaluation/report/configuration.ts";
import { reportPage } from "../evaluation/report/page.ts";
import { latentsDiffer } from "../evaluation/report/pictures_section.ts";
import type { ResolvedCheckpoint } from "../runs/open_generator.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import { COMPARE, type CompareOptions } from "./compare_flags.ts";
import { assertMeasurable, measureAgainst } from "./compare_metrics.ts";
import { reportPaths, writeReport } from "./compare_files.ts";
import { interruptible } from "./interruption.ts";
import { ProgressReport } from "./progress_report.ts";
import { seedsText } from "./seeds.ts";
import { stderr, stdout } from "./terminal.ts";

/** What a reader must know of these checkpoints. */
function notesOf(comparison: Pick<Comparison, "checkpoints">): readonly string[] {
  if (!latentsDiffer(comparison)) return [];
  const dims = [...new Set(comparison.checkpoints.map(({ latentDim }) => latentDim))];
  return [
    `Latents have ${dims.join(" and ")} numbers: a seed is the same latent only for checkpoints ` +
    "whose latents are of one length, and only their pictures are compared.",
  ];
}

/** As a shell reads it. */
const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** What does not change the report: where things lie, and what computes. */
const INCIDENTAL: ReadonlySet<string> = new Set([
  ...["out", "json", "runs", "cache", "backend", "threads", "exactConv", "verbose"],
]);

/** The command that makes the report again, less where it reads and writes. */
function commandOf(found: readonly ResolvedCheckpoint[], options: CompareOptions): string {
  const checkpoints = found.map(addressOf);
  const usual = COMPARE.options.parse({ checkpoints });
  const flags = COMPARE.flags.flatMap(({ name, key }) => {
    const [value, without] = [options, usual].map((each) =>
      key === "seeds" ? seedsText(each.seeds) : String(each[key as keyof CompareOptions])
    );
    return INCIDENTAL.has(key) || value === without ? [] : [`--${name}`, quoted(value!)];
  });
  return ["deno task compare", ...checkpoints, ...flags].join(" ");
}

/** Compares, and returns the report with the page's pictures. */
async function comparison(
  options: CompareOptions,
  found: readonly ResolvedCheckpoint[],
  device: DeviceInfo,
  report: ProgressReport,
  signal: AbortSignal,
) {
  const store = new RunStore(options.runs);
  const drawn = await drawCheckpoints(store, found, {
    ...{ seeds: options.seeds, weights: options.weights, signal },
    onDrawn: (done, total) => {
      report.preparing({ label: "Drawing the pictures", done, total, unit: "images" });
    },
  });
  const { differences, pictures } = await comparePictures(
    drawn,
    options.against,
    options.differences,
  );
  const metrics: Metrics | null = options.metrics === "none"
    ? null
    : await measureAgainst(store, found, options, device, report, signal);
  const checkpoints = drawn.map(({ checkpoint }) => checkpoint);
  const records = [...new Set(found.map(({ run }) => run))].map((id) => {
    using run = store.open(id);
    return run.record();
  });
  const whole: Comparison = {
    version: 1,
    createdAt: new Date().toISOString(),
    command: commandOf(found, options),
    device: `${device.name} (${device.backend})`,
    ...{ checkpoints, seeds: options.seeds, differences, metrics },
    runs: records.map(factsOf),
    configuration: compareSettings(records.map(({ config }) => config)),
    notes: notesOf({ checkpoints }),
  };
  return { comparison: whole, pictures };
}

/** Compares checkpoints and writes the report. */
export async function compare(options: CompareOptions): Promise<number> {
  const store = new RunStore(options.runs);
  const found = findCheckpoints(store, options.checkpoints);
  const paths = reportPaths(options, found);
  if (options.metrics !== "none") assertMeasurable(store, found, options);
  using interrupt = interruptible();
  const report = new ProgressReport(stderr);
  try {
    const device = await probeDevice(options.backend);
    report.say(`device     ${device.name} (${device.backend})`);
    await openDevice(device, options);
    const made = await comparison(options, found, device, report, interrupt.signal);
    report.close();
    const json = JSON.stringify(made.comparison, null, 2) + "\n";
    const page = paths.html === null ? null : reportPage(made.comparison, made.pictures);
    writeReport(paths, page, json);
    stdout.write(options.json ? json : `${paths.html ?? paths.json}\n`);
    return EXIT.ok;
  } finally {
    report.close();
  }
}

if (import.meta.main) Deno.exit(await runCommand(COMPARE, Deno.args, compare));
