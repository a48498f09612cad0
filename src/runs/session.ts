/**
 * One training, from settings to the last checkpoint: opens device and dataset, makes a run or goes on
 * with one, drives the loop and records it. What it needs comes in as parts, so it loads neither
 * TensorFlow.js nor a dataset itself; `lab.ts` has the lab's own.
 */
import { z } from "zod";
import type { ImageDataset, OpenOptions, Preparation } from "../../data/dataset.ts";
import type { OpenDeviceOptions } from "../backends/open.ts";
import { BackendChoice, type ExperimentName } from "../core/config.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { DatasetInfo, DeviceInfo, RunRecord, StoredEvent } from "../core/protocol.ts";
import type { Experiment, RunConfig, TrainingData } from "../experiments/experiment.ts";
import { type LoopEvent, train } from "../training/loop.ts";
import type { Trainer } from "../training/trainer.ts";
import { beginMeasuring, keptSteps, openMeter, rewoundBest, type StartMeter } from "./measuring.ts";
import type { Meter } from "./meter.ts";
import type { MetricLog } from "./metric_log.ts";
import { Recorder } from "./recorder.ts";
import { type Resumption, resumption } from "./resumption.ts";
import type { RunWriter } from "./run_writer.ts";
import { StopWatch } from "./stop_watch.ts";
import { RunStore } from "./store.ts";

/** What to train. Plain data: it goes to a worker as it is. */
export interface TrainingRequest {
  readonly experiment: ExperimentName;
  /** What the user gave, not yet resolved: defaults depend on the device. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly runsDir: string;
  /** Where datasets keep prepared files. */
  readonly cacheDir: string;
  /** The id of the run to go on with; null makes a new one. */
  readonly resume: string | null;
  /** Address of the worker's module that measures checkpoints; needed where settings ask for metrics. */
  readonly meterWorker?: string;
}

/** What a session is made of. */
export interface SessionParts {
  probeDevice(choice: BackendChoice): Promise<DeviceInfo>;
  openDevice(device: DeviceInfo, options: OpenDeviceOptions): Promise<void>;
  openDataset(spec: string, options: OpenOptions): Promise<ImageDataset>;
  readonly experiments: Readonly<Record<ExperimentName, Experiment>>;
  readonly versions: RunRecord["versions"];
  /** Needed where settings ask for metrics. */
  readonly startMeter?: StartMeter;
}

/** How a session talks to whoever started it. */
export interface SessionHooks {
  /** Asked between steps, and a few times a second besides. */
  shouldStop(): boolean;
  /** The run's folder is there, and this process holds it. */
  onRun(run: { readonly id: string; readonly folder: string }): void;
  /** Each event, once it is stored. */
  onEvent(stored: StoredEvent): void;
  onProgress(progress: Preparation): void;
}

/** How a training ended. `run` is null where it was stopped before there was anything to keep. */
export interface TrainingOutcome {
  readonly run: { readonly id: string; readonly folder: string } | null;
  readonly step: number;
  readonly reason: "completed" | "stopped";
  /** Checkpoints that there was no time to measure: resuming does. */
  readonly unmeasured: readonly number[];
}

/** What a checkpoint's `meta` holds: the trainer's own, and how far the batches have come. */
const CheckpointMeta = z.strictObject({
  trainer: z.record(z.string(), z.unknown()),
  data: z.strictObject({ cursor: z.int().min(0) }),
});

/** All that training needs, opened. */
interface Opened {
  readonly config: RunConfig;
  readonly device: DeviceInfo;
  readonly data: TrainingData<unknown>;
  readonly trainer: Trainer<unknown>;
  readonly meter: Meter | null;
  /** What a person should know, for the run's warnings. */
  readonly notices: readonly string[];
}

/**
 * Trains until the last step, a stop or an error. An error before the first step of a new run leaves
 * no run behind; a later one is recorded in the run as its end. Either way it is thrown, and earlier
 * checkpoints stay as they are.
 */
