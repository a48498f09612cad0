/** The training worker, with the fake lab in place of the real one, and ways to break down. */
import { obeyOrder } from "../../src/runs/obey_order.ts";
import type { WorkerOrder } from "../../src/runs/worker_messages.ts";
import { fakeParts } from "./fake_lab.ts";

self.onmessage = async ({ data: order }: MessageEvent<WorkerOrder>) => {
  // A place where the request says how to break down, without a setting of its own.
  const { cacheDir } = order.request;
  if (cacheDir === "throw") throw new Error("thrown in the worker");
  if (cacheDir === "reject") setTimeout(() => Promise.reject(new Error("rejected there")));
  if (cacheDir === "hang") return;
  await obeyOrder(order, fakeParts);
};
