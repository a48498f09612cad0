/** Drawing what generators of checkpoints make of latents: in this browser where it can, else on the server. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Memory, remembered } from "../state/preferences.ts";
import type { CheckpointRef, DrawnImages, GeneratorShape } from "./device.ts";
import {
  type ActiveDevice,
  browserSources,
  DEVICE_CHOICES,
  DeviceChain,
  type DeviceChoice,
  type DeviceSources,
} from "./device_chain.ts";
import { DrawQueue, type WaitOptions } from "./draw_queue.ts";
import { ServerDevice } from "./server_device.ts";

export { type CheckpointRef, checkpointRef } from "./device.ts";
export type { DrawnImages, GeneratorShape } from "./device.ts";
export { type ActiveDevice, DEVICE_CHOICES, type DeviceChoice } from "./device_chain.ts";

/** How a drawing is asked for. */
export type DrawOptions = WaitOptions;

/** Draws, for the whole page. */
export interface GeneratorClient {
  /** null until the first drawing has chosen one. */
  readonly device: ReadonlySignal<ActiveDevice | null>;
  /** The reader's wish, remembered by this browser. Setting it tries anew what failed. */
  readonly choice: Signal<DeviceChoice>;
  /** What the checkpoint's generator takes and gives. Rejects with `Refused` or `Unreachable`. */
  describe(checkpoint: CheckpointRef): Promise<GeneratorShape>;
  /**
   * Draws `count` images of latents, [count, Z] row-major, which stay the caller's. Rejects with an
   * AbortError when dropped or aborted, with `Refused` where the checkpoint cannot be drawn, and with
   * `Unreachable` where the server is gone.
   */
  draw(
    checkpoint: CheckpointRef,
    latents: Float32Array,
    count: number,
    options?: DrawOptions,
  ): Promise<DrawnImages>;
  /**
   * Opens generators that will soon be drawn with, such as a slider's neighbouring steps, one after
   * another. A newer call takes the place of what an older one has left.
   */
  prepare(checkpoints: readonly CheckpointRef[]): void;
  /** Lets go of everything; what is under way rejects with an AbortError. */
  close(): void;
}

/** A client that remembers the reader's choice in `memory`. It fetches and starts nothing before it is asked. */
export function createGeneratorClient(
  memory: Memory,
  sources: DeviceSources = browserSources(new ServerDevice()),
): GeneratorClient {
  const choice = remembered<DeviceChoice>(
    memory,
    "generator-device",
    "auto",
    (value) => DEVICE_CHOICES.find((known) => known === value),
  );
  const device = signal<ActiveDevice | null>(null);
  const chain = new DeviceChain(choice.peek(), sources, (active) => device.value = active);
  const forget = choice.subscribe((wish) => chain.choose(wish));
  const queue = new DrawQueue();
  const preparing = new Preparing((checkpoint) =>
    chain.use((drawing) => drawing.prepare(checkpoint))
  );
  return {
    device,
    choice,
    describe: (checkpoint) => chain.use((drawing) => drawing.describe(checkpoint)),
    draw: (checkpoint, latents, count, options) =>
      queue.add(
        (signal) => chain.use((drawing) => drawing.draw(checkpoint, latents, count, signal)),
        options,
      ),
    prepare: (checkpoints) => preparing.next(checkpoints),
    close() {
      forget();
      preparing.next([]);
      queue.close();
      chain.close();
    },
  };
}

/** Checkpoints that are opened ahead, one at a time. */
class Preparing {
  readonly #prepare: (checkpoint: CheckpointRef) => Promise<void>;
  #left: readonly CheckpointRef[] = [];
  #busy = false;

  constructor(prepare: (checkpoint: CheckpointRef) => Promise<void>) {
    this.#prepare = prepare;
  }

  next(checkpoints: readonly CheckpointRef[]): void {
    this.#left = checkpoints;
    if (!this.#busy) void this.#goOn();
  }

  async #goOn(): Promise<void> {
    this.#busy = true;
    for (let next = this.#left[0]; next !== undefined; next = this.#left[0]) {
      this.#left = this.#left.slice(1);
      try {
        await this.#prepare(next);
      } catch {
        // Who draws with it will be told why it cannot be opened.
      }
    }
    this.#busy = false;
  }
}