export async function runTraining(
  request: TrainingRequest,
  parts: SessionParts,
  hooks: SessionHooks,
): Promise<TrainingOutcome> {
  using held = new DisposableStack();
  const stop = held.use(new StopWatch(hooks.shouldStop));
  const store = new RunStore(request.runsDir);
  try {
    const resumed = request.resume === null
      ? null
      : held.use(await resumption(store, request.resume, parts.experiments, request.settings));
    if (resumed) stop.heed(() => resumed.writer.stopRequested());
    const opened = await open(request, resumed, parts, hooks, stop.signal, held);
    stop.look();
    stop.signal.throwIfAborted();
    const writer = resumed?.writer ??
      held.use(store.create(firstRecord(request.experiment, opened, parts)));
    if (!resumed) stop.heed(() => writer.stopRequested());
    hooks.onRun({ id: writer.id, folder: writer.folder });
    return await trainAndRecord(writer, opened, resumed, parts, hooks, stop);
  } catch (error) {
    const stopped = stop.signal.aborted && error instanceof DOMException;
    if (!stopped || error.name !== "AbortError") throw error;
    return { run: null, step: 0, reason: "stopped", unmeasured: [] };
  }
}

/** Opens everything; what must be let go of again goes onto `held`. */
async function open(
  request: TrainingRequest,
  resumed: Resumption | null,
  parts: SessionParts,
  hooks: SessionHooks,
  signal: AbortSignal,
  held: DisposableStack,
): Promise<Opened> {
  const experiment = resumed?.experiment ?? parts.experiments[request.experiment];
  const device = await parts.probeDevice(resumed?.config.backend ?? chosenBackend(request));
  const config = resumed?.config ?? experiment.resolve(request.settings, device);
  await parts.openDevice(device, config);
  const notices: string[] = [];
  const opening = experiment.openData(config, {
    openDataset: parts.openDataset,
    startStep: resumed?.step ?? 0,
    cacheDir: request.cacheDir,
    threads: config.threads || navigator.hardwareConcurrency,
    signal,
    onProgress: hooks.onProgress,
    onNotice: (message) => notices.push(message),
  });
  const data = held.use(await opening.catch((error) => throwMoved(error, resumed)));
  resumed?.assertSameData(data.info);
  const trainer = held.adopt(experiment.build(config, data), (built) => built.dispose());
  const snapshot = resumed?.takeSnapshot();
  if (snapshot) restore(snapshot, trainer, data);
  const metering = experiment.metering?.(config, data.info) ?? null;
  const { runsDir, cacheDir } = request;
  const where = { runsDir, cacheDir, device, config, signal };
  const meter = await openMeter(metering, parts.startMeter, where);
  if (meter) held.use(meter);
  return { config, device, data, trainer, meter, notices };
}

/** Pictures may have moved since a run was made; it can follow them. */
function throwMoved(error: unknown, resumed: Resumption | null): never {
  if (resumed === null || !(error instanceof RangeError)) throw error;
  throw new RangeError(
    `${
      error.message.replace(/\.$/, "")
    }. If the pictures have moved, resume with "data" at their ` +
      "new place: --data folder:PATH",
    { cause: error },
  );
}

/** The backend asked for; what is no backend is refused later, with every other fault. */
function chosenBackend({ settings }: TrainingRequest): BackendChoice {
  return BackendChoice.catch("auto").parse(settings.backend ?? "auto");
}

function restore(
  snapshot: Snapshot,
  trainer: Trainer<unknown>,
  { batches }: TrainingData<unknown>,
): void {
  const meta = CheckpointMeta.parse(snapshot.meta); // its sha256 was right, so we wrote it
  trainer.restore({ ...snapshot, meta: meta.trainer });
  batches.seek(meta.data.cursor);
}

