/** Enlarges for the server, in a worker of its own. Loads no TensorFlow.js. */
import type { EnlargeScale, PictureInfo } from "../../core/enlarge_protocol.ts";
import { sha256Hex } from "../../core/fs.ts";
import type { EnlargerRef, Orders, ReadyPicture, ServiceSettings } from "./messages.ts";
import { OrderedWorker, type WorkerOptions } from "./ordered_worker.ts";
import { OrderQueue } from "./order_queue.ts";
import { type EnlargedPicture, PictureShelf, type ShelvedPicture } from "./picture_shelf.ts";
import { SharedWork } from "./shared_work.ts";

/** Requests that may wait; more are refused. */
const LONGEST_QUEUE = 32;
/** What pictures and results take together, as PNG. */
const MOST_BYTES = 512 * 2 ** 20;
/** Digits of a sha256 that name a picture. */
const ID_LENGTH = 20;
/** An order is silent for as long as its slowest tile, or comparing a large picture, takes. */
const DEFAULTS: WorkerOptions = {
  module: new URL("./worker.ts", import.meta.url),
  name: "enlarging",
  timeoutMs: 600_000,
  idleMs: 300_000,
  onNotice: (message) => console.warn(message),
};

/** How a picture is taken. */
export interface TakingOptions {
  readonly scale: EnlargeScale;
  /** Whether the picture is the truth, of which a small one is made. */
  readonly truth: boolean;
  readonly name?: string;
}

/** How far an enlargement has come, in tiles. */
export interface EnlargingProgress {
  readonly done: number;
  readonly total: number;
}

const keyOf = (enlarger: EnlargerRef) =>
  enlarger === "bicubic" ? enlarger : `${enlarger.run}@${enlarger.step} ${enlarger.sha256}`;

/** Holds pictures for a while, and enlarges them. Closing it ends the worker. */
export class EnlargingService implements Disposable {
  readonly #worker: OrderedWorker;
  /** A picture is taken while another is enlarged. */
  readonly #taking = new OrderQueue(LONGEST_QUEUE);
  readonly #enlarging = new OrderQueue(LONGEST_QUEUE);
  readonly #shelf: PictureShelf;
  readonly #underWay = new Map<string, SharedWork<EnlargingProgress, EnlargedPicture>>();

  /** Starts nothing. */
  constructor(
    settings: ServiceSettings,
    { mostBytes = MOST_BYTES, ...options }: Partial<WorkerOptions & { mostBytes: number }> = {},
  ) {
    this.#worker = new OrderedWorker(settings, { ...DEFAULTS, ...options });
    this.#shelf = new PictureShelf(mostBytes);
  }

  /** Whether the worker is up. */
  get running(): boolean {
    return this.#worker.running;
  }

  /** Enlargements that are under way or wait. */
  get working(): number {
    return this.#underWay.size;
  }

  /** Bytes of the pictures and results at hand. */
  get bytes(): number {
    return this.#shelf.bytes;
  }

  /**
   * Takes a picture file's bytes, or draws the example for null. Rejects with a ServiceError that says what is
   * wrong with a file that cannot be used.
   */
  async take(
    file: Uint8Array<ArrayBuffer> | null,
    { scale, truth, name }: TakingOptions,
    signal?: AbortSignal,
  ): Promise<PictureInfo> {
    const content = file === null ? "example" : await sha256Hex(file);
    const settings = new TextEncoder().encode(`${content} ${scale} ${truth}`);
    const id = (await sha256Hex(settings)).slice(0, ID_LENGTH);
    const picture = this.#shelf.get(id) ??
      shelved(id, scale, await this.#ready({ file, scale, truth }, signal));
    const info = name === undefined ? picture.info : { ...picture.info, name };
    this.#shelf.put({ ...picture, info });
    return info;
  }

  /** A picture at hand; null where it was forgotten. */
  picture(id: string): ShelvedPicture | null {
    return this.#shelf.get(id);
  }

  /** What an enlarger has made of a picture; null where it has not, or that was forgotten. */
  result(id: string, enlarger: EnlargerRef): EnlargedPicture | null {
    return this.#shelf.result(id, keyOf(enlarger));
  }

  /**
   * Enlarges a picture, or waits for whoever is at it already; the result stays at hand beside the picture.
   * The work ends when everyone who waits has left by their signal. Rejects with a ServiceError, or with
   * the signal's reason.
   */
  async enlarge(
    picture: ShelvedPicture,
    enlarger: EnlargerRef,
    onProgress: (progress: EnlargingProgress) => void,
    signal: AbortSignal,
  ): Promise<EnlargedPicture> {
    const known = this.result(picture.info.id, enlarger);
    if (known !== null) return known;
    const key = `${picture.info.id} ${keyOf(enlarger)}`;
    let work = this.#underWay.get(key);
    if (!work?.underWay) {
      const begun = work = this.#begin(picture, enlarger, () => {
        if (this.#underWay.get(key) === begun) this.#underWay.delete(key);
      });
      this.#underWay.set(key, work);
    }
    return await work.join(onProgress, signal);
  }

  #ready(asks: Orders["ready"]["asks"], signal?: AbortSignal): Promise<ReadyPicture> {
    return this.#taking.add(() => this.#worker.order("ready", asks), signal);
  }

  #begin(picture: ShelvedPicture, enlarger: EnlargerRef, ended: () => void) {
    const { info: { scale }, low, truth } = picture;
    return new SharedWork<EnlargingProgress, EnlargedPicture>(async (onProgress, signal) => {
      const order = () =>
        this.#worker.order("enlarge", { enlarger, scale, low, truth }, { onProgress, signal });
      try {
        const result = await this.#enlarging.add(order, signal);
        this.#shelf.putResult(picture, keyOf(enlarger), result);
        return result;
      } finally {
        ended();
      }
    });
  }

  /** Ends the worker; what is under way is rejected. */
  close(): void {
    this.#worker.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function shelved(id: string, scale: EnlargeScale, ready: ReadyPicture): ShelvedPicture {
  const { low, size, truth } = ready;
  return {
    info: { id, ...size, scale, truth: truth?.size ?? null },
    low,
    truth: truth?.png ?? null,
  };
}
