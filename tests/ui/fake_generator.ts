/** A generator that paints its latents' first numbers, as soon as the test lets it. */
import { signal } from "@preact/signals";
import type {
  ActiveDevice,
  CheckpointRef,
  DeviceChoice,
  DrawnImages,
  DrawOptions,
  GeneratorClient,
  GeneratorShape,
} from "../../ui/generator/client.ts";

/** One call of `draw`. */
export interface FakeDrawing {
  readonly checkpoint: CheckpointRef;
  readonly latents: Float32Array;
  readonly count: number;
  readonly options: DrawOptions;
  /** Gives the images, or fails. */
  finish(error?: unknown): void;
}

/** The first byte of an image whose latent begins with `value`. */
export function paintOf(value: number): number {
  return Math.round(128 + 30 * value);
}

/** Answers at once while `patient` is false; else when the test finishes `drawings`. */
export class FakeGenerator implements GeneratorClient {
  readonly device = signal<ActiveDevice | null>(null);
  readonly choice = signal<DeviceChoice>("auto");
  readonly drawings: FakeDrawing[] = [];
  shape: GeneratorShape | Error = { latentDim: 4, size: 8, channels: 3 };
  failure: unknown = null;
  patient = false;
  closed = false;

  describe(): Promise<GeneratorShape> {
    const { shape } = this;
    return shape instanceof Error ? Promise.reject(shape) : Promise.resolve(shape);
  }

  draw(
    checkpoint: CheckpointRef,
    latents: Float32Array,
    count: number,
    options: DrawOptions = {},
  ): Promise<DrawnImages> {
    const { promise, resolve, reject } = Promise.withResolvers<DrawnImages>();
    const copy = latents.slice();
    const finish = (error?: unknown) =>
      error === undefined ? resolve(painted(copy, count)) : reject(error);
    options.signal?.addEventListener("abort", () => reject(options.signal!.reason));
    this.drawings.push({ checkpoint, latents: copy, count, options, finish });
    if (this.failure !== null) finish(this.failure);
    else if (!this.patient) finish();
    return promise;
  }

  /** Checkpoints that were to be opened ahead. */
  prepared: readonly CheckpointRef[] = [];

  prepare(checkpoints: readonly CheckpointRef[]): void {
    this.prepared = checkpoints;
  }

  close(): void {
    this.closed = true;
  }

  /** The newest call. */
  get last(): FakeDrawing {
    return this.drawings.at(-1)!;
  }

  /** Images drawn so far. */
  get imagesAsked(): number {
    return this.drawings.reduce((sum, { count }) => sum + count, 0);
  }
}

function painted(latents: Float32Array, count: number): DrawnImages {
  const size = 8;
  const length = size * size * 4;
  const Z = latents.length / count;
  const pixels = new Uint8ClampedArray(count * length);
  for (let i = 0; i < count; i++) {
    pixels.fill(paintOf(latents[i * Z]!), i * length, (i + 1) * length);
  }
  return { pixels, count, size };
}
