/** What the page needs of a server and of the browser it runs in; tests pass their own. */
import type { NearestPictures, Preparing } from "../src/core/likeness.ts";
import type {
  BrokenRun,
  CheckpointInfo,
  RunDetail,
  RunHealth,
  RunMetrics,
  RunSeries,
  RunStatus,
  RunSummary,
  StoredEvent,
} from "../src/core/protocol.ts";
import type { Direction } from "../src/latent/directions/direction.ts";
import type { CheckpointRef } from "./generator/device.ts";
import type { PictureTransport } from "./picture_transport.ts";

/** The server, as the page uses it. Every promise rejects with `Refused` or `Unreachable`. */
export interface Transport {
  /** What enlarges pictures. */
  readonly pictures: PictureTransport;
  runs(): Promise<readonly RunSummary[]>;
  /** The folders among the runs that cannot be read. */
  brokenRuns(): Promise<readonly BrokenRun[]>;
  run(id: string): Promise<RunDetail>;
  /** The run's scalars, thinned to about `points` points. */
  series(id: string, points: number): Promise<RunSeries>;
  checkpoints(id: string): Promise<readonly CheckpointInfo[]>;
  /** Directions that are known of a checkpoint's generator. */
  directions(id: string, step: number): Promise<readonly Direction[]>;
  /**
   * The training pictures nearest to the image of a latent, [Z]. The first time their features are
   * computed, for as long as somebody asks: an abort stops that. `Refused` with 409 where the data has
   * moved or changed.
   */
  nearestPictures(
    checkpoint: CheckpointRef,
    latent: Float32Array<ArrayBuffer>,
    options: NearestOptions,
  ): Promise<NearestPictures>;
  /** How the run's training stands. */
  health(id: string): Promise<RunHealth>;
  /** What was measured of the run, over steps. */
  metrics(id: string): Promise<RunMetrics>;
  stop(id: string): Promise<void>;
  /** Streams the events with ids past `after`. Returns what closes the stream. */
  stream(id: string, after: number, listener: StreamListener): () => void;
}

/** How training pictures are looked for. */
export interface NearestOptions {
  /** How many are wanted, 64 at most. */
  readonly count: number;
  readonly signal?: AbortSignal;
  /** Told how far features of training pictures have come. */
  readonly onProgress?: (progress: Preparing["preparing"]) => void;
}

/** Told what comes of a stream. */
export interface StreamListener {
  opened(): void;
  event(event: StoredEvent): void;
  /** The stream broke off and is closed; nothing more comes of it. */
  lost(): void;
  /** All events were sent, and no process adds to them any more. */
  ended(status: RunStatus): void;
}

/** The server answered, and said no. `message` is the server's own text. */
export class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
    this.name = "Refused";
  }
}

/** No answer came: the server is gone, or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server does not answer", { cause });
    this.name = "Unreachable";
  }
}

/** Time and frames, passed in so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after `ms` milliseconds, unless what it returns is called first. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back before the next frame is drawn. */
  frame(callback: () => void): void;
  /** Whether anybody can see the page. */
  visible(): boolean;
}

/** The time and the frames that readers see. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  frame: (callback) => void requestAnimationFrame(callback),
  visible: () => !document.hidden,
};
