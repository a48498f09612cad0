/** Writes down what the loop yields: events, samples, checkpoints, and how the run stands. */
import { sha256Hex } from "../core/fs.ts";
import { imageGrid } from "../core/images.ts";
import { encodePng } from "../core/png.ts";
import type { RunEvent, StoredEvent } from "../core/protocol.ts";
import type { LoopEvent } from "../training/loop.ts";
import type { Retention } from "./checkpoints.ts";
import { RUN_FILES, stepName } from "./run_folder.ts";
import type { Clock, RunWriter } from "./run_writer.ts";
import { StorageError } from "./storage_error.ts";

/** run.json follows the steps at this pace: each writing waits for the disk. */
const RECORD_EVERY_MS = 2000;

type StepEvent = Extract<RunEvent, { type: "step" }>;

/** An update's scalars by the names that series have: `loss/generator`, `score/D(x)`, `images/s`. */
function headlines({ losses, scores, imagesPerSecond }: StepEvent): Record<string, number> {
  const named = (kind: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => [`${kind}/${name}`, value]);
  return Object.fromEntries([
    ...named("loss", losses),
    ...named("score", scores),
    ["images/s", imagesPerSecond],
  ]);
}

/** Takes the loop's events, in order, and stores each before it takes the next. */
export class Recorder {
  readonly #writer: RunWriter;
  readonly #retention: Retention;
  readonly #alsoKeep: () => ReadonlySet<number>;
  readonly #clock: Clock;
  #lastStep: StepEvent | null = null;
  #recordedAt = -Infinity;

  /**
   * Borrows the writer. `alsoKeep` says at each checkpoint which others stay resumable besides; `clock`
   * only paces the writing of run.json.
   */
  constructor(
    writer: RunWriter,
    retention: Retention,
    alsoKeep: () => ReadonlySet<number> = () => new Set(),
    clock: Clock = () => performance.now(),
  ) {
    this.#writer = writer;
    this.#retention = retention;
    this.#alsoKeep = alsoKeep;
    this.#clock = clock;
  }

  /**
   * Writes the event's files, then the event, then how the run stands; whatever instant the process is
   * killed at, no event points to a file that is not there. Throws a StorageError where the disk refuses.
   */
  async record(event: LoopEvent): Promise<StoredEvent> {
    switch (event.type) {
      case "step":
        return this.#step(event);
      case "sample":
        return await this.#sample(event);
      case "checkpoint":
        return await this.#checkpoint(event);
      case "metric":
      case "warning":
        return this.#writer.append(event);
      case "finished":
        return this.#finished(event);
      default:
        return event satisfies never;
    }
  }

  /**
   * Records that the run ended by an error; its checkpoints stay as they are. Returns null where the
   * disk refuses that too: the run then reads as interrupted, which is what happened to its record.
   */
  fail(error: unknown): StoredEvent | null {
    const message = error instanceof Error ? error.message : String(error);
    const step = this.#lastStep?.step ?? this.#writer.record.step;
    try {
      return this.#finished({ type: "finished", step, reason: "failed", message });
    } catch (refusal) {
      if (refusal instanceof StorageError) return null; // the caller throws `error`, the first cause
      throw refusal;
    }
  }

  #step(event: StepEvent): StoredEvent {
    const stored = this.#writer.append(event);
    this.#lastStep = event;
    if (this.#clock() - this.#recordedAt >= RECORD_EVERY_MS) this.#writeStanding();
    return stored;
  }

  async #sample({ step, images }: Extract<LoopEvent, { type: "sample" }>): Promise<StoredEvent> {
    const columns = images.columns ?? Math.ceil(Math.sqrt(images.count));
    const grid = imageGrid(images, columns);
    const png = await encodePng(grid);
    this.#writer.writeSample(step, png);
    const stored = this.#writer.append({
      type: "sample",
      step,
      file: `${RUN_FILES.samples}/${stepName(step)}.png`,
      sha256: await sha256Hex(png),
      width: grid.width,
      height: grid.height,
      columns,
      rows: Math.ceil(images.count / columns),
    });
    return stored;
  }

  async #checkpoint(
    { step, snapshot }: Extract<LoopEvent, { type: "checkpoint" }>,
  ): Promise<StoredEvent> {
    const { files } = await this.#writer.writeCheckpoint(step, snapshot, this.#retained());
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const stored = this.#writer.append({ type: "checkpoint", step, bytes });
    this.#writeStanding();
    return stored;
  }

  #retained(): Retention {
    return { ...this.#retention, alsoKeep: this.#alsoKeep() };
  }

  #finished(event: Extract<RunEvent, { type: "finished" }>): StoredEvent {
    this.#writer.thin(this.#retained()); // some were kept until they were measured
    const stored = this.#writer.append(event);
    this.#writer.update({
      ...this.#standing(),
      step: event.step,
      status: event.reason,
      message: event.message,
    });
    return stored;
  }

  #writeStanding(): void {
    this.#recordedAt = this.#clock();
    this.#writer.update({ ...this.#standing(), status: "running" });
  }

  #standing(): Partial<Pick<RunWriter["record"], "step" | "metrics">> {
    const last = this.#lastStep;
    return last === null ? {} : { step: last.step, metrics: headlines(last) };
  }
}
