/** What the loop drives: something that updates once, shows samples, and saves and restores itself. */
import type { ImageBatch } from "../core/images.ts";
import type { Snapshot } from "../core/named_arrays.ts";

/** What one update reports, read back from the device. */
export interface StepReport {
  readonly losses: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
}

/** What the loop drives: networks and optimizers behind steps. */
export interface Trainer<Batch> {
  /** Trainable parameters by network. */
  readonly parameters: Readonly<Record<string, number>>;
  /** One update of every network. Borrows the batch. */
  step(batch: Batch): Promise<StepReport>;
  /** Samples at the run's fixed latents, from the network one would use. */
  sample(): Promise<ImageBatch>;
  snapshot(): Promise<Snapshot>;
  /** Takes over a snapshot of a trainer built with the same settings. */
  restore(snapshot: Snapshot): void;
  /** Frees every variable. */
  dispose(): void;
}
