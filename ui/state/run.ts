/** One run as its page shows it: loaded once, then kept up to date by its stream of events. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type {
  CheckpointInfo,
  FinishReason,
  RunDetail,
  RunEvent,
  RunSeries,
  RunStatus,
  StoredEvent,
} from "../../src/core/protocol.ts";
import type { Sample } from "../api.ts";
import type { Clock, Transport } from "../transport.ts";
import { LiveStream } from "./connection.ts";
import { CHART_POINTS, Curves } from "./curves.ts";
import { failure, type Loading } from "./loading.ts";
import { EventQueue } from "./event_queue.ts";

/** How often a run that should be silent, or is, is asked after. */
const CHECK_EVERY_MS = 5000;
/** Share of the past in the throughput that the remaining time is told from. */
const RATE_MEMORY = 0.95;

/** Where a stop by button stands. */
export type Stopping =
  | { readonly state: "none" }
  | { readonly state: "asked" }
  | { readonly state: "refused"; readonly message: string };

/** A warning of the trainer's, and when it came. */
export type Warning = RunDetail["warnings"][number];

/** What changes with every step. */
export interface Progress {
  readonly step: number;
  readonly totalSteps: number;
  readonly imagesPerSecond: number | null;
  /** Milliseconds until the last step at the present pace; null while unknown or not running. */
  readonly remainingMs: number | null;
}

/** Whether a run may still go on without anybody resuming it. */
export function isActive(status: RunStatus): boolean {
  return status === "preparing" || status === "running";
}

/** A run that is open: what its page shows, and the actions on it. */
export class RunState {
  readonly loading = signal<Loading>({ state: "loading" });
  /** As loaded; `status`, `message`, `progress` and the lists below are newer. */
  readonly detail = signal<RunDetail | null>(null);
  readonly status = signal<RunStatus>("preparing");
  readonly message = signal<string | null>(null);
  readonly samples = signal<readonly Sample[]>([]);
  readonly checkpoints = signal<readonly CheckpointInfo[]>([]);
  readonly warnings = signal<readonly Warning[]>([]);
  readonly stopping = signal<Stopping>({ state: "none" });
  readonly curves: Curves;
  readonly progress: ReadonlySignal<Progress>;
  readonly stream: LiveStream;

  readonly #step = signal(0);
  readonly #totalSteps = signal(0);
  readonly #rate = signal<number | null>(null);
  readonly #queue: EventQueue;
  #detailId = 0;
  #heardAt = 0;
  #checkpointsWanted = false;
  #asleep = false;
  #disposed = false;
  #cancelCheck = () => {};

