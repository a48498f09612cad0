/** In the worker: generators by the address of their model.json, kept open while they are in use. */
import { request } from "../http.ts";
import { Refused } from "../transport.ts";
import type { DrawnImages, GeneratorShape } from "./device.ts";
import { Generator, Kept, type NamedArray, type NamedArrays, tf, toByte } from "./model.ts";

/** Weights kept, in bytes: eighteen 64-pixel generators of the paper's width. */
const KEPT_BYTES = 2 ** 28;

/** A generator that knows its size. */
interface OpenNetwork extends Disposable {
  readonly generator: Generator;
  readonly bytes: number;
}

/** Disposing frees every network. */
export class Networks implements Disposable {
  readonly #open = new Kept<OpenNetwork>(KEPT_BYTES, ({ bytes }) => bytes);

  async describe(model: string): Promise<GeneratorShape> {
    const { latentDim, size, channels } = await this.#network(model);
    return { latentDim, size, channels };
  }

  /** Opens the network and draws once, so that the first drawing in earnest waits for no compiler. */
  async prepare(model: string): Promise<null> {
    if (this.#open.has(model)) return null;
    const { latentDim } = await this.#network(model);
    await this.draw(model, new Float32Array(latentDim), 1);
    return null;
  }

  async draw(
    model: string,
    latents: Float32Array<ArrayBuffer>,
    count: number,
  ): Promise<DrawnImages> {
    const generator = await this.#network(model);
    const { pixels, size, channels } = await generator.draw({ values: latents, count });
    return { pixels: floatsToRgba(pixels, channels), count, size };
  }

  async #network(model: string): Promise<Generator> {
    return (await this.#open.get(model, () => openNetwork(model))).generator;
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }
}

/** Rejects with `Refused`, in the server's words or, with 422, where these weights cannot draw. */
async function openNetwork(model: string): Promise<OpenNetwork> {
  const fetchFunc = (url: RequestInfo | URL, init = {}) => request(String(url), init);
  const { modelTopology, weightSpecs, weightData } = await tf.io.http(model, { fetchFunc }).load!();
  const bytes = tf.io.CompositeArrayBuffer.join(weightData);
  const weights = namedArrays(weightSpecs ?? [], bytes);
  try {
    const generator = await Generator.from(JSON.stringify(modelTopology), weights);
    return { generator, bytes: bytes.byteLength, [Symbol.dispose]: () => generator.dispose() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refused(422, error.message);
  }
}

/** Weights lie one after another, as float32: so the server writes them. */
function namedArrays(
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  bytes: ArrayBuffer,
): NamedArrays {
  const arrays = new Map<string, NamedArray>();
  let offset = 0;
  for (const { name, shape } of specs) {
    const length = shape.reduce((a, b) => a * b, 1);
    arrays.set(name, { shape, data: new Float32Array(bytes, offset, length) });
    offset += length * Float32Array.BYTES_PER_ELEMENT;
  }
  return arrays;
}

/** Grey or colour in [-1, 1] to opaque RGBA, rounded as everywhere in the lab. */
function floatsToRgba(values: Float32Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const places = values.length / channels;
  const rgba = new Uint8ClampedArray(4 * places);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let i = 0; i < places; i++) {
    const from = i * channels;
    rgba[4 * i] = toByte(values[from]!);
    rgba[4 * i + 1] = toByte(values[from + green]!);
    rgba[4 * i + 2] = toByte(values[from + blue]!);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
