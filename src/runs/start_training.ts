/** The main thread's side of a training: starts the worker, hears from it, stops it. */
import type { Preparation } from "../../data/dataset.ts";
import type { StoredEvent } from "../core/protocol.ts";
import type { TrainingOutcome, TrainingRequest } from "./session.ts";
import { revivedError, type WorkerMessage, type WorkerOrder } from "./worker_messages.ts";

/** What the main thread hears. Each may be left out. */
export interface TrainingListeners {
  /** The run's folder is there. */
  onRun?(run: { readonly id: string; readonly folder: string }): void;
  /** Each event, once it is stored. */
  onEvent?(stored: StoredEvent): void;
  onProgress?(progress: Preparation): void;
}

/** A training under way in its worker. */
export interface TrainingHandle {
  /**
   * Resolves when training has ended and the run is closed; rejects with what ended it otherwise, also
   * when the worker itself breaks down. Always settles, and the worker is gone by then.
   */
  readonly done: Promise<TrainingOutcome>;
  /** Asks to finish the step, checkpoint and end; `done` tells when. */
  stop(): void;
  /** Ends the worker at once, as kill would; `done` rejects with an AbortError. */
  terminate(): void;
}

/** Starts training in a worker of its own. `worker` is the module it runs; tests pass theirs. */
export function startTraining(
  request: TrainingRequest,
  listeners: TrainingListeners = {},
  worker: URL = new URL("./training_worker.ts", import.meta.url),
): TrainingHandle {
  const { promise: done, resolve, reject } = Promise.withResolvers<TrainingOutcome>();
  const stopFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const thread = new Worker(worker, { type: "module", name: "training" });
  const settle = (how: () => void) => {
    thread.terminate();
    how();
  };
  thread.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    switch (data.type) {
      case "run":
        return listeners.onRun?.(data.run);
      case "event":
        return listeners.onEvent?.(data.stored);
      case "progress":
        return listeners.onProgress?.(data.progress);
      case "done":
        return settle(() => resolve(data.outcome));
      case "failed":
        return settle(() => reject(revivedError(data.error)));
      default:
        data satisfies never;
    }
  };
  thread.onerror = (event) => {
    event.preventDefault(); // or it would end this thread too
    const place = event.filename ? ` (${event.filename}:${event.lineno})` : "";
    settle(() => reject(new Error(`The training worker broke down: ${event.message}${place}`)));
  };
  thread.onmessageerror = () =>
    settle(() => reject(new TypeError("The training worker sent a message that cannot be read")));
  const order: WorkerOrder = { request, stopFlag };
  thread.postMessage(order);
  return {
    done,
    stop: () => {
      Atomics.store(new Int32Array(stopFlag), 0, 1);
    },
    terminate: () =>
      settle(() => reject(new DOMException("The training was ended at once", "AbortError"))),
  };
}
