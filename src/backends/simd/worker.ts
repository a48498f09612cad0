/** A thread as a web worker. */
import { takePart } from "./take_part.ts";
import type { WorkerStart } from "./threads.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerStart>) => void;
  postMessage(message: "ready"): void;
  close(): void;
};

scope.onmessage = ({ data }) => {
  takePart(data, () => scope.postMessage("ready"));
  scope.close();
};
