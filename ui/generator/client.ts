/** Drawing what generators of checkpoints make of latents: in this browser where it can, else on the server. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { remembered } from "../state/preferences.ts";
import type { Memory } from "../state/preferences.ts";
import type { CheckpointRef, DrawnImages, GeneratorShape } from "./device.ts";
import { DrawQueue } from "./draw_queue.ts";
import { ServerDevice } from "./server_device.ts";

export type { CheckpointRef, DrawnImages, GeneratorShape } from "./device.ts";

/** What a reader may ask for; `auto` takes the fastest that works. */
export const DEVICE_CHOICES = ["auto", "webgpu", "webgl", "wasm", "server"] as const;
/** One of `DEVICE_CHOICES`. */
export type DeviceChoice = typeof DEVICE_CHOICES[number];

/** What draws at present. */
export interface ActiveDevice {
  readonly kind: Exclude<DeviceChoice, "auto">;
  /** What a person calls it. */
  readonly name: string;
}

/** How a drawing is asked for. */
export interface DrawOptions {
  /**
   * A newer drawing of the same lane drops older ones that have not begun: their promises reject with an
   * AbortError. A slider has a lane of its own; without a lane nothing is dropped.
   */
  readonly lane?: string;
  readonly signal?: AbortSignal;
}

/** Draws, for the whole page. */
export interface GeneratorClient {
  /** null until the first drawing has chosen one. */
  readonly device: ReadonlySignal<ActiveDevice | null>;
  /** The reader's wish, remembered by this browser. */
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
  /** Lets go of everything; what is under way rejects with an AbortError. */
  close(): void;
}

/** A client that remembers the reader's choice in `memory`. It fetches and starts nothing before it is asked. */
export function createGeneratorClient(memory: Memory): GeneratorClient {
  const choice = remembered<DeviceChoice>(
    memory,
    "generator-device",
    "auto",
    (value) => DEVICE_CHOICES.find((known) => known === value),
  );
  const device = signal<ActiveDevice | null>(null);
  const server = new ServerDevice();
  const queue = new DrawQueue();
  return {
    device,
    choice,
    describe: (checkpoint) => server.describe(checkpoint),
    draw(checkpoint, latents, count, options = {}) {
      const work = (aborted: AbortSignal) => {
        device.value = { kind: "server", name: "the lab's server" };
        return server.draw(checkpoint, latents, count, aborted);
      };
      return queue.add(work, options);
    },
    close: () => queue.close(),
  };
}
