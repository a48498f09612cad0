/** The worker that trains, so that no kernel ever blocks the thread that serves and draws. */
import { labParts } from "./lab.ts";
import { obeyOrder } from "./obey_order.ts";
import type { WorkerOrder } from "./worker_messages.ts";

self.onmessage = ({ data }: MessageEvent<WorkerOrder>) => obeyOrder(data, labParts);
