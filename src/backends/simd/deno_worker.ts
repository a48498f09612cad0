/** A thread as a worker of Node's kind. */
import { parentPort } from "node:worker_threads";
import { takePart } from "./take_part.ts";
import type { WorkerStart } from "./threads.ts";

parentPort!.once("message", (start: WorkerStart) => {
  takePart(start, () => parentPort!.postMessage("ready"));
});
