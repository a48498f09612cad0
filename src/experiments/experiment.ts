/** What an experiment is: a dataset, a model and a trainer, joined under a name. */
import type { z } from "zod";
import type { BackendChoice, ExperimentName } from "../core/config.ts";
import type { ImageBatch } from "../core/images.ts";
import type { DatasetInfo, DeviceInfo } from "../core/protocol.ts";
import type { Trainer } from "../training/trainer.ts";

/** The resolved settings that every experiment has; whole, checked and trusted. */
export interface RunConfig {
  readonly data: string;
  readonly attributes: string | null;
  readonly mirror: boolean;
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly threads: number;
  /** Whether convolutions on simd are computed without Winograd's transforms. */
  readonly exactConv: boolean;
  /** Side of the images, in pixels. */
  readonly size: number;
  /** null takes the dataset's own. */
  readonly channels: 1 | 3 | null;
  readonly steps: number;
  readonly batch: number;
  readonly sampleEverySteps: number;
  readonly checkpointEverySteps: number;
  readonly milestoneEverySteps: number;
  readonly keepCheckpoints: number;
}

/** A model, a trainer and their settings under a name. */
export interface Experiment<Config extends RunConfig = RunConfig> {
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
  /** Builds networks and trainer on the open device. The caller owns the trainer. */
  build(config: Config, data: DatasetInfo): Trainer<ImageBatch>;
}
