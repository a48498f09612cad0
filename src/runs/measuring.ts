/** Where measuring begins in a run: with a meter, with what was measured before, with what was not. */
import type { BestCheckpoint, DeviceInfo } from "../core/protocol.ts";
import type { Metering, RunConfig } from "../experiments/experiment.ts";
import type { Meter, MeterOrder } from "./meter.ts";
import { bestOf, MetricLog } from "./metric_log.ts";
import type { RunWriter } from "./run_writer.ts";
import type { RunStore } from "./store.ts";
import { StoredRun } from "./stored_run.ts";

/** Figures of one checkpoint. */
export interface MeasuredCheckpoint {
  readonly step: number;
  readonly figures: readonly { readonly name: string; readonly value: number }[];
}

/** Starts a meter; rejects where what is ordered cannot be measured. */
export type StartMeter = (order: MeterOrder, signal: AbortSignal) => Promise<Meter>;

/** Starts what measures a run's checkpoints, or returns null where its settings ask for nothing. */
export async function openMeter(
  metering: Metering | null,
  start: StartMeter | undefined,
  where: {
    readonly runsDir: string;
    readonly cacheDir: string;
    readonly device: DeviceInfo;
    readonly config: RunConfig;
    readonly signal: AbortSignal;
  },
): Promise<Meter | null> {
  if (metering === null) return null;
  if (start === undefined) {
    throw new RangeError(
      'Cannot measure checkpoints: "metrics" is set, and whoever started this training gave nothing ' +
        "to measure with",
    );
  }
  const { runsDir, cacheDir, device, config, signal } = where;
  return await start(
    { ...metering, runsDir, cacheDir, device, exactConv: config.exactConv },
    signal,
  );
}

/**
 * The best checkpoint of a run that has gone back: of those whose metric is still stored. `deciding` is
 * the metric that decides from now on; null keeps the one that did.
 */
export function rewoundBest(writer: RunWriter, deciding: string | null): BestCheckpoint | null {
  const metric = deciding ?? writer.record.best?.metric;
  if (metric === undefined) return null;
  using run = new StoredRun(writer.id, writer.folder);
  const there = new Set(run.checkpoints().map(({ step }) => step));
  return bestOf(run.metrics().filter(({ step }) => there.has(step)), metric);
}

/** Begins to measure; checkpoints of before that lack the deciding metric come first. */
export function beginMeasuring(writer: RunWriter, meter: Meter | null): MetricLog | null {
  if (meter === null) return null;
  using run = new StoredRun(writer.id, writer.folder);
  const measured = new Set(
    run.metrics().filter(({ name }) => name === meter.deciding).map(({ step }) => step),
  );
  const steps = run.checkpoints().map(({ step }) => step);
  return new MetricLog(writer, meter, steps.filter((step) => !measured.has(step)));
}

/**
 * Writes figures of a checkpoint into a run that nobody trains, as `--metrics` would have in training, and
 * returns its best checkpoint by `deciding`. Throws a StorageError while another process holds the run.
 */
export async function recordFigures(
  store: RunStore,
  id: string,
  { step, figures }: MeasuredCheckpoint,
  deciding: string,
): Promise<BestCheckpoint | null> {
  using writer = await store.resume(id);
  for (const { name, value } of figures) {
    if (Number.isFinite(value)) writer.append({ type: "metric", step, name, value });
  }
  const best = rewoundBest(writer, deciding);
  writer.update({ message: writer.record.message, best });
  return best;
}

/** Checkpoints that must stay resumable whatever their age. */
export function keptSteps(writer: RunWriter, log: MetricLog | null): ReadonlySet<number> {
  const { best } = writer.record;
  return log?.kept ?? new Set(best === null ? [] : [best.step]);
}
