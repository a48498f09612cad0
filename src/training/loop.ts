/** The one training loop. It yields what happened and does no input or output. */
import { SAMPLE_DIVERSITY } from "../core/diversity.ts";
import { findingText, HealthWatch } from "../core/health.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { HealthFinding, RunEvent } from "../core/protocol.ts";
import type { Sample, StepReport, Trainer } from "./trainer.ts";

/** What the loop yields. Samples and checkpoints carry their data; who consumes them stores it. */
export type LoopEvent =
  | Extract<RunEvent, { type: "step" | "metric" | "warning" | "finished" }>
  | { readonly type: "sample"; readonly step: number; readonly images: Sample }
  | { readonly type: "checkpoint"; readonly step: number; readonly snapshot: Snapshot };

/** How far to train, and what falls due on the way. */
export interface LoopOptions {
  /** Updates already done: 0 for a fresh run, a checkpoint's step for a resumed one. */
  readonly startStep: number;
  readonly totalSteps: number;
  /** Images an update takes, for the rate. */
  readonly batchSize: number;
  /** Besides the fresh run's start and the last step; 0 for no samples at all. */
  readonly sampleEverySteps: number;
  /** Besides the last step; 0 for that alone. */
  readonly checkpointEverySteps: number;
  /** Aborting ends training after the step under way, with a checkpoint. */
  readonly signal: AbortSignal;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/**
 * A loss or a weight that is not finite. What the networks hold by then is worthless; older
 * checkpoints are not.
 */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";

  /** `found` says what is not finite. */
  constructor(readonly step: number, readonly losses: StepReport["losses"], found: string) {
    super(
      `Training diverged at step ${step}: expected finite numbers, got ${found}. ` +
        `Earlier checkpoints are untouched: resume from the last with half the learningRate`,
    );
  }
}

/**
 * Trains from `startStep` to `totalSteps`. The consumer's work between two events is not counted in
 * images per second; nor are samples and checkpoints. Throws a DivergenceError for a loss that is
 * not finite, and whatever the trainer or the batches throw.
 */
export async function* train<Batch>(
  trainer: Trainer<Batch>,
  batches: Iterator<Batch, never>,
  options: LoopOptions,
): AsyncGenerator<LoopEvent, void, undefined> {
  const { startStep, totalSteps, signal } = options;
  const watch = new HealthWatch();
  let losses: StepReport["losses"] = {};
  const checkpoint = async (step: number): Promise<LoopEvent> => {
    const snapshot = await trainer.snapshot();
    assertFiniteWeights(step, losses, snapshot);
    return { type: "checkpoint", step, snapshot };
  };

  if (startStep === 0 && options.sampleEverySteps > 0) yield* look(trainer, 0, watch);
  let step = startStep;
  let saved = startStep > 0 ? startStep : -1; // a resumed run has the checkpoint that it came from
  while (step < totalSteps && !signal.aborted) {
    step += 1;
    const { report, imagesPerSecond } = await timedStep(trainer, batches, options);
    losses = report.losses;
    assertFiniteLosses(step, losses);
    yield { type: "step", step, ...report, imagesPerSecond };
    yield* watch.observe(step, report).map((finding) => warning(step, finding));
    if (isDue(step, options.sampleEverySteps, totalSteps)) yield* look(trainer, step, watch);
    if (isDue(step, options.checkpointEverySteps, totalSteps)) {
      yield await checkpoint(step);
      saved = step;
    }
  }
  if (saved !== step) yield await checkpoint(step);
  yield { type: "finished", step, reason: step < totalSteps ? "stopped" : "completed" };
}

/** A sample, where there are any, and what can be measured beside it. */
async function* look<Batch>(
  trainer: Trainer<Batch>,
  step: number,
  watch: HealthWatch,
): AsyncGenerator<LoopEvent> {
  if (trainer.sample) yield { type: "sample", step, images: await trainer.sample() };
  for (const [name, value] of Object.entries(await trainer.measure?.() ?? {})) {
    yield { type: "metric", step, name, value };
    if (name !== SAMPLE_DIVERSITY) continue;
    yield* watch.observeDiversity(step, value).map((finding) => warning(step, finding));
  }
}

function warning(step: number, finding: HealthFinding): LoopEvent {
  return { type: "warning", step, message: findingText(finding), rule: finding.rule };
}

/** Whether a cadence falls on this step. Cadence 0 never does; any other also does on the last step. */
const isDue = (step: number, everySteps: number, lastStep: number): boolean =>
  everySteps > 0 && (step % everySteps === 0 || step === lastStep);

async function timedStep<Batch>(
  trainer: Trainer<Batch>,
  batches: Iterator<Batch, never>,
  { batchSize, now = () => performance.now() }: LoopOptions,
): Promise<{ report: StepReport; imagesPerSecond: number }> {
  const before = now();
  const report = await trainer.step(batches.next().value);
  // A clock as coarse as the step would give Infinity, which JSON cannot carry.
  const seconds = Math.max(now() - before, 0.001) / 1000;
  return { report, imagesPerSecond: batchSize / seconds };
}

function assertFiniteLosses(step: number, losses: StepReport["losses"]): void {
  if (Object.values(losses).every(Number.isFinite)) return;
  const shown = Object.entries(losses).map(([name, loss]) => `${name} loss ${loss}`).join(", ");
  throw new DivergenceError(step, losses, shown);
}

/**
 * A step's losses are those before its update, so that an update can ruin the weights and still report
 * finite ones. Such a checkpoint must not come to displace a good one.
 */
function assertFiniteWeights(
  step: number,
  losses: StepReport["losses"],
  { generator, state }: Snapshot,
): void {
  for (const [name, { data }] of [...generator, ...state]) {
    const ruined = data.find((value) => !Number.isFinite(value));
    if (ruined !== undefined) throw new DivergenceError(step, losses, `${ruined} in ${name}`);
  }
}
