/** Features of a run's training pictures: extracted a few at a time, so that drawing goes on meanwhile. */
import { mirrorImage } from "../../../data/batches.ts";
import type { ImageDataset } from "../../../data/dataset.ts";
import type { ImageBatch } from "../../core/images.ts";
import { Rng } from "../../core/rng.ts";
import type { FeatureExtractor, FeatureMatrix } from "../../metrics/extractor.ts";
import { nearestNeighbours } from "../../metrics/neighbours.ts";
import { readPictures } from "./training_pictures.ts";

/** Pictures searched at most: features of 256 numbers of them and their mirror images take 200 MB. */
const MOST_PICTURES = 100_000;
/** Pictures in one go. */
const AT_ONCE = 32;
/** Training pictures whose own nearest neighbours are measured, for comparison. */
const REFERENCE_PICTURES = 1000;

/** How far it is to the nearest. */
export interface Near {
  readonly row: number;
  readonly distance: number;
}

/** Rows: each picture searched, and after all of them, with `mirror`, each one mirrored. */
export class TrainingFeatures {
  /** Pictures that are searched. */
  readonly searched: number;
  readonly #pictures: number;
  readonly #mirror: boolean;
  readonly #values: Float32Array<ArrayBuffer>;
  readonly #dim: number;
  #done = 0;
  #reference: Float32Array<ArrayBuffer> | null = null;

  constructor(pictures: number, dim: number, mirror: boolean) {
    this.#pictures = pictures;
    this.#dim = dim;
    this.#mirror = mirror;
    this.searched = Math.min(pictures, MOST_PICTURES);
    this.#values = new Float32Array(this.searched * dim * (mirror ? 2 : 1));
  }

  /** Pictures looked at so far. */
  get done(): number {
    return this.#done;
  }

  /** All rows, once every picture was looked at. */
  get matrix(): FeatureMatrix {
    return { values: this.#values, count: this.#values.length / this.#dim, dim: this.#dim };
  }

  /** Takes features that `matrix` gave before; false where they are of other rows. */
  adopt({ values, dim }: FeatureMatrix): boolean {
    if (dim !== this.#dim || values.length !== this.#values.length) return false;
    this.#values.set(values);
    this.#done = this.searched;
    return true;
  }

  /** The picture that row `row` is of; rows past `searched` are of mirrored ones. */
  pictureOf(row: number): { readonly index: number; readonly mirrored: boolean } {
    const mirrored = row >= this.searched;
    const place = mirrored ? row - this.searched : row;
    return { index: Math.floor(place * this.#pictures / this.searched), mirrored };
  }

  /** Looks at the next pictures; false once there are none. Borrows both. */
  async advance(dataset: ImageDataset, extractor: FeatureExtractor): Promise<boolean> {
    const from = this.#done;
    const count = Math.min(AT_ONCE, this.searched - from);
    if (count === 0) return false;
    const images = this.#read(dataset, from, count);
    await this.#extract(images, extractor, from);
    if (this.#mirror) {
      const length = images.pixels.length / count;
      for (let i = 0; i < count; i++) {
        const image = images.pixels.subarray(i * length, (i + 1) * length);
        mirrorImage(image, images.size, images.channels);
      }
      await this.#extract(images, extractor, this.searched + from);
    }
    this.#done += count;
    return true;
  }

  /** The `count` pictures nearest to an image's features, [1, D]: a picture once, as it is or mirrored. */
  async nearest(image: FeatureMatrix, count: number): Promise<Near[]> {
    const base = this.matrix;
    const k = Math.min(base.count, this.#mirror ? 2 * count : count);
    const { indices, distances } = await nearestNeighbours(image, base, k);
    const near = Array.from(indices, (row, i): Near => ({ row, distance: distances[i]! }));
    const first = new Map<number, Near>();
    for (const each of near) {
      const place = each.row % this.searched;
      if (!first.has(place)) first.set(place, each);
    }
    return [...first.values()].slice(0, count);
  }

  /** Distances of training pictures, chosen at random, to the nearest other one, rising; of one alone none. */
  async reference(): Promise<Float32Array> {
    return this.#reference ??= await this.#measureReference();
  }

  async #measureReference(): Promise<Float32Array<ArrayBuffer>> {
    if (this.searched < 2) return new Float32Array(0);
    const base = this.matrix;
    const count = Math.min(REFERENCE_PICTURES, this.searched);
    const places = new Rng(1, "reference").permutation(this.searched).subarray(0, count);
    const values = new Float32Array(count * this.#dim);
    places.forEach((place, i) =>
      values.set(base.values.subarray(place * this.#dim, (place + 1) * this.#dim), i * this.#dim)
    );
    const k = Math.min(base.count, this.#mirror ? 3 : 2); // itself, its mirror image, another one
    const { indices, distances } = await nearestNeighbours({ ...base, values, count }, base, k);
    const nearest = Array.from(places, (place, i) => {
      let at = i * k;
      while (indices[at]! % this.searched === place) at++; // one of k is of another
      return distances[at]!;
    });
    return Float32Array.from(nearest).sort();
  }

  #read(dataset: ImageDataset, from: number, count: number): ImageBatch {
    if (this.searched === this.#pictures) return readPictures(dataset, from, count);
    const one = (place: number) => readPictures(dataset, this.pictureOf(place).index, 1);
    const images = Array.from({ length: count }, (_, i) => one(from + i));
    const { length } = images[0]!.pixels;
    const pixels = new Float32Array(count * length);
    images.forEach((image, i) => pixels.set(image.pixels, i * length));
    return { ...images[0]!, pixels, count };
  }

  async #extract(images: ImageBatch, extractor: FeatureExtractor, row: number): Promise<void> {
    const { features } = await extractor.extract(images);
    this.#values.set(features.values, row * this.#dim);
  }
}
