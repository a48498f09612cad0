/** What the main thread and the training worker say to each other. */
import type { Preparation } from "../../data/dataset.ts";
import { DownloadError } from "../../data/download.ts";
import { PackedFileError } from "../../data/packed.ts";
import type { StoredEvent } from "../core/protocol.ts";
import { SafetensorsError } from "../core/safetensors.ts";
import { DeviceError } from "../backends/probe.ts";
import { HeapError } from "../backends/simd/heap.ts";
import { WriteError } from "../core/write_error.ts";
import { DivergenceError } from "../training/loop.ts";
import type { TrainingOutcome, TrainingRequest } from "./session.ts";
import { StorageError } from "./storage_error.ts";

/** The first and only message to the worker. */
export interface WorkerOrder {
  readonly request: TrainingRequest;
  /** One word, shared: anything but 0 asks for a stop. A busy worker sees it, unlike a message. */
  readonly stopFlag: SharedArrayBuffer;
}

/** What the worker says, told apart by `type`. */
export type WorkerMessage =
  | { readonly type: "run"; readonly run: { readonly id: string; readonly folder: string } }
  | { readonly type: "event"; readonly stored: StoredEvent }
  | { readonly type: "progress"; readonly progress: Preparation }
  | { readonly type: "done"; readonly outcome: TrainingOutcome }
  | { readonly type: "failed"; readonly error: PlainError };

/** An error as a message can carry it: classes of our own do not survive the crossing. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** What a DivergenceError knows besides. */
  readonly divergence?: Pick<DivergenceError, "step" | "losses">;
}

/** Errors that callers tell apart, by name; Deno's own file and network errors are among them. */
const ERRORS: Readonly<Record<string, new (message: string) => Error>> = {
  ...Deno.errors,
  DeviceError,
  DownloadError,
  HeapError,
  PackedFileError,
  RangeError,
  SafetensorsError,
  StorageError,
  SyntaxError,
  TypeError,
  WriteError,
};

/** What a message can carry of an error. */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), stack: String(error) };
  }
  const { name, message, stack = message } = error;
  if (!(error instanceof DivergenceError)) return { name, message, stack };
  return { name, message, stack, divergence: { step: error.step, losses: error.losses } };
}

/** An error of the same class, message and stack as the one that `plainError` took. */
export function revivedError({ name, message, stack, divergence }: PlainError): Error {
  const error = divergence
    ? new DivergenceError(divergence.step, divergence.losses, "")
    : new (ERRORS[name] ?? Error)(message);
  error.message = message;
  error.stack = stack;
  return error;
}
