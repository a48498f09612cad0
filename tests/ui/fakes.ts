/** A clock that tests turn and a server that tests speak for. */
import type { NearestPictures } from "../../src/core/likeness.ts";
import type {
  BrokenRun,
  CheckpointInfo,
  RunDetail,
  RunEvent,
  RunHealth,
  RunMetrics,
  RunSeries,
  RunSummary,
  StoredEvent,
} from "../../src/core/protocol.ts";
import type { Direction } from "../../src/latent/directions/direction.ts";
import type { Sample } from "../../ui/api.ts";
import type { AddressBar } from "../../ui/router.ts";
import { FakePictures } from "./fake_pictures.ts";
import type { Clock, StreamListener, Transport } from "../../ui/transport.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time stands still until `pass()`; frames come at once. */
export class FakeClock implements Clock {
  seen = true;
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  frame(callback: () => void): void {
    callback();
  }

  visible(): boolean {
    return this.seen;
  }

  /** Lets time go by, running what falls due in order, and what waits for it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) =>
        at <= end
      ).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** An address bar with a history, whose timers run out when `pass()` says so. */
export class FakeAddressBar implements AddressBar {
  readonly entries: string[];
  /** How often an entry was replaced. */
  writes = 0;
  scrolled = 0;
  #at = 0;
  #moved = () => {};
  #left = () => {};
  readonly #timers = new Set<() => void>();

  constructor(address: string) {
    this.entries = [address];
  }

  read(): string {
    return this.entries[this.#at]!;
  }

  push(address: string): void {
    this.entries.splice(++this.#at, Infinity, address);
  }

  replace(address: string): void {
    this.entries[this.#at] = address;
    this.writes++;
  }

  onMove(callback: () => void): void {
    this.#moved = callback;
  }

  onLeave(callback: () => void): void {
    this.#left = callback;
  }

  scrollToTop(): void {
    this.scrolled++;
  }

  after(_ms: number, callback: () => void): () => void {
    this.#timers.add(callback);
    return () => this.#timers.delete(callback);
  }

  /** Lets every timer run out. */
  pass(): void {
    for (const callback of [...this.#timers]) {
      this.#timers.delete(callback);
      callback();
    }
  }

  back(): void {
    this.#at--;
    this.#moved();
  }

  /** The reader closes the page or goes to another site. */
  leave(): void {
    this.#left();
  }
}

/** Lets every promise that can resolve do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A stream as the test sees it. */
export interface FakeStream {
  readonly after: number;
  readonly listener: StreamListener;
  open: boolean;
}

/** Answers what its fields hold; an Error among them is thrown. */
export class FakeTransport implements Transport {
  readonly pictures = new FakePictures();
  list: readonly RunSummary[] | Error = [];
  broken: readonly BrokenRun[] | Error = [];
  detail: RunDetail | Error = fakeDetail();
  curves: RunSeries | Error = fakeSeries();
  checkpointList: readonly CheckpointInfo[] = [];
  directionList: readonly Direction[] | Error = [];
  nearest: NearestPictures | Error = {
    extractor: "none",
    searched: 0,
    pictures: 0,
    mirror: false,
    neighbours: [],
    reference: null,
  };
  standing: RunHealth | Error = { step: 0, balance: null, diversity: null, findings: [] };
  measured: RunMetrics | Error = { metrics: {}, best: null };
  stopFailure: Error | null = null;
  readonly stopped: string[] = [];
  readonly streams: FakeStream[] = [];

  runs = () => answer(this.list);
  brokenRuns = () => answer(this.broken);
  run = () => answer(this.detail);
  series = () => answer(this.curves);
  checkpoints = () => answer(this.checkpointList);
  directions = () => answer(this.directionList);
  nearestPictures = () => answer(this.nearest);
  health = () => answer(this.standing);
  metrics = () => answer(this.measured);

  stop = (id: string) => {
    this.stopped.push(id);
    return this.stopFailure ? Promise.reject(this.stopFailure) : Promise.resolve();
  };

  stream = (_id: string, after: number, listener: StreamListener) => {
    const stream = { after, listener, open: true };
    this.streams.push(stream);
    return () => stream.open = false;
  };

  /** The newest stream. */
  get live(): FakeStream {
    return this.streams.at(-1)!;
  }
}

function answer<T>(value: T | Error): Promise<T> {
  return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
}

const DEVICE = { backend: "cpu", name: "a processor", software: false, reason: "a test" } as const;

export function fakeSummary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    version: 1,
    id: "20260101-120000-dcgan-faces-abcd",
    experiment: "dcgan",
    dataset: "faces",
    createdAt: "2026-01-01T12:00:00.000Z",
    updatedAt: "2026-01-01T12:30:00.000Z",
    status: "running",
    seed: 1,
    config: { batch: 8 },
    device: DEVICE,
    versions: { atelier: "0.1.0", deno: "2.9.6", tfjs: "4.22.0" },
    data: null,
    parameters: {},
    step: 10,
    totalSteps: 100,
    metrics: {},
    best: null,
    newestSample: null,
    ...changes,
  };
}

export function fakeDetail(changes: Partial<RunDetail> = {}): RunDetail {
  return {
    ...fakeSummary(),
    checkpoints: [],
    samples: [],
    warnings: [],
    lastEventId: 10,
    ...changes,
  };
}

/** Steps 1 to `steps`, each with a generator loss of its own number. */
export function fakeSeries(steps = 10, lastEventId = 10): RunSeries {
  const values = Array.from({ length: steps }, (_, i) => i + 1);
  const column = { mean: values, min: values, max: values };
  return {
    steps: values,
    stepsPerBucket: 1,
    series: { "loss/generator": column, "images/s": column },
    lastEventId,
  };
}

export function fakeSample(step: number): Sample {
  return {
    type: "sample",
    step,
    file: `samples/${step}.png`,
    sha256: "0123456789abcdef",
    width: 64,
    height: 64,
    columns: 8,
    rows: 8,
  };
}

export function stepEvent(step: number, imagesPerSecond = 80): RunEvent {
  return { type: "step", step, losses: { generator: step }, scores: {}, imagesPerSecond };
}

export function startedEvent(step: number): RunEvent {
  return { type: "started", step, totalSteps: 100, resumed: step > 0, device: DEVICE };
}

export function stored(id: number, event: RunEvent): StoredEvent {
  return { id, time: 0, event };
}
