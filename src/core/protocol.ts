/**
 * The types that trainer, store, server and page share: what a run records and what it streams.
 * Nothing here runs; the page imports these types and no code.
 */

/** How a run ended, as its `finished` event says. */
export type FinishReason = "completed" | "stopped" | "failed";

/**
 * One thing that happened in a run. `step` counts finished updates: the first update is step 1, and
 * an event at step 0 precedes it. A `started` event at step s supersedes every earlier event past s:
 * the run was resumed from there.
 */
export type RunEvent =
  | {
    readonly type: "started";
    readonly step: number;
    readonly totalSteps: number;
    readonly resumed: boolean;
    readonly device: DeviceInfo;
  }
  | {
    readonly type: "step";
    readonly step: number;
    /** By network: `discriminator`, `generator`. */
    readonly losses: Readonly<Record<string, number>>;
    /** Mean probabilities in [0, 1] by the field's names: `D(x)`, `D(G(z))`. */
    readonly scores: Readonly<Record<string, number>>;
    readonly imagesPerSecond: number;
  }
  | {
    readonly type: "sample";
    readonly step: number;
    /** Relative to the run folder: `samples/000500.png`. */
    readonly file: string;
    readonly sha256: string;
    /** Of the whole grid, in pixels. */
    readonly width: number;
    readonly height: number;
    readonly columns: number;
    readonly rows: number;
  }
  | {
    readonly type: "checkpoint";
    readonly step: number;
    /** Of the folder's files together. */
    readonly bytes: number;
  }
  | {
    readonly type: "metric";
    readonly step: number;
    readonly name: string;
    readonly value: number;
  }
  | {
    readonly type: "warning";
    readonly step: number;
    readonly message: string;
    /** The rule that gave the alarm; absent in warnings of other kinds. */
    readonly rule?: HealthRule;
  }
  | {
    readonly type: "finished";
    readonly step: number;
    readonly reason: FinishReason;
    /** Why it failed and what to do about it; absent unless `reason` is `failed`. */
    readonly message?: string;
  };

/** The names by which events are told apart. */
export type RunEventType = RunEvent["type"];