function firstRecord(
  experiment: ExperimentName,
  { config, device, data, trainer }: Opened,
  { versions }: SessionParts,
): Parameters<RunStore["create"]>[0] {
  return {
    experiment,
    dataset: config.data,
    seed: config.seed,
    config: { ...config },
    device,
    versions,
    data: data.info,
    parameters: trainer.parameters,
    totalSteps: config.steps,
  };
}

/** Drives the loop. Errors from here on are the run's own end, and recorded in it. */
async function trainAndRecord(
  writer: RunWriter,
  opened: Opened,
  resumed: Resumption | null,
  parts: SessionParts,
  hooks: SessionHooks,
  stop: StopWatch,
): Promise<TrainingOutcome> {
  const { config, trainer, data: { batches } } = opened;
  let metrics: MetricLog | null = null;
  const recorder = new Recorder(writer, config, () => keptSteps(writer, metrics));
  const startStep = resumed?.step ?? 0;
  let last: LoopEvent | null = null;
  try {
    for (const stored of begin(writer, opened, resumed, parts)) hooks.onEvent(stored);
    metrics = beginMeasuring(writer, opened.meter);
    const loop = train(trainer, batches, {
      ...config,
      startStep,
      totalSteps: config.steps,
      batchSize: config.batch,
      signal: stop.signal,
    });
    for await (const event of loop) {
      last = event;
      if (event.type === "finished" && event.reason === "completed") {
        for await (const stored of metrics?.finish(stop.signal, hooks.onProgress) ?? []) {
          hooks.onEvent(stored);
        }
      }
      hooks.onEvent(await recorder.record(withCursor(event, batches.cursor)));
      for (const stored of metrics?.follow(event) ?? []) hooks.onEvent(stored);
      stop.look();
    }
  } catch (error) {
    const stored = recorder.fail(error);
    if (stored) hooks.onEvent(stored);
    throw error;
  }
  const { id, folder } = writer;
  const step = last?.step ?? startStep;
  const reason = step < config.steps ? "stopped" : "completed";
  return { run: { id, folder }, step, reason, unmeasured: metrics?.pending ?? [] };
}

/** Records the start: where it starts from, on what, and what there is to warn of. */
function* begin(
  writer: RunWriter,
  { config, device, data, meter, notices }: Opened,
  resumed: Resumption | null,
  parts: SessionParts,
): Generator<StoredEvent> {
  const step = resumed?.step ?? 0;
  const warnings = resumed === null
    ? [...skipped(data.info), ...notices]
    : [...notices, ...resumed.warnings(device, config, parts.versions)];
  yield writer.rewind({
    type: "started",
    step,
    totalSteps: config.steps,
    resumed: resumed !== null,
    device,
  });
  writer.update({
    status: "running",
    step,
    totalSteps: config.steps,
    config: { ...config },
    device,
    versions: parts.versions,
    data: data.info,
    best: resumed === null ? null : rewoundBest(writer, meter?.deciding ?? null),
  });
  const missing = resumed?.missingCheckpointEvent();
  if (missing) yield writer.append(missing);
  for (const message of warnings) yield writer.append({ type: "warning", step, message });
}

/** A warning of files left out, if any are: the record has their names, but who reads that? */
function skipped({ skipped: [first, ...rest] }: DatasetInfo): string[] {
  if (first === undefined) return [];
  return [
    rest.length === 0
      ? `"${first}" could not be read and is left out`
      : `${rest.length + 1} files could not be read and are left out, such as "${first}"; ` +
        `the run's run.json names them all`,
  ];
}

/** Batches are drawn by the loop alone, so at a checkpoint the cursor is that of its step. */
function withCursor(event: LoopEvent, cursor: number): LoopEvent {
  if (event.type !== "checkpoint") return event;
  const meta: z.infer<typeof CheckpointMeta> = {
    trainer: event.snapshot.meta,
    data: { cursor },
  };
  return { ...event, snapshot: { ...event.snapshot, meta } };
}
