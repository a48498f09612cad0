/** `deno task evaluate`: how near a generator comes to its data, in numbers. */
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { type Evaluation, type EvaluationOptions, Reference } from "../evaluation/evaluate.ts";
import { OpenedPlan, type Plan, planComparison, type SetOptions } from "../evaluation/plan.ts";
import type { SourceSpec } from "../evaluation/source.ts";
import { StatisticsCache } from "../evaluation/statistics_cache.ts";
import { METRIC_FAMILY_NAMES, parseMetricList } from "../metrics/names.ts";
import { assertExtractorSpec, openWantedExtractor } from "../metrics/open_extractor.ts";
import { isHeld } from "../runs/lock.ts";
import { recordFigures } from "../runs/measuring.ts";
import { StorageError } from "../runs/storage_error.ts";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import { EVALUATE, type EvaluateShape } from "./evaluate_flags.ts";
import { type OptionsOf, UsageError } from "./flags.ts";
import { figureText } from "../core/figure_text.ts";
import { onInterrupt } from "./interruption.ts";
import { metricLines, stepLines } from "./metrics_table.ts";
import { ProgressReport } from "./progress_report.ts";
import { duration } from "./progress.ts";
import { stderr, stdout } from "./terminal.ts";

type EvaluateOptions = OptionsOf<EvaluateShape>;

/** Flags that contradict each other, or would do nothing. */
function refuseUnused(options: EvaluateOptions, plan: Plan): void {
  const { steps, everyCheckpoint, size, channels, record, weights, seed, mirror } = options;
  if (steps !== null && everyCheckpoint) {
    throw new UsageError("--steps and --every-checkpoint contradict each other; give one of them");
  }
  const usual = weights === "ema" && seed === 0 && mirror === null;
  if (record && (plan.reference !== null || plan.judged[0].kind !== "run" || !usual)) {
    throw new UsageError(
      "--record takes a run's figures against its own data as training has them: leave out B, " +
        "--weights, --seed and --mirror",
    );
  }
  const hasRun = [...plan.judged, plan.reference].some((each) => each?.kind === "run");
  const given = size !== null ? "size" : channels !== null ? "channels" : null;
  if (hasRun && given !== null) {
    throw new UsageError(
      `--${given} is for data sets alone; a run's generator says what images are compared`,
    );
  }
}

function setOptions(
  options: EvaluateOptions,
  report: ProgressReport,
  signal: AbortSignal,
): SetOptions {
  return {
    ...options,
    channels: options.channels as 1 | 3 | null,
    store: new RunStore(options.runs),
    data: {
      cacheDir: options.cache,
      threads: options.threads || navigator.hardwareConcurrency,
      signal,
      onProgress: (progress) => report.preparing(progress),
      onNotice: (message) => report.say(message),
    },
  };
}

/** Throws a StorageError where a run that figures are to be written into is being trained. */
function assertRecordable(store: RunStore, { judged: [first] }: Plan): void {
  if (first.kind !== "run") return;
  using run = store.open(first.run);
  if (!isHeld(run.folder)) return;
  throw new StorageError(
    `Cannot record in run "${run.id}": it is being trained. Stop it first, or resume it with --metrics`,
  );
}

/** Writes figures into the run, and says which checkpoint is the best by the first metric so far. */
async function record(
  { runs, metrics }: EvaluateOptions,
  { run, step }: Extract<SourceSpec, { kind: "run" }>,
  { metrics: figures }: Evaluation,
  report: ProgressReport,
): Promise<void> {
  const decides = metrics === null ? METRIC_FAMILY_NAMES[0]! : parseMetricList(metrics)[0]!;
  const deciding = figures.find(({ family }) => family === decides)!.name;
  const best = await recordFigures(new RunStore(runs), run, { step, figures }, deciding);
  const known = best === null
    ? ""
    : `; the best by ${best.metric} is step ${best.step}, ${figureText(best.value, null)}`;
  report.say(`recorded   step ${step} of ${run}${known}`);
}

