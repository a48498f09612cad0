/** A trained generator, ready to draw: latents in, images out. Runs in Deno and in the browser. */
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../core/images.ts";
import type { NamedArrays } from "../core/named_arrays.ts";
import { type LatentBatch, latentsOfSeeds } from "./latents.ts";

export { type LatentBatch, latentsOfSeeds };

/** Images drawn at once, unless told otherwise. */
const AT_ONCE = 64;

/** Owns its network: `dispose` frees every variable. */
export class Generator implements Disposable {
  readonly latentDim: number;
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly channels: number;

  /** Takes over `model`, which maps [B, Z] to [B, H, H, C]. Throws a RangeError for another one. */
  constructor(readonly model: tf.LayersModel) {
    const [input, output] = [model.inputs[0]?.shape, model.outputs[0]?.shape];
    const [, height, width, channels] = output ?? [];
    if (input?.length !== 2 || output?.length !== 4 || height !== width) {
      throw new RangeError(
        "Cannot draw with this network: expected latents [B, Z] in and square images [B, H, H, C] " +
          `out, got ${shown(input)} and ${shown(output)}`,
      );
    }
    this.latentDim = input[1]!;
    this.size = height!;
    this.channels = channels!;
  }

  /**
   * The network of a topology (TensorFlow.js `modelTopology`, as JSON text) with these weights, by the
   * names its layers give them. Throws a RangeError for another network than a generator, and for a
   * weight that is missing, of another shape, or not finite.
   */
  static async from(topology: string, weights: NamedArrays): Promise<Generator> {
    for (const [name, { data }] of weights) {
      const ruined = data.find((value) => !Number.isFinite(value));
      if (ruined === undefined) continue;
      throw new RangeError(
        `Cannot draw with these weights: expected finite numbers, got ${ruined} in "${name}". ` +
          "Its training diverged; take an earlier checkpoint",
      );
    }
    const model = await buildNetwork(topology);
    try {
      tf.tidy(() => {
        const tensors: tf.NamedTensorMap = {};
        for (const [name, { shape, data }] of weights) {
          tensors[name] = tf.tensor(data.slice(), [...shape]); // a view would keep the whole file
        }
        model.loadWeights(tensors); // strict: throws where a weight is missing or one too many
      });
      return new Generator(model);
    } catch (error) {
      model.dispose();
      if (error instanceof RangeError) throw error; // of the constructor
      const why = error instanceof Error ? error.message : String(error);
      throw new RangeError(`Cannot draw with these weights: ${why}`, { cause: error });
    }
  }

  /** Draws [B, H, H, C] of [B, Z], `atOnce` images at a time. Borrows the latents. */
  async draw({ values, count }: LatentBatch, atOnce = AT_ONCE): Promise<ImageBatch> {
    const { latentDim: Z, size, channels } = this;
    if (values.length !== count * Z) {
      throw new RangeError(
        `Cannot draw ${count} images: expected ${count}×${Z} latent values, got ${values.length}`,
      );
    }
    const length = size * size * channels;
    const pixels = new Float32Array(count * length);
    for (let from = 0; from < count; from += atOnce) {
      const some = Math.min(atOnce, count - from);
      const images = tf.tidy(() => {
        const z = tf.tensor2d(values.slice(from * Z, (from + some) * Z), [some, Z]);
        return this.model.predict(z, { batchSize: some }) as tf.Tensor4D; // [some, H, H, C]
      });
      try {
        pixels.set(await images.data(), from * length);
      } finally {
        images.dispose();
      }
    }
    return { pixels, count, size, channels };
  }

  /** Draws the images that seeds name, in their order. */
  drawSeeds(seeds: readonly number[], atOnce = AT_ONCE): Promise<ImageBatch> {
    return this.draw(latentsOfSeeds(seeds, this.latentDim), atOnce);
  }

  dispose(): void {
    this.model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Throws a RangeError for a topology with layers that no generator has. */
async function buildNetwork(topology: string): Promise<tf.LayersModel> {
  try {
    return await tf.models.modelFromJSON({ modelTopology: JSON.parse(topology) });
  } catch (error) {
    const why = error instanceof Error ? error.message.split(". ", 1)[0] : String(error);
    throw new RangeError(
      `Cannot draw with this network: expected layers that map latents to images, got another ` +
        `architecture (${why})`,
      { cause: error },
    );
  }
}

/** `[B, 64, 64, 3]`; sides that may be of any length come as `any`. */
function shown(shape: readonly (number | null)[] | undefined): string {
  if (shape === undefined) return "nothing";
  return `[${shape.map((n, i) => n ?? (i === 0 ? "B" : "any")).join(", ")}]`;
}
