/** Drawing in this browser, seen from the page: a worker, what is ordered of it, and how it fails. */
import { layersModelUrl } from "../api.ts";
import { Refused, Unreachable } from "../transport.ts";
import { type CheckpointRef, type Device, DeviceFailure, type DrawnImages } from "./device.ts";
import type { GeneratorShape } from "./device.ts";
import type {
  Answer,
  BrowserKind,
  Failure,
  Order,
  OrderName,
  Orders,
  WorkerSettings,
} from "./messages.ts";

/** The worker's program and what it loads, as the server has them. */
const ASSETS = "/assets/";
const PROGRAM = "generator.js";
/** A device that says nothing for so long hangs: opening compiles kernels, and first drawings do. */
const TIMEOUT_MS = 60_000;

interface Pending {
  readonly resolve: (gives: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What was tried and not taken, beside the device. */
export interface Opening {
  /** null where no device works. */
  readonly device: Device | null;
  readonly passedOver: readonly string[];
}

/** One worker on one device, until it fails or is closed. */
export class BrowserDevice implements Device {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #failure: DeviceFailure | null = null;

  private constructor(readonly kind: BrowserKind, readonly name: string, worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message || "its worker broke down");
    };
  }

  /**
   * Starts a worker on the first of `kinds` that works. A GPU that runs on the processor is taken only
   * as `byName`. Never rejects.
   */
  static async open(
    kinds: readonly BrowserKind[],
    byName: BrowserKind | null,
  ): Promise<Opening> {
    const all = kinds.join(", ");
    try {
      const worker = new Worker(ASSETS + PROGRAM, { type: "module" });
      return await BrowserDevice.#begin(worker, { kinds, byName, assets: absolute(ASSETS) });
    } catch (error) {
      return { device: null, passedOver: [`${all}: ${(error as Error).message}`] };
    }
  }

  static #begin(worker: Worker, settings: WorkerSettings): Promise<Opening> {
    const all = settings.kinds.join(", ");
    const { promise, resolve } = Promise.withResolvers<Opening>();
    const refuse = (passedOver: readonly string[]) => {
      worker.terminate();
      resolve({ device: null, passedOver });
    };
    const timer = setTimeout(() => refuse([`${all}: no answer in a minute`]), TIMEOUT_MS);
    worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message || "its program cannot be loaded"; // browsers do not tell
      refuse([`${all}: ${why}`]);
    };
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.type === "none") refuse(data.passedOver);
      else if (data.type === "opened") {
        const { kind, name, passedOver } = data;
        resolve({ device: new BrowserDevice(kind, name, worker), passedOver });
      }
    };
    worker.postMessage(settings);
    return promise.finally(() => clearTimeout(timer));
  }

  describe(checkpoint: CheckpointRef): Promise<GeneratorShape> {
    return this.#order("describe", modelOf(checkpoint));
  }

  draw(checkpoint: CheckpointRef, latents: Float32Array, count: number): Promise<DrawnImages> {
    const copy = new Float32Array(latents); // the caller goes on with its own
    return this.#order("draw", { ...modelOf(checkpoint), latents: copy, count }, [copy.buffer]);
  }

  async prepare(checkpoint: CheckpointRef): Promise<void> {
    await this.#order("prepare", modelOf(checkpoint));
  }

  memory(): Promise<Orders["memory"]["gives"]> {
    return this.#order("memory", null);
  }

  close(): void {
    this.#fail("it was closed");
  }

  #order<Name extends OrderName>(
    name: Name,
    asks: Orders[Name]["asks"],
    transfer: Transferable[] = [],
  ): Promise<Orders[Name]["gives"]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Orders[Name]["gives"]>();
    const timer = setTimeout(() => this.#fail("no answer in a minute"), TIMEOUT_MS);
    this.#pending.set(id, { resolve: resolve as Pending["resolve"], reject });
    this.#worker.postMessage({ id, name, asks } as Order, transfer);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#pending.delete(id);
    });
  }

  #hear(answer: Answer): void {
    switch (answer.type) {
      case "done":
        return this.#pending.get(answer.id)?.resolve(answer.gives);
      case "failed":
        return this.#pending.get(answer.id)?.reject(this.#errorOf(answer.failure));
      case "lost":
        return this.#fail(answer.message);
      case "opened":
      case "none":
        return; // said once, before
      default:
        answer satisfies never;
    }
  }

  #errorOf(failure: Failure): Error {
    switch (failure.fault) {
      case "refused":
        return new Refused(failure.status, failure.message);
      case "unreachable":
        return new Unreachable(null);
      case "device":
        return new DeviceFailure(this.kind, failure.message);
      default:
        return failure satisfies never;
    }
  }

  /** Ends the worker; what is under way goes to another device. */
  #fail(why: string): void {
    this.#worker.terminate();
    this.#failure ??= new DeviceFailure(this.kind, why);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
  }
}

/** The server passes the version over; the worker keeps networks by the whole address. */
function modelOf({ run, step, weights, version }: CheckpointRef) {
  const url = layersModelUrl(run, step, weights);
  return { model: absolute(version === undefined ? url : `${url}?v=${version}`) };
}

/** For a worker, whose own address is another. */
const absolute = (path: string) => new URL(path, location.href).href;
