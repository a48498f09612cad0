/** The training worker, with the fake lab in place of the real one, and ways to break down. */
import { runTraining } from "../../src/runs/session.ts";
import {
  plainError,
  type WorkerMessage,
  type WorkerOrder,
} from "../../src/runs/worker_messages.ts";
import { fakeParts } from "./fake_lab.ts";

const tell = (message: WorkerMessage) => self.postMessage(message);

self.onmessage = async ({ data: { request, stopFlag } }: MessageEvent<WorkerOrder>) => {
  const flag = new Int32Array(stopFlag);
  // A place where the request says how to break down, without a setting of its own.
  if (request.cacheDir === "throw") throw new Error("thrown in the worker");
  if (request.cacheDir === "reject") setTimeout(() => Promise.reject(new Error("rejected there")));
  if (request.cacheDir === "hang") return;
  try {
    const outcome = await runTraining(request, fakeParts, {
      shouldStop: () => Atomics.load(flag, 0) !== 0,
      onRun: (run) => tell({ type: "run", run }),
      onEvent: (stored) => tell({ type: "event", stored }),
      onProgress: (progress) => tell({ type: "progress", progress }),
    });
    tell({ type: "done", outcome });
  } catch (error) {
    tell({ type: "failed", error: plainError(error) });
  }
};
