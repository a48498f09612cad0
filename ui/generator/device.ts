/** What every way of drawing has in common. */
import type { CheckpointInfo } from "../../src/core/protocol.ts";

/** Which generator draws: of a run's checkpoint, the averaged weights or those of the last update. */
export interface CheckpointRef {
  readonly run: string;
  readonly step: number;
  readonly weights: "ema" | "raw";
  /** Tells apart weights that lay at one step one after the other, as a resumed run may write it anew. */
  readonly version?: string;
}

/** A checkpoint's file that holds the weights. */
const GENERATOR_FILE = "generator.safetensors";
/** How much of its hash tells weights apart. */
const VERSION_LENGTH = 16;

/** The checkpoint of a run's `step`, by the list of its checkpoints. */
export function checkpointRef(
  { run, step, weights }: CheckpointRef,
  checkpoints: readonly CheckpointInfo[],
): CheckpointRef {
  const files = checkpoints.find((checkpoint) => checkpoint.step === step)?.files;
  const hash = files?.find(({ name }) => name === GENERATOR_FILE)?.sha256;
  const version = hash === undefined ? {} : { version: hash.slice(0, VERSION_LENGTH) };
  return { run, step, weights, ...version };
}

/** Latents [B, Z] in, images [B, H, H, C] out. */
export interface GeneratorShape {
  readonly latentDim: number;
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly channels: number;
}

/** Images as canvases take them. */
export interface DrawnImages {
  /** RGBA, [B, H, H, 4] row-major. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly count: number;
  /** Side of the images, in pixels. */
  readonly size: number;
}

/** Where drawing is done. */
export interface Device {
  readonly kind: "webgpu" | "webgl" | "wasm" | "server";
  /** What a person calls it. */
  readonly name: string;
  describe(checkpoint: CheckpointRef, signal?: AbortSignal): Promise<GeneratorShape>;
  /** Draws latents, [count, Z], which stay the caller's. */
  draw(
    checkpoint: CheckpointRef,
    latents: Float32Array,
    count: number,
    signal: AbortSignal,
  ): Promise<DrawnImages>;
  /** Makes ready to draw, so that the first drawing does not wait. */
  prepare(checkpoint: CheckpointRef): Promise<void>;
  close(): void;
}

/** The device does not work, or no longer: another one may. */
export class DeviceFailure extends Error {
  override readonly name = "DeviceFailure";
  constructor(readonly kind: Device["kind"], why: string) {
    super(`Cannot draw on ${kind}: ${why}`);
  }
}

/** Spreads 8-bit grey or colour, [B, H, H, C] row-major, to opaque RGBA. */
export function toRgba(bytes: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const places = bytes.length / channels;
  const rgba = new Uint8ClampedArray(4 * places);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let i = 0; i < places; i++) {
    const from = i * channels;
    rgba[4 * i] = bytes[from]!;
    rgba[4 * i + 1] = bytes[from + green]!;
    rgba[4 * i + 2] = bytes[from + blue]!;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
