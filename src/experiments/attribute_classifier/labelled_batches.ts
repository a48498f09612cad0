/** Endless shuffled batches of images with what is known of them. */
import type { ImageDataset } from "../../../data/dataset.ts";
import type { ImageBatch } from "../../core/images.ts";
import { Rng } from "../../core/rng.ts";
import type { LabelledBatch } from "../../training/attribute_trainer.ts";
import { augmentationFor, Augmenter } from "./augment.ts";
import type { LabelledAttribute } from "./labels.ts";

/** What batches are drawn from, and how. */
export interface LabelledBatchOptions {
  /** Indices of the images to draw from. */
  readonly images: Uint32Array<ArrayBuffer>;
  readonly attributes: readonly LabelledAttribute[];
  readonly batch: number;
  readonly seed: number;
  /** Mirror half of the pictures. */
  readonly mirror: boolean;
}

/** Reads images by index, [B, H, H, C]. Borrows the dataset. */
export function readImages(dataset: ImageDataset, indices: ArrayLike<number>): ImageBatch {
  const { size, channels } = dataset;
  const length = size * size * channels;
  const pixels = new Float32Array(indices.length * length);
  for (let i = 0; i < indices.length; i++) {
    dataset.read(indices[i]!, pixels.subarray(i * length, (i + 1) * length));
  }
  return { pixels, count: indices.length, size, channels };
}

/** Every image once an epoch, in an order and with changes that depend on the seed alone. */
export class LabelledBatches implements Iterator<LabelledBatch, never> {
  readonly #dataset: ImageDataset;
  readonly #options: LabelledBatchOptions;
  readonly #augmenter: Augmenter;
  readonly #changes: Rng;
  #epoch = 0;
  #order: readonly number[] = [];

  /** Borrows the dataset. Throws a RangeError where there are fewer images than in a batch. */
  constructor(dataset: ImageDataset, options: LabelledBatchOptions) {
    const { images, batch, seed, mirror } = options;
    if (images.length < batch) {
      throw new RangeError(
        `Cannot train on "${dataset.info.name}" in batches of ${batch}: ${images.length} images are ` +
          `there to train on. Add pictures, or take a smaller --batch`,
      );
    }
    this.#dataset = dataset;
    this.#options = options;
    this.#augmenter = new Augmenter(dataset, augmentationFor(dataset.size, mirror));
    this.#changes = new Rng(seed, "augmentation");
  }

  next(): IteratorYieldResult<LabelledBatch> {
    const indices = this.#draw();
    const images = readImages(this.#dataset, indices);
    const length = images.pixels.length / images.count;
    for (let i = 0; i < images.count; i++) {
      this.#augmenter.change(images.pixels.subarray(i * length, (i + 1) * length), this.#changes);
    }
    return { done: false, value: { images, ...this.#labelsOf(indices) } };
  }

  /** The next batch's images; batches run on over the end of an epoch. */
  #draw(): number[] {
    const { images, batch, seed } = this.#options;
    while (this.#order.length < batch) {
      const order = new Rng(seed, `labelled batches/${this.#epoch++}`).permutation(images.length);
      this.#order = [...this.#order, ...Array.from(order, (place) => images[place]!)];
    }
    const drawn = this.#order.slice(0, batch);
    this.#order = this.#order.slice(batch);
    return drawn;
  }

  #labelsOf(indices: readonly number[]): Pick<LabelledBatch, "values" | "known"> {
    const { attributes } = this.#options;
    const K = attributes.length;
    const values = new Float32Array(indices.length * K);
    const known = new Float32Array(indices.length * K);
    for (const [k, { kind, labels, mean, deviation }] of attributes.entries()) {
      for (const [i, index] of indices.entries()) {
        const label = labels[index]!;
        if (Number.isNaN(label)) continue;
        known[i * K + k] = 1;
        values[i * K + k] = kind === "binary" ? label : (label - mean) / deviation;
      }
    }
    return { values, known };
  }
}
