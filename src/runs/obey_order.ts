/** The worker's side of a training. What it trains with comes in as parts, as in session.ts. */
import { startMeter } from "./meter.ts";
import { runTraining, type SessionParts } from "./session.ts";
import { plainError, type WorkerMessage, type WorkerOrder } from "./worker_messages.ts";

function tell(message: WorkerMessage): void {
  self.postMessage(message);
}

/** Carries out an order and tells the main thread how it goes; its last message says how it ended. */
export async function obeyOrder(
  { request, stopFlag }: WorkerOrder,
  parts: SessionParts,
): Promise<void> {
  const flag = new Int32Array(stopFlag);
  try {
    const { meterWorker } = request;
    const measuring: Pick<SessionParts, "startMeter"> = meterWorker === undefined
      ? {}
      : { startMeter: (order, signal) => startMeter(meterWorker, order, signal) };
    const outcome = await runTraining(request, { ...parts, ...measuring }, {
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
