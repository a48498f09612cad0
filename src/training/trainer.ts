/** What the loop drives: something that updates once, shows samples, and saves and restores itself. */
import type { ImageBatch } from "../core/images.ts";
import type { Snapshot } from "../core/named_arrays.ts";

/** What one update reports, read back from the device. */
export interface StepReport {
  readonly losses: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
}

/** Images that show how far training is, and how they are laid out. */
export interface Sample extends ImageBatch {
  /** Images in a row of the grid; about as many as rows unless told. */
  readonly columns?: number;
}

/** What the loop drives: networks and optimizers behind steps. */
export interface Trainer<Batch> {
  /** Trainable parameters by network. */
  readonly parameters: Readonly<Record<string, number>>;
  /** One update of every network. Borrows the batch. */
  step(batch: Batch): Promise<StepReport>;
  /**
   * Samples of the run's fixed latents or pictures, from the network one would use. Absent where it
   * makes no images.
   */
  sample?(): Promise<Sample>;
  /** Metrics of that network by name, `psnr-y-crop4`: asked for after each sample. */
  measure?(): Promise<Readonly<Record<string, number>>>;
  snapshot(): Promise<Snapshot>;
  /** Takes over a snapshot of a trainer built with the same settings. */
  restore(snapshot: Snapshot): void;
  /** Frees every variable. */
  dispose(): void;
}
