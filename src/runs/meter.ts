/**
 * Measures checkpoints beside training, in a worker of its own. The training thread asks it for one
 * checkpoint at a time and looks between steps for what has come in; it never waits, and what it trains
 * does not depend on any of it.
 */
import { type MessagePort as NodePort, receiveMessageOnPort } from "node:worker_threads";
import type { DeviceInfo } from "../core/protocol.ts";
import type { Metering } from "../experiments/experiment.ts";
import { type PlainError, revivedError } from "./worker_messages.ts";

/** How a meter measures. Plain data: it goes to the worker as it is. */
export interface MeterOrder extends Metering {
  readonly runsDir: string;
  readonly cacheDir: string;
  /** What training computes on. */
  readonly device: DeviceInfo;
  readonly exactConv: boolean;
}

/** What the worker is told: how, once, with where to report; then checkpoints one by one. */
export type MeterMessage =
  | { readonly type: "begin"; readonly order: MeterOrder; readonly reports: MessagePort }
  | { readonly type: "measure"; readonly run: string; readonly step: number };

/** What the worker reports, told apart by `type`. */
export type MeterReport =
  /** It can measure; `deciding` is the name of the metric that decides. */
  | { readonly type: "ready"; readonly deciding: string }
  /** It cannot, and why: nothing else follows. */
  | { readonly type: "refused"; readonly error: PlainError }
  | {
    readonly type: "measured";
    readonly step: number;
    readonly figures: readonly { readonly name: string; readonly value: number }[];
  }
  | { readonly type: "failed"; readonly step: number; readonly message: string }
  /** The worker is gone. */
  | { readonly type: "broken"; readonly message: string };

/** What a training needs of whatever measures its checkpoints. */
export interface Meter extends Disposable {
  /** The name of the metric that decides which checkpoint is best. */
  readonly deciding: string;
  /** Asks for a checkpoint; the one before must have been reported on. */
  measure(run: string, step: number): void;
  /** What has come in since the last call. Never waits. */
  poll(): readonly MeterReport[];
}

const POLL_EVERY_MS = 20;

/** Lets other work of this thread run, messages among it. */
export function pause(milliseconds: number = POLL_EVERY_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A meter in a worker. Disposing ends the worker at once, whatever it is at. */
class WorkerMeter implements Meter {
  deciding = "";
  readonly #worker: Worker;
  readonly #reports: MessagePort;
  #broken: string | null = null;
  #toldBroken = false;

  constructor(module: string, order: MeterOrder) {
    const channel = new MessageChannel();
    this.#reports = channel.port1;
    this.#worker = new Worker(module, { type: "module", name: "meter" });
    this.#worker.onerror = (event) => {
      event.preventDefault(); // or it would end the training too
      this.#broken = event.message;
    };
    const begin: MeterMessage = { type: "begin", order, reports: channel.port2 };
    this.#worker.postMessage(begin, [channel.port2]);
  }

  measure(run: string, step: number): void {
    const message: MeterMessage = { type: "measure", run, step };
    this.#worker.postMessage(message);
  }

  poll(): readonly MeterReport[] {
    const reports: MeterReport[] = [];
    for (;;) {
      // Taken from the port, as a busy training thread gets to no event of its own between steps.
      const received = receiveMessageOnPort(this.#reports as unknown as NodePort);
      if (received === undefined) break;
      reports.push(received.message as MeterReport);
    }
    if (this.#broken !== null && !this.#toldBroken) {
      this.#toldBroken = true;
      reports.push({ type: "broken", message: this.#broken });
    }
    return reports;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#reports.close();
  }
}

/**
 * Starts the worker of `module`, an address, and waits until it can measure. Rejects with what it
 * refused the order for, with an Error where it broke down, and with the signal's reason.
 */
export async function startMeter(
  module: string,
  order: MeterOrder,
  signal: AbortSignal,
): Promise<Meter> {
  const meter = new WorkerMeter(module, order);
  try {
    for (;; await pause()) {
      signal.throwIfAborted();
      for (const report of meter.poll()) {
        if (report.type === "ready") {
          meter.deciding = report.deciding;
          return meter;
        }
        if (report.type === "refused") throw revivedError(report.error);
        if (report.type === "broken") {
          throw new Error(`The worker that measures checkpoints broke down: ${report.message}`);
        }
      }
    }
  } catch (error) {
    meter[Symbol.dispose]();
    throw error;
  }
}