  constructor(
    readonly id: string,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {
    this.curves = new Curves(clock);
    this.#queue = new EventQueue(clock, (events) => this.#takeIn(events));
    this.stream = new LiveStream({
      clock,
      open: (after, listener) => transport.stream(id, after, listener),
      receive: (event) => {
        this.#heardAt = clock.now();
        this.#queue.push(event);
      },
      ended: (status) => {
        this.#queue.flush();
        this.status.value = status;
      },
    });
    this.progress = computed(() => this.#computeProgress());
  }

  /** Loads the run, then follows it. `dispose()` ends it. */
  async open(): Promise<void> {
    const curves = this.transport.series(this.id, CHART_POINTS);
    curves.catch(() => {}); // waited for below, unless the run itself cannot be read
    try {
      const detail = await this.transport.run(this.id);
      if (!this.#disposed) this.#take(detail);
      const series = await curves; // long runs take the server a moment
      if (!this.#disposed) this.#follow(series);
    } catch (error) {
      this.loading.value = failure(error);
    }
    if (!this.#disposed) this.#checkLater();
  }

  /** Asks the server to stop the run after the step it is in. */
  async stop(): Promise<void> {
    this.stopping.value = { state: "asked" };
    try {
      await this.transport.stop(this.id);
    } catch (error) {
      this.stopping.value = { state: "refused", message: (error as Error).message };
    }
  }

  /** Stops following while nobody looks: browsers allow six streams in all, hidden tabs included. */
  sleep(): void {
    if (this.stream.state.value.state === "ended") return;
    this.#asleep = true;
    this.stream.end();
    this.#cancelCheck();
  }

  /** Follows again after `sleep()`; what was missed comes thinned, however much it is. */
  async wake(): Promise<void> {
    if (!this.#asleep) return;
    this.#asleep = false;
    await this.open();
  }

  dispose(): void {
    this.#disposed = true;
    this.stream.end();
    this.#cancelCheck();
  }

  #take(detail: RunDetail): void {
    batch(() => {
      this.detail.value = detail;
      this.status.value = detail.status;
      this.message.value = detail.message ?? null;
      this.samples.value = detail.samples;
      this.checkpoints.value = detail.checkpoints;
      this.warnings.value = detail.warnings;
      this.#step.value = detail.step;
      this.#totalSteps.value = detail.totalSteps;
      this.loading.value = { state: "ready" };
    });
    this.#detailId = detail.lastEventId;
  }

  #follow(series: RunSeries): void {
    this.curves.load(series);
    this.#rate.value = newest(series, "images/s");
    this.#heardAt = this.clock.now();
    if (isActive(this.status.value)) this.#stream();
  }

  #stream(): void {
    this.stream.start(Math.min(this.#detailId, this.curves.lastId));
  }

  #takeIn(events: readonly StoredEvent[]): void {
    if (this.#disposed) return;
    batch(() => {
      for (const stored of events) {
        // Detail and curves were read one after the other: each skips what it has seen already.
        this.curves.apply(stored);
        if (stored.id > this.#detailId) this.#apply(stored.event);
      }
    });
    if (this.#checkpointsWanted) void this.#reloadCheckpoints();
  }

  #apply(event: RunEvent): void {
    this.#step.value = Math.max(this.#step.value, event.step);
    switch (event.type) {
      case "started":
        return this.#restart(event);
      case "step": {
        const { imagesPerSecond } = event;
        const before = this.#rate.value ?? imagesPerSecond;
        this.#rate.value = RATE_MEMORY * before + (1 - RATE_MEMORY) * imagesPerSecond;
        return;
      }
      case "sample":
        this.samples.value = [...upTo(this.samples.value, event.step - 1), event];
        return;
      case "checkpoint":
        this.#checkpointsWanted = true;
        return;
      case "metric":
        return;
      case "warning":
        this.warnings.value = [...this.warnings.value.filter((seen) => !same(seen, event)), event];
        return;
      case "finished":
        return this.#finish(event.reason, event.message);
      default:
        event satisfies never;
    }
  }

  /** A run that starts supersedes what an earlier attempt left past that step. */
  #restart({ step, totalSteps, device }: Extract<RunEvent, { type: "started" }>): void {
    this.status.value = "running";
    this.message.value = null;
    this.#step.value = step;
    this.#totalSteps.value = totalSteps;
    this.samples.value = upTo(this.samples.value, step);
    this.checkpoints.value = upTo(this.checkpoints.value, step);
    this.warnings.value = upTo(this.warnings.value, step);
    if (this.detail.value) this.detail.value = { ...this.detail.value, device };
    void this.#check(); // for the dataset and the parameter counts, now that they are known
  }

  #finish(status: FinishReason, message: string | undefined): void {
    this.status.value = status;
    this.message.value = message ?? null;
    this.stopping.value = { state: "none" };
    this.#checkpointsWanted = true;
    this.stream.end();
  }

  /** A checkpoint's event does not list its files, nor which older ones were thinned out for it. */
  async #reloadCheckpoints(): Promise<void> {
    this.#checkpointsWanted = false;
    try {
      this.checkpoints.value = await this.transport.checkpoints(this.id);
    } catch {
      this.#checkpointsWanted = true; // with the next events
    }
  }

  /**
   * Looks after a run whose stream says nothing: one that failed to load, one that ended and may be
   * resumed, one whose process died without a word.
   */
  #checkLater(): void {
    this.#cancelCheck = this.clock.after(CHECK_EVERY_MS, async () => {
      const silent = this.clock.now() - this.#heardAt >= CHECK_EVERY_MS;
      if (!silent || !this.clock.visible()) return this.#checkLater();
      if (this.loading.value.state !== "ready") return await this.open();
      await this.#check();
      if (!this.#disposed) this.#checkLater();
    });
  }

  async #check(): Promise<void> {
    let detail: RunDetail;
    try {
      detail = await this.transport.run(this.id);
    } catch {
      return; // the stream says that the server is gone, and the next check comes anyway
    }
    if (this.#disposed) return;
    this.detail.value = detail;
    const wasActive = isActive(this.status.value);
    if (isActive(detail.status)) {
      if (!wasActive) this.#stream();
    } else if (wasActive && detail.status === "interrupted") {
      this.status.value = detail.status;
      this.stream.end();
    }
  }

  #computeProgress(): Progress {
    const step = this.#step.value;
    const totalSteps = this.#totalSteps.value;
    const rate = this.#rate.value;
    const batch = this.detail.value?.config["batch"];
    const known = rate !== null && rate > 0 && typeof batch === "number" &&
      this.status.value === "running";
    const remainingMs = known ? 1000 * Math.max(0, totalSteps - step) * batch / rate : null;
    return { step, totalSteps, imagesPerSecond: rate, remainingMs };
  }
}

function newest({ series }: RunSeries, name: string): number | null {
  return series[name]?.mean.at(-1) ?? null;
}

function upTo<T extends { readonly step: number }>(items: readonly T[], step: number): T[] {
  return items.filter((item) => item.step <= step);
}

/** Events that came while the detail was read are streamed once more. */
function same(a: Warning, b: Warning): boolean {
  return a.step === b.step && a.message === b.message;
}
