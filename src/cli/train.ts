/**
 * What commands that train share: they resolve settings, train in a worker, serve the page, and say how
 * it goes.
 */
import type { ServedApp } from "../../server/listen.ts";
import { probeDevice } from "../backends/probe.ts";
import type { BackendChoice } from "../core/config.ts";
import { isEnlarger } from "../core/enlarge_protocol.ts";
import type { BestCheckpoint, DeviceInfo } from "../core/protocol.ts";
import type { Experiment, RunConfig } from "../experiments/experiment.ts";
import { parseMetricList } from "../metrics/names.ts";
import { startTraining, type TrainingHandle } from "../runs/start_training.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT } from "./command.ts";
import { shared } from "./common_flags.ts";
import type { Flag } from "./flags.ts";
import { interruption, onInterrupt } from "./interruption.ts";
import { paragraph } from "./layout.ts";
import { openPage, pageLine } from "./page.ts";
import { ProgressReport } from "./progress_report.ts";
import { readSettings, type Settings } from "./settings.ts";
import { type Screen, stderr, stdout, textWidth } from "./terminal.ts";

/** A command that trains: which experiment, under what name, with what flags. */
export interface TrainingCommand {
  /** As a user types it: `train-gan`. */
  readonly name: string;
  readonly experiment: Experiment;
  readonly flags: readonly Flag[];
  /** Throws a RangeError for a dataset that is none, before anything slow. Opens nothing. */
  assertData(spec: string): void;
}

/** The options that every command has which trains. */
export interface TrainingOptions {
  readonly runs: string;
  readonly cache: string;
  readonly port: number;
  readonly serve: boolean;
  /** A settings file; null for none. */
  readonly config: string | null;
  readonly printConfig: boolean;
  readonly resume: string | null;
}

/** What is to be trained: settings as given and as resolved, the run to go on with, the device. */
interface Plan {
  readonly command: TrainingCommand;
  readonly given: Settings;
  readonly config: RunConfig;
  /** The id of a run, or null for a new one. */
  readonly resume: string | null;
  readonly device: DeviceInfo;
}

/** The settings a user gave: those of the file, and over them those of flags. */
export function settingsOf(
  { experiment, flags }: TrainingCommand,
  options: TrainingOptions,
  given: ReadonlySet<string>,
): Settings {
  const file = options.config === null
    ? {}
    : readSettings(options.config, experiment.settings, flags);
  const own = Object.entries(options).filter(([key]) =>
    given.has(key) && key in experiment.settings.shape
  );
  return { ...file, ...Object.fromEntries(own) };
}

/** Finds run and device and resolves the settings; nothing is written and no tensor is made. */
async function plan(
  command: TrainingCommand,
  options: TrainingOptions,
  given: Settings,
): Promise<Plan> {
  const { experiment } = command;
  if (typeof given.data === "string") command.assertData(given.data); // before the device: what is mistyped
  if (options.resume === null) {
    const device = await probeDevice((given.backend as BackendChoice | undefined) ?? "auto");
    return { command, given, config: experiment.resolve(given, device), resume: null, device };
  }
  const store = new RunStore(options.runs);
  const resume = store.resolve(options.resume);
  using run = store.open(resume);
  const record = run.record();
  if (record.experiment !== experiment.name) {
    const other = isEnlarger(record.experiment) ? "train-sr" : "train-gan";
    throw new RangeError(
      `Cannot go on with run "${resume}" by ${command.name}: it is of "${record.experiment}", expected ` +
        `"${experiment.name}". Go on with it by "deno task ${other} --resume ${resume}"`,
    );
  }
  const config = experiment.resume(experiment.parseConfig(record.config), given);
  return { command, given, config, resume, device: await probeDevice(config.backend) };
}

/** The device and why, on `screen`. */
function sayDevice(screen: Screen, { backend, name, reason }: DeviceInfo): void {
  const lines = paragraph("", reason, 8, textWidth(screen));
  screen.write(`device  ${name} (${backend})\n${lines.join("\n")}\n`);
}

/** Opens the page; where that fails, says so and leaves training to go on without. */
function tryPage(options: TrainingOptions, report: ProgressReport): ServedApp | null {
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
export function resumingLine(command: string, id: string, runs: string): string {
  const line = `deno task ${command} --resume ${id}`;
  if (runs === shared.runs.parse(undefined)) return line;
  return `${line} --runs ${/^[\w./~-]+$/.test(runs) ? runs : JSON.stringify(runs)}`;
}

function bestOf(store: RunStore, id: string): BestCheckpoint | null {
  using run = store.open(id);
  return run.record().best;
}

/** The metrics that checkpoints are measured by beside training; null for none. */
function metricsOf(config: RunConfig): string | null {
  const { metrics = null } = config as RunConfig & { readonly metrics?: string | null };
  return metrics;
}

/** Trains, and returns the exit status once training and page are done with. */
async function train(options: TrainingOptions, plan: Plan): Promise<number> {
  const { command, given, config, resume } = plan;
  const report = new ProgressReport(stdout);
  using _guard = guardProcess(report);
  const metrics = metricsOf(config);
  if (metrics !== null) {
    const best = resume === null ? null : bestOf(new RunStore(options.runs), resume);
    report.followBest(parseMetricList(metrics)[0]!, best);
  }
  let page: ServedApp | null = null;
  let prepared = false;
  let trained = false;
  const training = startTraining({
    experiment: command.experiment.name,
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
    report.say(`Go on with it: ${resumingLine(command.name, outcome.run.id, options.runs)}`);
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

/**
 * Trains with these settings, or prints them resolved where that is asked for. Returns the exit status
 * once training and page are done with.
 */
export async function trainCommand(
  command: TrainingCommand,
  options: TrainingOptions,
  given: Settings,
): Promise<number> {
  const planned = await plan(command, options, given);
  sayDevice(options.printConfig ? stderr : stdout, planned.device);
  if (!options.printConfig) return await train(options, planned);
  stdout.write(JSON.stringify(planned.config, null, 2) + "\n");
  return EXIT.ok;
}
