/** Endless shuffled batches of a dataset, resumable from one number. */
import type { ImageBatch } from "../src/core/images.ts";
import { hash32, hashText, Rng } from "../src/core/rng.ts";
import type { ImageDataset } from "./dataset.ts";

/** How batches are drawn. */
export interface BatchOptions {
  /** Images a batch, at least 1. */
  readonly batch: number;
  readonly seed: number;
  /** Mirror half of the pictures, drawn anew each epoch. */
  readonly mirror: boolean;
}

const MIRROR = hashText("mirror");

/** Swaps left and right of one image, [size, size, channels], in place. */
export function mirrorImage(image: Float32Array, size: number, channels: number): void {
  for (let row = 0; row < image.length; row += size * channels) {
    let left = row;
    let right = row + (size - 1) * channels;
    for (; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const kept = image[left + c]!;
        image[left + c] = image[right + c]!;
        image[right + c] = kept;
      }
    }
  }
}

/**
 * Every image once an epoch, in an order and with flips that depend on seed, epoch and position
 * alone. The whole state is therefore `cursor`: a checkpoint stores it, a resumed run seeks to it.
 * Batches run on over the end of an epoch, so that none is short and no image is left out.
 */
export class ImageBatches implements Iterator<ImageBatch, never> {
  readonly #dataset: ImageDataset;
  readonly #options: BatchOptions;
  #cursor = 0;
  #epoch = -1;
  #order = new Uint32Array(0);

  /** Borrows the dataset. Throws a RangeError where it holds fewer than two batches. */
  constructor(dataset: ImageDataset, options: BatchOptions) {
    const { batch } = options;
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new RangeError(
        `Cannot draw batches of ${batch}: expected a whole number of images from 1`,
      );
    }
    if (dataset.length < 2 * batch) {
      const largest = Math.floor(dataset.length / 2);
      throw new RangeError(
        `Cannot draw batches of ${batch} from "${dataset.info.name}": expected at least two ` +
          `batches (${2 * batch} images), got ${dataset.length} ` +
          `${dataset.length === 1 ? "image" : "images"}. Add pictures` +
          (largest >= 1 ? `, or take a batch of at most ${largest}` : ""),
      );
    }
    this.#dataset = dataset;
    this.#options = { ...options };
  }

  /** Images drawn so far. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Goes to where `cursor` images have been drawn. Throws a RangeError for what is no count. */
  seek(cursor: number): void {
    if (!Number.isSafeInteger(cursor) || cursor < 0) {
      throw new RangeError(
        `Cannot seek batches: expected a whole number of images drawn from 0, got ${cursor}`,
      );
    }
    this.#cursor = cursor;
  }

  /** The next batch, [B, H, W, C] in [-1, 1]. It is the caller's until the next call. */
  next(): IteratorYieldResult<ImageBatch> {
    const { size, channels } = this.#dataset;
    const { batch } = this.#options;
    const imageLength = size * size * channels;
    // A fresh array each time: the cpu backend's tensors keep the one they are made from.
    const pixels = new Float32Array(batch * imageLength);
    for (let i = 0; i < batch; i++) {
      this.#read(this.#cursor + i, pixels.subarray(i * imageLength, (i + 1) * imageLength));
    }
    this.#cursor += batch; // only now: a read that fails leaves the state as it was
    return { done: false, value: { pixels, count: batch, size, channels } };
  }

  /** Reads the image at a place in the endless sequence. */
  #read(place: number, out: Float32Array<ArrayBuffer>): void {
    const { length, size, channels } = this.#dataset;
    const { seed, mirror } = this.#options;
    const epoch = Math.floor(place / length);
    const position = place - epoch * length;
    if (epoch !== this.#epoch) {
      this.#order = new Rng(seed, `batches/${epoch}`).permutation(length);
      this.#epoch = epoch;
    }
    this.#dataset.read(this.#order[position]!, out);
    if (!mirror) return;
    const draw = hash32(seed, Math.floor(seed / 2 ** 32), MIRROR, epoch, position);
    if (draw >= 2 ** 31) mirrorImage(out, size, channels);
  }
}
