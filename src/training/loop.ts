/** The one training loop. It yields what happened and does no input or output. */
import type { ImageBatch } from "../core/images.ts";
import type { Snapshot } from "../core/named_arrays.ts";
import type { RunEvent } from "../core/protocol.ts";
import type { StepReport, Trainer } from "./trainer.ts";

/** What the loop yields. Samples and checkpoints carry their data; who consumes them stores it. */
export type LoopEvent =
  | Extract<RunEvent, { type: "step" | "warning" | "finished" }>
  | { readonly type: "sample"; readonly step: number; readonly images: ImageBatch }
  | { readonly type: "checkpoint"; readonly step: number; readonly snapshot: Snapshot };
