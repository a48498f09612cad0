/** What an experiment is: a dataset, a model and a trainer, joined under a name. */
import type { z } from "zod";
import type { ImageDataset, OpenOptions } from "../../data/dataset.ts";
import type { BackendChoice, ExperimentName } from "../core/config.ts";
import type { DatasetInfo, DeviceInfo } from "../core/protocol.ts";
import type { Trainer } from "../training/trainer.ts";

/** The resolved settings that every experiment has; whole, checked and trusted. */
export interface RunConfig {
  readonly data: string;
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly threads: number;
  /** Whether convolutions on simd are computed without Winograd's transforms. */
  readonly exactConv: boolean;
  readonly steps: number;
  readonly batch: number;
  readonly sampleEverySteps: number;
  readonly checkpointEverySteps: number;
  readonly milestoneEverySteps: number;
  readonly keepCheckpoints: number;
}

/** Batches without end. Its whole state is `cursor`, which checkpoints store. */
export interface BatchSource<Batch> extends Iterator<Batch, never> {
  /** Examples drawn so far. */
  readonly cursor: number;
  /** Goes to where `cursor` examples have been drawn. */
  seek(cursor: number): void;
}

/** What an experiment trains on, opened. */
export interface TrainingData<Batch> extends Disposable {
  readonly info: DatasetInfo;
  readonly batches: BatchSource<Batch>;
  /** `meanPairDistance` of its pictures, where it has pictures of one size. */
  readonly pairDistance?: number;
}

/** What opening data takes besides an experiment's settings. */
export interface DataOptions
  extends Pick<OpenOptions, "cacheDir" | "threads" | "signal" | "onProgress" | "onNotice"> {
  /** Updates done: 0 for a fresh run, a checkpoint's step for a resumed one. */
  readonly startStep: number;
  openDataset(spec: string, options: OpenOptions): Promise<ImageDataset>;
}

/** What is to be measured of each checkpoint. Plain data. */
export interface Metering {
  /** Families of metrics, `fcd,kid`; the first decides which checkpoint is best. */
  readonly metrics: string;
  /** The network whose features they compare, as a person names it. */
  readonly extractor: string;
  /** Images drawn of each checkpoint. */
  readonly samples: number;
  /** The pictures that the generator is compared with, as training has them. */
  readonly data: {
    readonly spec: string;
    readonly size: number;
    readonly channels: number;
    readonly seed: number;
    readonly mirror: boolean;
  };
}

/** A dataset, a model, a trainer and their settings under a name. */
export interface Experiment<Config extends RunConfig = RunConfig, Batch = unknown> {
  readonly name: ExperimentName;
  /** What a user may give, from flags or a file: every field optional, unknown ones refused. */
  readonly settings: z.ZodObject<z.ZodRawShape, z.core.$strict>;
  /** Settings that a resumed run may change. */
  readonly resumable: ReadonlySet<string>;
  /**
   * Checks what a user gave and fills in the rest, for the device where it matters. Throws a
   * RangeError that lists every fault.
   */
  resolve(given: unknown, device: DeviceInfo): Config;
  /** Checks the settings that a run's record holds. Throws a RangeError that lists every fault. */
  parseConfig(recorded: unknown): Config;
  /**
   * The recorded settings, changed by those given. Throws a RangeError for a fault, and for a change
   * to a setting that is not in `resumable`.
   */
  resume(recorded: Config, given: unknown): Config;
  /**
   * Opens the data that the settings name. The caller disposes of it. Throws a RangeError for data that
   * cannot be used, and the signal's reason when aborted.
   */
  openData(config: Config, options: DataOptions): Promise<TrainingData<Batch>>;
  /** What to measure of each checkpoint, or null for nothing. Left out, nothing can be. */
  metering?(config: Config, data: DatasetInfo): Metering | null;
  /** Builds networks and trainer on the open device. Borrows the data; the caller owns the trainer. */
  build(config: Config, data: TrainingData<Batch>): Trainer<Batch>;
}
