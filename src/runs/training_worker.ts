/** The worker that trains, so that no kernel ever blocks the thread that serves and draws. */
import { labParts } from "./lab.ts";
import { runTraining } from "./session.ts";
import { plainError, type WorkerMessage, type WorkerOrder } from "./worker_messages.ts";

function tell(message: WorkerMessage): void {
  self.postMessage(message);
}

async function obey({ request, stopFlag }: WorkerOrder): Promise<void> {
  const flag = new Int32Array(stopFlag);
  try {
    const outcome = await runTraining(request, labParts, {
      shouldStop: () => Atomics.load(flag, 0) !== 0,
      onRun: (run) => tell({ type: "run", run }),
      onEvent: (stored) => tell({ type: "event", stored }),
      onProgress: (progress) => tell({ type: "progress", progress }),
    });
    tell({ type: "done", outcome });
  } catch (error) {
    tell({ type: "failed", error: plainError(error) });
  }
}

self.onmessage = ({ data }: MessageEvent<WorkerOrder>) => obey(data);
