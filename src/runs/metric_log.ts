/** Has a run's checkpoints measured as they come, and writes down what was found. */
import type { Preparation } from "../../data/dataset.ts";
import type { BestCheckpoint, Better, RunEvent, StoredEvent } from "../core/protocol.ts";
import { betterOf } from "../metrics/better.ts";
import type { LoopEvent } from "../training/loop.ts";
import { type Meter, type MeterReport, pause } from "./meter.ts";
import type { RunWriter } from "./run_writer.ts";

/** Checkpoints that wait stay resumable, as each may prove the best; of more the newest do. */
const KEPT_WAITING = 8;

type MetricEvent = Extract<RunEvent, { type: "metric" }>;

/** The best of measured checkpoints by the metric of this name; the earliest of equals. */
export function bestOf(events: readonly MetricEvent[], metric: string): BestCheckpoint | null {
  const better = betterOf(metric) ?? "lower";
  const last = new Map(events.filter(({ name }) => name === metric).map((e) => [e.step, e.value]));
  let best: BestCheckpoint | null = null;
  for (const [step, value] of [...last].sort(([a], [b]) => a - b)) {
    if (best === null || isBetter(value, best.value, better)) best = { step, metric, value };
  }
  return best;
}

function isBetter(value: number, than: number, better: Better): boolean {
  return better === "lower" ? value < than : value > than;
}

/** Writes metrics of a run, for whoever holds it. Borrows writer and meter. */
export class MetricLog {
  readonly #writer: RunWriter;
  readonly #meter: Meter;
  readonly #waiting: number[];
  #underWay: number | null = null;
  #broken = false;
  #toldLate = false;
  #lastFailure = "";

  /** `unmeasured` are checkpoints of before, rising: a resumed run measures what it did not get to. */
  constructor(writer: RunWriter, meter: Meter, unmeasured: readonly number[]) {
    this.#writer = writer;
    this.#meter = meter;
    this.#waiting = [...unmeasured];
    this.#next();
  }

  /** Checkpoints to be measured yet. */
  get pending(): readonly number[] {
    return this.#underWay === null ? this.#waiting : [this.#underWay, ...this.#waiting];
  }

  /** Checkpoints that must stay resumable: the best, and those that may prove better. */
  get kept(): ReadonlySet<number> {
    const { best } = this.#writer.record;
    const waiting = this.#broken ? [] : this.pending.slice(-KEPT_WAITING);
    return new Set([...(best === null ? [] : [best.step]), ...waiting]);
  }

  /** After each event of the loop: has a checkpoint that was just written measured, and takes what is done. */
  follow({ type, step }: LoopEvent): StoredEvent[] {
    return [...(type === "checkpoint" ? this.#add(step) : []), ...this.take()];
  }

  #add(step: number): StoredEvent[] {
    this.#waiting.push(step);
    this.#next();
    if (this.#broken || this.#waiting.length <= KEPT_WAITING || this.#toldLate) return [];
    this.#toldLate = true;
    return [this.#warn(
      step,
      `Measuring falls behind: ${this.#waiting.length} checkpoints wait. Take fewer --metric-samples ` +
        "or rarer checkpoints; the older ones may not stay resumable until they are measured",
    )];
  }

  /** Writes down what has come in. Never waits. */
  take(): StoredEvent[] {
    return this.#meter.poll().flatMap((report) => this.#record(report));
  }

  /** Waits until every checkpoint is measured, or the signal aborts; yields what is written down. */
  async *finish(
    signal: AbortSignal,
    onProgress: (progress: Preparation) => void,
  ): AsyncGenerator<StoredEvent> {
    const total = this.pending.length;
    for (;;) {
      yield* this.take();
      const left = this.pending.length;
      if (left === 0 || this.#broken || signal.aborted) return;
      onProgress({ label: "Measuring", done: total - left, total, unit: "checkpoints" });
      await pause();
    }
  }

  #record(report: MeterReport): StoredEvent[] {
    switch (report.type) {
      case "measured":
        return this.#measured(report);
      case "failed":
        return this.#failed(report);
      case "broken":
        this.#broken = true;
        return [this.#warn(
          this.#writer.record.step,
          `The worker that measures checkpoints broke down: ${report.message}. Training goes on ` +
            "without metrics; resuming the run measures what is missing",
        )];
      case "ready":
      case "refused":
        return [];
      default:
        return report satisfies never;
    }
  }

  #measured({ step, figures }: Extract<MeterReport, { type: "measured" }>): StoredEvent[] {
    const stored = figures.filter(({ value }) => Number.isFinite(value))
      .map(({ name, value }) => this.#writer.append({ type: "metric", step, name, value }));
    this.#noteBest(step, figures);
    this.#underWay = null;
    this.#next();
    return stored;
  }

  #noteBest(step: number, figures: readonly { name: string; value: number }[]): void {
    const metric = this.#meter.deciding;
    const value = figures.find(({ name }) => name === metric)?.value;
    if (value === undefined || !Number.isFinite(value)) return;
    const { best } = this.#writer.record;
    const better = betterOf(metric) ?? "lower";
    if (best?.metric === metric && !isBetter(value, best.value, better)) return;
    this.#writer.update({ best: { step, metric, value } });
  }

  #failed({ step, message }: Extract<MeterReport, { type: "failed" }>): StoredEvent[] {
    this.#underWay = null;
    this.#next();
    if (message === this.#lastFailure) return []; // what fails for one often fails for all
    this.#lastFailure = message;
    return [this.#warn(step, `Checkpoint ${step} could not be measured: ${message}`)];
  }

  #warn(step: number, message: string): StoredEvent {
    return this.#writer.append({ type: "warning", step, message });
  }

  #next(): void {
    if (this.#underWay !== null || this.#broken) return;
    const step = this.#waiting.shift();
    if (step === undefined) return;
    this.#underWay = step;
    this.#meter.measure(this.#writer.id, step);
  }
}
