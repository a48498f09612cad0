/** The page's worker that draws: TensorFlow.js on a GPU or on the processor. Bundled by itself, loaded on need. */
import { Refused, Unreachable } from "../transport.ts";
import type { Answer, Failure, Order, Orders, WorkerSettings } from "./messages.ts";
import { tf } from "./model.ts";
import { Networks } from "./networks.ts";
import { openFirst } from "./open_device.ts";

type Gives = Orders[Order["name"]]["gives"];

const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerSettings>) => void;
  postMessage(answer: Answer, transfer?: Transferable[]): void;
};
const networks = new Networks();

function obey({ name, asks }: Order): Promise<Gives> {
  switch (name) {
    case "describe":
      return networks.describe(asks.model);
    case "draw":
      return networks.draw(asks.model, asks.latents, asks.count);
    case "prepare":
      return networks.prepare(asks.model);
    case "memory": {
      const { numTensors: tensors, numBytes: bytes } = tf.memory();
      return Promise.resolve({ tensors, bytes });
    }
    default:
      return name satisfies never;
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Unreachable) return { fault: "unreachable" };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refused) return { fault: "refused", status: error.status, message };
  return { fault: "device", message };
}

async function answer(order: Order): Promise<void> {
  try {
    const gives = await obey(order);
    const moved = gives !== null && "pixels" in gives ? [gives.pixels.buffer] : [];
    scope.postMessage({ type: "done", id: order.id, gives }, moved);
  } catch (error) {
    scope.postMessage({ type: "failed", id: order.id, failure: failureOf(error) });
  }
}

scope.onmessage = async ({ data }) => {
  const opened = await openFirst(data, (message) => scope.postMessage({ type: "lost", message }));
  self.onmessage = ({ data: order }: MessageEvent<Order>) => void answer(order);
  const { kind, passedOver } = opened;
  if (kind === null) scope.postMessage({ type: "none", passedOver });
  else scope.postMessage({ type: "opened", kind, name: opened.name, passedOver });
};
