/** Drawing on the server, for browsers that cannot. */
import { imagesUrl, shapeUrl } from "../api.ts";
import { getJson, octets, request } from "../http.ts";
import { type CheckpointRef, type Device, type DrawnImages, toRgba } from "./device.ts";
import type { GeneratorShape } from "./device.ts";

/** Images in one request; the server refuses more. */
const MOST_IMAGES = 256;

/** Keeps nothing open. */
export class ServerDevice implements Device {
  readonly kind = "server";
  readonly name = "the lab's server";

  describe(checkpoint: CheckpointRef, signal?: AbortSignal): Promise<GeneratorShape> {
    return getJson(shapeUrl(checkpoint), signal);
  }

  /** Draws [count, Z]; in several requests where there are many. */
  async draw(
    checkpoint: CheckpointRef,
    latents: Float32Array,
    count: number,
    signal: AbortSignal,
  ): Promise<DrawnImages> {
    const Z = latents.length / count;
    const parts: DrawnImages[] = [];
    for (let from = 0; from < count; from += MOST_IMAGES) {
      const some = latents.slice(from * Z, (from + MOST_IMAGES) * Z);
      parts.push(await this.#request(checkpoint, some, signal));
    }
    if (parts.length === 1) return parts[0]!;
    const pixels = new Uint8ClampedArray(parts.reduce((sum, part) => sum + part.pixels.length, 0));
    let offset = 0;
    for (const part of parts) {
      pixels.set(part.pixels, offset);
      offset += part.pixels.length;
    }
    return { pixels, count, size: parts[0]!.size };
  }

  /** Nothing: the server opens what it is asked for. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  async #request(
    checkpoint: CheckpointRef,
    latents: Float32Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<DrawnImages> {
    const response = await request(imagesUrl(checkpoint), { ...octets(latents), signal });
    const number = (name: string) => Number(response.headers.get(name));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const pixels = toRgba(bytes, number("x-channels"));
    return { pixels, count: number("x-count"), size: number("x-size") };
  }
}
