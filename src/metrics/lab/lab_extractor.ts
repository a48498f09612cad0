/** The lab's own feature extractor, ready to use: network.ts says what it is. */
import * as tf from "@tensorflow/tfjs";
import { sha256Hex } from "../../core/fs.ts";
import type { ImageBatch } from "../../core/images.ts";
import type { NamedArray, NamedArrays } from "../../core/named_arrays.ts";
import { Rng } from "../../core/rng.ts";
import { decodeSafetensors, floatsOf } from "../../core/safetensors.ts";
import { everything, writeArrays } from "../../nn/weights.ts";
import type { Extracted, FeatureExtractor } from "../extractor.ts";
import { assertPictures, pictureTensor } from "../pictures.ts";
import { resizePictures } from "../resize.ts";
import { buildLabNetwork, LAB_CONVOLUTIONS, LAB_DIM, LAB_SIZE } from "./network.ts";

/** The weights that come with the lab; `deno task train-extractor` made them. */
export const LAB_WEIGHTS = new URL("./weights.safetensors", import.meta.url);

/** To be raised with every change that alters what reaches the network: fingerprints contain it. */
const PREPROCESSING = "1: bytes, antialiased to 64, grey as three channels";

/** Images computed at once: more gain nothing and take memory. */
const AT_ONCE = 100;

/** An extractor of the network's architecture with any weights. */
export class LabExtractor implements FeatureExtractor {
  readonly name = "lab";
  readonly dim = LAB_DIM;
  readonly #network: tf.LayersModel;
  /** The same layers up to the maps whose means are features, for any size. Shares the weights. */
  readonly #maps: tf.LayersModel;

  private constructor(network: tf.LayersModel, readonly fingerprint: string) {
    this.#network = network;
    const image = tf.input({ name: "picture", shape: [null, null, 3] });
    const outputs: tf.SymbolicTensor[] = [];
    let x = image;
    for (const { name, pooled } of LAB_CONVOLUTIONS) {
      x = network.getLayer(name).apply(x) as tf.SymbolicTensor;
      if (pooled) outputs.push(x);
    }
    this.#maps = tf.model({ inputs: image, outputs });
  }

  /**
   * Builds the network of the bytes of a safetensors file; `source`, its path, is for messages. Throws a
   * SafetensorsError for a damaged file and a RangeError for weights of another network.
   */
  static async from(bytes: Uint8Array<ArrayBuffer>, source: string): Promise<LabExtractor> {
    const arrays: NamedArrays = new Map(
      Array.from(decodeSafetensors(bytes, source).arrays, ([name, array]): [string, NamedArray] => [
        name,
        { shape: array.shape, data: floatsOf(array, name, source) },
      ]),
    );
    const network = buildLabNetwork(new Rng(0), { normed: false });
    try {
      writeArrays(everything(network), arrays);
    } catch (error) {
      network.dispose();
      throw error;
    }
    const text = new TextEncoder().encode(PREPROCESSING + await sha256Hex(bytes));
    return new LabExtractor(network, `lab-${(await sha256Hex(text)).slice(0, 16)}`);
  }

  async extract(images: ImageBatch): Promise<Extracted> {
    assertPictures(images, this.name);
    const { count } = images;
    const values = new Float32Array(count * LAB_DIM);
    for (let from = 0; from < count; from += AT_ONCE) {
      const to = Math.min(from + AT_ONCE, count);
      const features = tf.tidy(() => {
        const pictures = pictureTensor(images, from, to, 3);
        const resized = resizePictures(pictures, LAB_SIZE, "antialiased");
        return this.#network.predict(resized, { batchSize: to - from }) as tf.Tensor2D;
      });
      try {
        values.set(await features.data(), from * LAB_DIM);
      } finally {
        features.dispose();
      }
    }
    return { features: { values, count, dim: LAB_DIM }, probabilities: null };
  }

  /**
   * The maps whose means are features, shallow ones first, of images in [-1, 1], [B, H, W, 1 or 3],
   * neither rounded nor clipped: gradients flow through. Borrows the images; the caller owns the maps.
   */
  featureMaps(images: tf.Tensor4D): tf.Tensor4D[] {
    return tf.tidy(() => {
      const colours = images.shape[3] === 3 ? images : images.tile<tf.Tensor4D>([1, 1, 1, 3]);
      return this.mapsOf(resizePictures(colours, LAB_SIZE, "antialiased"));
    });
  }

  /**
   * The same maps of pictures at their own size, [B, H, W, 3] in [-1, 1]: halved once, twice, thrice and four
   * times. Borrows the pictures; the caller owns the maps.
   */
  mapsOf(pictures: tf.Tensor4D): tf.Tensor4D[] {
    return tf.tidy(() => this.#maps.apply(pictures) as tf.Tensor4D[]);
  }

  [Symbol.dispose](): void {
    this.#network.dispose();
    this.#maps.dispose(); // the layers go with the last network that has them
  }
}

/** Opens the extractor that comes with the lab, on the open device. The caller disposes of it. */
export async function openLabExtractor(): Promise<LabExtractor> {
  return await LabExtractor.from(await Deno.readFile(LAB_WEIGHTS), LAB_WEIGHTS.pathname);
}