/** An event as the store keeps it and the server sends it. */
export interface StoredEvent {
  /** Grows with every event of a run and is never given twice, also across resumes. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly event: RunEvent;
}

/** What computes: a WebGPU adapter, our own SIMD kernels, or the stock cpu backend. */
export type BackendName = "webgpu" | "simd" | "cpu";

/** The device a run computes on, and why that one. */
export interface DeviceInfo {
  readonly backend: BackendName;
  /** What a person calls it: the adapter's or processor's description. */
  readonly name: string;
  /** True for a WebGPU adapter that runs on the CPU (llvmpipe, SwiftShader). */
  readonly software: boolean;
  readonly reason: string;
}

/** What the run's record says of its dataset. */
export interface DatasetInfo {
  /** As given: `faces`, `folder:PATH`, `mnist`. */
  readonly name: string;
  readonly length: number;
  readonly size: number;
  readonly channels: number;
  /** Identifies content and preparation; equal fingerprints give equal images. */
  readonly fingerprint: string;
  readonly attributes: readonly string[];
  /** Files that could not be read. */
  readonly skipped: readonly string[];
}

/** `interrupted` is never written: it is a run that says `running` and that no process holds. */
export type RunStatus =
  | "preparing"
  | "running"
  | "completed"
  | "stopped"
  | "failed"
  | "interrupted";

/** run.json: a run's identity, settings and state. */
export interface RunRecord {
  readonly version: 1;
  readonly id: string;
  readonly experiment: string;
  readonly dataset: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: RunStatus;
  readonly seed: number;
  /** Every setting, resolved. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly device: DeviceInfo | null;
  readonly versions: Readonly<Record<"atelier" | "deno" | "tfjs", string>>;
  readonly data: DatasetInfo | null;
  /** Trainable parameters by network. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly step: number;
  readonly totalSteps: number;
  /** Headline figures, last known: losses, images per second. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The best checkpoint measured so far; null in a run without `--metrics`. */
  readonly best: BestCheckpoint | null;
  /** Why the run failed; absent otherwise. */
  readonly message?: string;
}

/** The checkpoint that the deciding metric puts first; it stays resumable. */
export interface BestCheckpoint {
  readonly step: number;
  /** The metric's name, with its protocol: `fcd-lab-10k`. */
  readonly metric: string;
  readonly value: number;
}

/** Which way a metric gets better. */
export type Better = "lower" | "higher";

/** A run's metrics over its measured checkpoints, by name. */
export interface RunMetrics {
  readonly metrics: Readonly<
    Record<string, {
      /** Rising; not every checkpoint need have every metric. */
      readonly steps: readonly number[];
      readonly values: readonly number[];
      readonly better: Better;
    }>
  >;
  readonly best: BestCheckpoint | null;
}

/** A run as lists show it. */
export interface RunSummary extends RunRecord {
  readonly newestSample: { readonly step: number; readonly url: string } | null;
}

/** A folder among the runs that cannot be read as one, and why. */
export interface BrokenRun {
  /** The folder's name. */
  readonly id: string;
  readonly message: string;
}

/** A file of a checkpoint, as its manifest lists it. */
export interface CheckpointFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A checkpoint, without opening its files. */
export interface CheckpointInfo {
  readonly step: number;
  readonly files: readonly CheckpointFile[];
  /** Whether training can resume from it: its state has not been thinned out. */
  readonly resumable: boolean;
}

/** A run as its page shows it. */
export interface RunDetail extends RunSummary {
  readonly checkpoints: readonly CheckpointInfo[];
  readonly samples: readonly Extract<RunEvent, { type: "sample" }>[];
  readonly warnings: readonly Omit<Extract<RunEvent, { type: "warning" }>, "type">[];
  /** The newest event this detail takes account of: stream on from here. */
  readonly lastEventId: number;
}

/**
 * A run's scalars over steps, thinned to a bounded number of points. Every bucket gives the mean, and
 * the extremes so that a spike survives thinning; null where no step of the bucket has the scalar.
 * Names: `loss/generator`, `score/D(x)`, `images/s`.
 */
export interface RunSeries {
  /** The last step of each bucket. */
  readonly steps: readonly number[];
  readonly stepsPerBucket: number;
  readonly series: Readonly<
    Record<string, {
      readonly mean: readonly (number | null)[];
      readonly min: readonly (number | null)[];
      readonly max: readonly (number | null)[];
    }>
  >;
  readonly lastEventId: number;
}

/** What can be noticed to go wrong in a GAN's training; `core/health.ts` has the rules. */
export type HealthRule = "discriminator-won" | "discriminator-lost" | "divergence" | "collapse";

/** A figure that gave an alarm, and the bound it broke. */
export interface HealthEvidence {
  /** What was measured, in words: `mean generator loss`. */
  readonly quantity: string;
  readonly value: number;
  readonly bound: number;
  /** The side of the bound that is the alarming one. */
  readonly side: "above" | "below";
}

/** Something that goes wrong, or went. */
export interface HealthFinding {
  readonly rule: HealthRule;
  /** The first step that the alarm rests on. */
  readonly since: number;
  /** The step at which it was over; null while it lasts. */
  readonly until: number | null;
  /** In a few words: `The discriminator wins outright`. */
  readonly title: string;
  /** The newest figures while it lasts, the last ones after. */
  readonly evidence: readonly HealthEvidence[];
  /** What it means and what to do. */
  readonly advice: string;
}

/** How a run's training stands. */
export interface RunHealth {
  /** The newest step taken account of. */
  readonly step: number;
  /** Means over the last `steps` updates; null before the first, and in trainings that are no GAN's. */
  readonly balance: HealthBalance | null;
  /** The newest `sample-diversity`, and the highest so far; null where none was recorded. */
  readonly diversity:
    | { readonly step: number; readonly value: number; readonly best: number }
    | null;
  /** Oldest first. */
  readonly findings: readonly HealthFinding[];
}

/** How the two networks of a GAN stand against each other, as means over recent steps. */
export interface HealthBalance {
  readonly steps: number;
  /** D(x) and D(G(z)), in [0, 1]. */
  readonly onReal: number;
  readonly onFake: number;
  readonly discriminatorLoss: number;
  readonly generatorLoss: number;
}

/** One page of events, oldest first. */
export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Pass as `after` for the next page; null at the end. */
  readonly next: number | null;
}

/** The body of every refused request. */
export interface ApiError {
  readonly error: string;
}
