/** A service's worker, seen from the thread that serves: started by the first order, ended when long idle. */
import type { Preparation } from "../../../data/dataset.ts";
import {
  type Answer,
  type Cancellation,
  type Order,
  type OrderName,
  type Orders,
  ServiceError,
  type ServiceSettings,
} from "./messages.ts";

/** How a worker is treated. */
export interface WorkerOptions {
  /** What it runs, and what it is called in tools that list threads. */
  readonly module: URL;
  readonly name: string;
  /** An order without a sign of life for so long is given up, and the worker ended with it. */
  readonly timeoutMs: number;
  /** Without an order for so long it is ended: the memory of kernels never shrinks. */
  readonly idleMs: number;
  /** Told what a person should know, though nothing failed over it. */
  readonly onNotice: (message: string) => void;
}

interface Pending {
  readonly resolve: (gives: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly alive: (progress: Preparation) => void;
}

/** Starts its worker anew after each end; only `close` is for good. */
export class OrderedWorker {
  readonly #settings: ServiceSettings;
  readonly #options: WorkerOptions;
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | null = null;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;
  /** Whether the worker met a fault of its own: it is ended when nobody waits for it. */
  #broken = false;
  #closed = false;

  constructor(settings: ServiceSettings, options: WorkerOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** Whether the worker is up. */
  get running(): boolean {
    return this.#thread !== null;
  }

  /**
   * Rejects with a ServiceError: of the worker, or because it broke down or fell silent. Once `signal` is
   * aborted the worker is told; the promise settles when it has stopped, so that what follows has it alone.
   */
  order<Name extends OrderName>(
    name: Name,
    asks: Orders[Name]["asks"],
    { transfer = [], onProgress, signal }: {
      readonly transfer?: Transferable[];
      readonly onProgress?: (progress: Preparation) => void;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Orders[Name]["gives"]> {
    if (this.#closed) return Promise.reject(new ServiceError("device", "The server is closing"));
    clearTimeout(this.#idleTimer);
    const id = ++this.#lastId;
    const { timeoutMs } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<Orders[Name]["gives"]>();
    const silence = `Gave up waiting for "${name}" after ${timeoutMs / 1000} s`;
    const giveUp = () => this.#end(new ServiceError("device", silence));
    let timer = setTimeout(giveUp, timeoutMs);
    const alive = (progress: Preparation) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeoutMs);
      onProgress?.(progress);
    };
    this.#pending.set(id, { resolve: resolve as Pending["resolve"], reject, alive });
    this.#start().postMessage({ id, name, asks } as Order, transfer);
    const cancel = () => this.#thread?.postMessage({ cancel: id } satisfies Cancellation);
    signal?.addEventListener("abort", cancel, { once: true });
    return promise.finally(() => {
      signal?.removeEventListener("abort", cancel);
      clearTimeout(timer);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#rest();
    });
  }

  /** Ends the worker; orders under way and later ones are rejected. */
  close(): void {
    this.#closed = true;
    this.#end(new ServiceError("device", "The server is closing"));
  }

  #start(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.#options.module, {
      type: "module",
      name: this.#options.name,
    });
    this.#thread = thread;
    thread.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    thread.onerror = (event) => {
      event.preventDefault(); // or it would end this thread too
      const place = event.filename ? ` (${event.filename}:${event.lineno})` : "";
      this.#end(
        new ServiceError(
          "bug",
          `The ${this.#options.name} worker broke down: ${event.message}${place}`,
        ),
      );
    };
    thread.postMessage(this.#settings);
    return thread;
  }

  #hear(answer: Answer): void {
    if (answer.type === "notice") return this.#options.onNotice(answer.message);
    const pending = this.#pending.get(answer.id);
    switch (answer.type) {
      case "done":
        return pending?.resolve(answer.gives);
      case "progress":
        return pending?.alive(answer.progress);
      case "failed":
        this.#broken ||= answer.fault === "bug" || answer.fault === "device";
        return pending?.reject(new ServiceError(answer.fault, answer.message));
      default:
        answer satisfies never;
    }
  }

  /** Ends the worker when it has been idle for long; at once where another one would do better. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    if (this.#thread === null) return;
    if (this.#broken) return this.#end(null);
    const timer = setTimeout(() => this.#end(null), this.#options.idleMs);
    Deno.unrefTimer(timer);
    this.#idleTimer = timer;
  }

  #end(why: ServiceError | null): void {
    clearTimeout(this.#idleTimer);
    this.#thread?.terminate();
    this.#thread = null;
    this.#broken = false;
    for (const { reject } of this.#pending.values()) reject(why);
  }
}
