/** Generators of checkpoints, opened on the worker's device and kept while they are in use. */
import { openDevice } from "../../backends/open.ts";
import { DeviceError, probeDevice } from "../../backends/probe.ts";
import { type ImageBatch, toByte } from "../../core/images.ts";
import type { DeviceInfo } from "../../core/protocol.ts";
import type { Generator } from "../../latent/generator.ts";
import { openGenerator } from "../../runs/open_generator.ts";
import type { RunStore } from "../../runs/store.ts";
import { Kept } from "../../core/kept.ts";
import {
  type CheckpointRef,
  type GeneratorShape,
  type ImageBytes,
  ServiceError,
  type ServiceSettings,
} from "./messages.ts";

/** A 64-pixel generator of the paper's width takes 14 MB. */
const GENERATORS_KEPT = 6;

/** What `choice` names; for null simd, or cpu where simd cannot run. A GPU may be training: it is taken by name alone. */
async function chooseDevice(choice: ServiceSettings["backend"]): Promise<DeviceInfo> {
  if (choice !== null) return await probeDevice(choice);
  try {
    return await probeDevice("simd");
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return await probeDevice("cpu");
  }
}

/** Opens the device for the worker. */
export async function openServiceDevice(
  { backend, threads }: ServiceSettings,
): Promise<DeviceInfo> {
  const device = await chooseDevice(backend);
  await openDevice(device, { threads });
  return device;
}

/** Draws what orders ask for. Disposing frees every network. */
export class Generators implements Disposable {
  readonly #store: RunStore;
  readonly #open = new Kept<Generator>(GENERATORS_KEPT);

  constructor(store: RunStore) {
    this.#store = store;
  }

  async describe(checkpoint: CheckpointRef): Promise<GeneratorShape> {
    const { latentDim, size, channels } = await this.#generator(checkpoint);
    return { latentDim, size, channels };
  }

  async draw(
    checkpoint: CheckpointRef,
    latents: Float32Array<ArrayBuffer>,
  ): Promise<ImageBytes> {
    const { pixels, ...rest } = await this.images(checkpoint, latents);
    return { ...rest, pixels: Uint8Array.from(pixels, toByte) };
  }

  /** As `draw`, in [-1, 1]. */
  async images(
    checkpoint: CheckpointRef,
    latents: Float32Array<ArrayBuffer>,
  ): Promise<ImageBatch> {
    const generator = await this.#generator(checkpoint);
    return await generator.draw({ values: latents, count: latents.length / generator.latentDim });
  }

  #generator({ run: id, step, weights, sha256 }: CheckpointRef): Promise<Generator> {
    return this.#open.get(`${sha256} ${weights}`, async () => {
      using run = this.#store.open(id);
      try {
        return await openGenerator(run, step, weights);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new ServiceError("unusable", error.message, { cause: error });
      }
    });
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }
}
