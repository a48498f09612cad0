/**
 * Threads for programs on Deno. A web worker keeps its program alive until it is ended; one of Node's
 * kind can be told not to, so that a script that forgets to dispose of the backend still ends.
 */
import { Worker } from "node:worker_threads";
import { SimdError, type WorkerHandle, type WorkerStart } from "./threads.ts";

/** Resolves when the thread is about to wait for work. */
export function startUnreferencedWorker(start: WorkerStart): Promise<WorkerHandle> {
  const worker = new Worker(new URL("./deno_worker.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    worker.once("message", () => {
      worker.unref();
      resolve({ terminate: () => void worker.terminate() });
    });
    worker.once("error", (error) => {
      reject(
        new SimdError(`Cannot start a thread of the simd backend: ${error}`, { cause: error }),
      );
    });
    worker.postMessage(start);
  });
}