/** Measures every judged set of a plan, in order; `onResult` hears of each. */
async function measure(
  options: EvaluateOptions,
  plan: Plan,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<readonly Evaluation[]> {
  const families = options.metrics === null ? null : parseMetricList(options.metrics);
  const device = await probeDevice(options.backend);
  report.say(`device     ${device.name} (${device.backend})`);
  await openDevice(device, options);
  using extractor = await openWantedExtractor(options.extractor, options.metrics);
  if (extractor !== null) {
    report.say(
      `extractor  ${extractor.name}, ${extractor.dim} features (${extractor.fingerprint})`,
    );
  }
  const sets = setOptions(options, report, signal);
  using opened = await OpenedPlan.open(plan, sets);
  const gathering: EvaluationOptions = {
    extractor,
    backend: device.backend,
    cache: new StatisticsCache(options.cache, (message) => report.say(message)),
    families,
    seed: options.seed,
    signal,
    onProgress: (progress) => report.preparing(progress),
  };
  const reference = new Reference(opened.reference, gathering);
  const evaluations: Evaluation[] = [];
  for (const spec of plan.judged) {
    using judged = await opened.judge(spec);
    const evaluation = await reference.judge(judged);
    evaluations.push(evaluation);
    if (options.record && spec.kind === "run") await record(options, spec, evaluation, report);
  }
  return evaluations;
}

/** Names and numbers; errors stand beside their metrics as `NAME-error`. */
function plainFigures({ metrics }: Evaluation): Readonly<Record<string, number>> {
  return Object.fromEntries(metrics.flatMap(({ name, value, error }) => [
    [name, value],
    ...(error === null ? [] : [[`${name}-error`, error]]),
  ]));
}

/** What is printed of the results, on standard output. */
function resultText(plan: Plan, evaluations: readonly Evaluation[], json: boolean): string {
  const steps = plan.judged.flatMap((each) => each.kind === "run" ? [each.step] : []);
  const [first] = evaluations;
  if (json) {
    const byStep = evaluations.map((each, i) => [steps[i], plainFigures(each)]);
    const value = evaluations.length === 1 ? plainFigures(first!) : Object.fromEntries(byStep);
    return JSON.stringify(value, null, 2) + "\n";
  }
  const sets = [
    evaluations.length === 1
      ? `A  ${first!.a.label}: ${first!.a.described}`
      : `A  ${evaluations.length} checkpoints: ${first!.a.described}`,
    `B  ${first!.b.label}: ${first!.b.described}`,
  ];
  const table = evaluations.length === 1
    ? metricLines(first!)
    : stepLines(steps, evaluations, stdout.columns() ?? 120);
  return [...sets, "", ...table].join("\n") + "\n";
}

/** Compares sets of images and prints what was measured. */
export async function evaluate(options: EvaluateOptions): Promise<number> {
  if (options.metrics !== null) parseMetricList(options.metrics); // before anything that takes time
  assertExtractorSpec(options.extractor);
  const steps = options.everyCheckpoint ? "all" : options.steps;
  const plan = planComparison(new RunStore(options.runs), options.a, options.b, steps);
  refuseUnused(options, plan);
  if (options.record) assertRecordable(new RunStore(options.runs), plan);
  const stop = new AbortController();
  using _listening = onInterrupt({
    first: () => stop.abort(),
    again: () => Deno.exit(EXIT.interrupted),
  });
  const report = new ProgressReport(stderr);
  const started = performance.now();
  try {
    const evaluations = await measure(options, plan, report, stop.signal);
    report.close();
    stdout.write(resultText(plan, evaluations, options.json));
    stderr.write(`took ${duration((performance.now() - started) / 1000)}\n`);
    return EXIT.ok;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    report.close();
    stderr.write("Interrupted; what was computed of data sets is kept\n");
    return EXIT.interrupted;
  } finally {
    report.close();
  }
}

if (import.meta.main) Deno.exit(await runCommand(EVALUATE, Deno.args, evaluate));
