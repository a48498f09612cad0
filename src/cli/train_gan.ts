/** `deno task train-gan`: trains in a worker, serves the page, and says how it goes. */
import { assertSpec } from "../../data/open.ts";
import type { ServedApp } from "../../server/listen.ts";
import { probeDevice } from "../backends/probe.ts";
import type { BackendChoice } from "../core/config.ts";
import type { BestCheckpoint, DeviceInfo } from "../core/protocol.ts";
import { dcgan, type DcganRunConfig, DcganSettings } from "../experiments/dcgan.ts";
import { parseMetricList } from "../metrics/names.ts";
import { startTraining, type TrainingHandle } from "../runs/start_training.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import { shared } from "./common_flags.ts";
import type { OptionsOf } from "./flags.ts";
import { interruption, onInterrupt } from "./interruption.ts";
import { paragraph } from "./layout.ts";
import { openPage, pageLine } from "./page.ts";
import { ProgressReport } from "./progress_report.ts";
import { readSettings, type Settings } from "./settings.ts";
import { type Screen, stderr, stdout, textWidth } from "./terminal.ts";
import { TRAIN_GAN, type TrainGanShape } from "./train_gan_flags.ts";

type TrainGanOptions = OptionsOf<TrainGanShape>;

/** What is to be trained: settings as given and as resolved, the run to go on with, the device. */
interface Plan {
  readonly given: Settings;
  readonly config: DcganRunConfig;
  /** The id of a run, or null for a new one. */
  readonly resume: string | null;
  readonly device: DeviceInfo;
}

/** The settings a user gave: those of the file, and over them those of flags. */
function settingsOf(options: TrainGanOptions, given: ReadonlySet<string>): Settings {
  const file = options.config === null
    ? {}
    : readSettings(options.config, DcganSettings, TRAIN_GAN.flags);
  const flags = Object.entries(options).filter(([key]) =>
    given.has(key) && key in DcganSettings.shape
  );
  return { ...file, ...Object.fromEntries(flags) };
}

/** Finds run and device and resolves the settings; nothing is written and no tensor is made. */
async function plan(options: TrainGanOptions, flags: ReadonlySet<string>): Promise<Plan> {
  const given = settingsOf(options, flags);
  if (typeof given.data === "string") assertSpec(given.data); // before the device: what is mistyped
  if (options.resume === null) {
    const device = await probeDevice((given.backend as BackendChoice | undefined) ?? "auto");
    return { given, config: dcgan.resolve(given, device), resume: null, device };
  }
  const store = new RunStore(options.runs);
  const resume = store.resolve(options.resume);
  using run = store.open(resume);
  const config = dcgan.resume(dcgan.parseConfig(run.record().config), given);
  return { given, config, resume, device: await probeDevice(config.backend) };
}

/** The device and why, on `screen`. */
function sayDevice(screen: Screen, { backend, name, reason }: DeviceInfo): void {
  const lines = paragraph("", reason, 8, textWidth(screen));
  screen.write(`device  ${name} (${backend})\n${lines.join("\n")}\n`);
}

/** Opens the page; where that fails, says so and leaves training to go on without. */
function tryPage(options: TrainGanOptions, report: ProgressReport): ServedApp | null {
  try {
    return openPage(new RunStore(options.runs), {
      port: options.port,
      report: (error) =>
        report.say(`server: ${error instanceof Error ? error.message : String(error)}`),
      cacheDir: options.cache,
      backend: null,
      threads: 1, // the others are the training's
    });
  } catch (error) {
    report.say(`page    none: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** Keeps what goes wrong beside training, in the server, from ending the process. */
function guardProcess(report: ProgressReport): Disposable {
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    report.say(`server: ${String(event.reason)}; training goes on`);
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return {
    [Symbol.dispose]: () => globalThis.removeEventListener("unhandledrejection", listener),
  };
}

/** Stops training at the first Ctrl-C, saying what `pressed` returns, and the process at the second. */
function stopOnInterrupt(
  training: TrainingHandle,
  report: ProgressReport,
  pressed: () => string,
): Disposable {
  return onInterrupt({
    first() {
      report.say(`${pressed()}. Ctrl-C again ends at once`);
      training.stop();
    },
    again() {
      report.close();
      Deno.exit(EXIT.interrupted);
    },
  });
}

/** What a user types to go on with a run; a folder of runs is named where it is not the usual one. */
export function resumingLine(id: string, runs: string): string {
  const line = `deno task train-gan --resume ${id}`;
  if (runs === shared.runs.parse(undefined)) return line;
  return `${line} --runs ${/^[\w./~-]+$/.test(runs) ? runs : JSON.stringify(runs)}`;
}

function bestOf(store: RunStore, id: string): BestCheckpoint | null {
  using run = store.open(id);
  return run.record().best;
}

/** Trains, and returns the exit status once training and page are done with. */
async function train(options: TrainGanOptions, { given, config, resume }: Plan): Promise<number> {
  const report = new ProgressReport(stdout);
  using _guard = guardProcess(report);
  if (config.metrics !== null) {
    const best = resume === null ? null : bestOf(new RunStore(options.runs), resume);
    report.followBest(parseMetricList(config.metrics)[0]!, best);
  }
  let page: ServedApp | null = null;
  let prepared = false;
  let trained = false;
  const training = startTraining({
    experiment: "dcgan",
    settings: given,
    runsDir: options.runs,
    cacheDir: options.cache,
    resume,
    meterWorker: new URL("../evaluation/meter_worker.ts", import.meta.url).href,
  }, {
    onRun({ id, folder }) {
      prepared = true;
      report.say(`run     ${folder}`);
      if (options.serve) page = tryPage(options, report);
      if (page !== null) report.say(pageLine(page, `/runs/${id}`));
    },
    onEvent({ event }) {
      report.event(event);
      trained ||= event.type === "checkpoint" && event.step === config.steps;
    },
    onProgress: (progress) => report.preparing(progress),
  });
  let interrupted = false;
  const listening = stopOnInterrupt(training, report, () => {
    interrupted = true;
    if (trained) return "Leaving the rest unmeasured";
    return prepared ? "Stopping after this step, with a checkpoint" : "Stopping before training";
  });
  const outcome = await training.done.finally(() => {
    listening[Symbol.dispose]();
    report.close();
  });
  if (outcome.run === null) {
    report.say(
      `Stopped before training; ${resume === null ? "no run was made" : "the run is as it was"}`,
    );
    return EXIT.interrupted;
  }
  if (outcome.unmeasured.length > 0) {
    report.say(
      `Not measured yet: step ${
        outcome.unmeasured.join(", ")
      }; going on with the run measures them`,
    );
  }
  if (outcome.reason === "stopped") {
    report.say(`Go on with it: ${resumingLine(outcome.run.id, options.runs)}`);
  }
  if (page !== null && !interrupted && Deno.stdin.isTerminal()) await keepPage(report);
  return EXIT.ok;
}

/** Waits with the page up until Ctrl-C. */
async function keepPage(report: ProgressReport): Promise<void> {
  const ended = interruption();
  report.say("The page stays up; Ctrl-C ends it");
  await ended;
}

async function trainGan(
  options: TrainGanOptions,
  given: ReadonlySet<string>,
): Promise<number> {
  const planned = await plan(options, given);
  sayDevice(options.printConfig ? stderr : stdout, planned.device);
  if (!options.printConfig) return await train(options, planned);
  stdout.write(JSON.stringify(planned.config, null, 2) + "\n");
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(TRAIN_GAN, Deno.args, trainGan));
