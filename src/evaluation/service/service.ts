/** Draws for the server, in a worker: no kernel runs on the thread that serves. Loads no TensorFlow.js. */
import type { Direction } from "../../latent/directions/direction.ts";
import {
  type CheckpointRef,
  type GeneratorShape,
  type ImageBytes,
  type Orders,
  ServiceError,
  type ServiceSettings,
} from "./messages.ts";
import { OrderedWorker, type WorkerOptions } from "./ordered_worker.ts";
import { OrderQueue } from "./order_queue.ts";

/** Images in one order: what a newer request waits for, at most. */
const IMAGES_AN_ORDER = 32;
/** Requests that may wait; more are refused. */
const LONGEST_QUEUE = 64;
/** Shapes kept at hand. */
const SHAPES_KEPT = 256;
const DEFAULTS: WorkerOptions = {
  module: new URL("./worker.ts", import.meta.url),
  name: "drawing",
  timeoutMs: 120_000,
  idleMs: 300_000,
  onNotice: (message) => console.warn(message),
};

/** Closing it ends the worker. */
export class GeneratorService implements Disposable {
  readonly #worker: OrderedWorker;
  /** Drawing waits for drawing alone, and reading pictures for the same. */
  readonly #drawing = new OrderQueue(LONGEST_QUEUE);
  readonly #reading = new OrderQueue(LONGEST_QUEUE);
  readonly #shapes = new Map<string, GeneratorShape>();

  /** Starts nothing. */
  constructor(settings: ServiceSettings, options: Partial<WorkerOptions> = {}) {
    this.#worker = new OrderedWorker(settings, { ...DEFAULTS, ...options });
  }

  /** Whether the worker is up. */
  get running(): boolean {
    return this.#worker.running;
  }

  /** What a generator takes and gives. Rejects with a ServiceError where it cannot be opened. */
  async describe(checkpoint: CheckpointRef, signal?: AbortSignal): Promise<GeneratorShape> {
    const key = checkpoint.sha256 + checkpoint.weights;
    const known = this.#shapes.get(key);
    if (known) return known;
    const order = () => this.#worker.order("describe", { checkpoint });
    const shape = await this.#drawing.add(order, signal);
    this.#shapes.set(key, shape);
    if (this.#shapes.size > SHAPES_KEPT) this.#shapes.delete(this.#shapes.keys().next().value!);
    return shape;
  }

  /**
   * Draws images of latents, [B, Z] row-major: some at a time, so that others get their turn in between
   * and little is drawn for a client that has gone. Rejects with a ServiceError where they cannot be drawn.
   */
  async draw(
    checkpoint: CheckpointRef,
    latents: Float32Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<ImageBytes> {
    const { latentDim: Z, size, channels } = await this.describe(checkpoint, signal);
    if (latents.length === 0 || latents.length % Z !== 0) {
      throw new ServiceError(
        "unusable",
        `Cannot draw of ${latents.length} numbers: expected latents [B, ${Z}], ${Z} numbers an image`,
      );
    }
    const count = latents.length / Z;
    const length = size * size * channels;
    const pixels = new Uint8Array(count * length);
    for (let from = 0; from < count; from += IMAGES_AN_ORDER) {
      const some = latents.slice(from * Z, (from + IMAGES_AN_ORDER) * Z);
      const asks = { checkpoint, latents: some };
      const order = () => this.#worker.order("draw", asks, { transfer: [some.buffer] });
      const drawn = await this.#drawing.add(order, signal);
      pixels.set(drawn.pixels, from * length);
    }
    return { pixels, count, size, channels };
  }

  /** A picture of a run's dataset as PNG. Rejects with a ServiceError where the dataset has changed. */
  async picture(
    run: string,
    index: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const order = () => this.#worker.order("picture", { run, index });
    const { png } = await this.#reading.add(order, signal);
    return png;
  }

  /**
   * Training pictures like what is drawn of a latent, [Z]. Works for less than a second and says how far it
   * came; asked again, it goes on from there.
   */
  neighbours(
    asks: Orders["neighbours"]["asks"],
    signal?: AbortSignal,
  ): Promise<Orders["neighbours"]["gives"]> {
    return this.#reading.add(() => this.#worker.order("neighbours", asks), signal);
  }

  /** The directions stored for a checkpoint, and SeFa's. */
  async directions(
    asks: Orders["directions"]["asks"],
    signal?: AbortSignal,
  ): Promise<readonly Direction[]> {
    const order = () => this.#worker.order("directions", asks);
    const { directions } = await this.#reading.add(order, signal);
    return directions;
  }

  /** Ends the worker; what is under way is rejected. */
  close(): void {
    this.#worker.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
