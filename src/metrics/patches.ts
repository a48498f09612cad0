/** Random patches of images' Laplacian pyramids: what the sliced Wasserstein distance compares. */
import type { ImageBatch } from "../core/images.ts";
import { hash32, Rng } from "../core/rng.ts";
import { laplacianPyramid, levelSizes, type PyramidLevel } from "./laplacian_pyramid.ts";

/** Side of a patch (Karras et al., 2018, §5). */
export const PATCH = 7;
/** Side of the coarsest level. */
const COARSEST = 16;

/** What patches are drawn by. Sets to compare need equal settings. */
export interface PatchOptions {
  /** Patches of each level of each image. 16 unless told; the paper has 128. */
  readonly patchesPerImage?: number;
  /** Chooses their places. 1 unless told. */
  readonly seed?: number;
}

/**
 * Gathers the patches of a set that need not lie in memory at once. Their places depend on seed and
 * image alone, so that a set has distance 0 to itself in whatever order. Holds 147 numbers a patch of an RGB
 * level: 280 MB for 10,000 images of 64 pixels.
 */
export class PatchCollector {
  /** Sides of the levels, finest first: 64, 32, 16. */
  readonly sizes: readonly number[];
  readonly patchesPerImage: number;
  readonly seed: number;
  readonly #levels: Float32Array<ArrayBuffer>[][];
  #count = 0;

  /** For images of this side. Throws a RangeError for ones smaller than a patch. */
  constructor(
    readonly size: number,
    readonly channels: number,
    { patchesPerImage = 16, seed = 1 }: PatchOptions = {},
  ) {
    if (size < PATCH) {
      throw new RangeError(
        `Cannot compute the sliced Wasserstein distance: expected images of ${PATCH}×${PATCH} ` +
          `pixels or more, got ${size}×${size}`,
      );
    }
    if (!Number.isInteger(patchesPerImage) || patchesPerImage < 1) {
      throw new RangeError(
        `Cannot compute the sliced Wasserstein distance: expected 1 patch an image or more, got ` +
          patchesPerImage,
      );
    }
    this.sizes = levelSizes(size, COARSEST);
    this.patchesPerImage = patchesPerImage;
    this.seed = seed;
    this.#levels = this.sizes.map(() => []);
  }

  /** Images gathered so far. */
  get count(): number {
    return this.#count;
  }

  /** Numbers in a patch. */
  get dim(): number {
    return PATCH * PATCH * this.channels;
  }

  /** Adds images. Throws a RangeError for another size or other channels, and pixels not finite. */
  add({ pixels, count, size, channels }: ImageBatch): void {
    if (size !== this.size || channels !== this.channels) {
      throw new RangeError(
        "Cannot compute the sliced Wasserstein distance: expected images of one shape, got " +
          `${this.size}×${this.size}×${this.channels} and ${size}×${size}×${channels}`,
      );
    }
    const length = size * size * channels;
    const perImage = this.patchesPerImage * this.dim;
    const gathered = this.sizes.map(() => new Float32Array(count * perImage));
    for (let i = 0; i < count; i++) {
      const image = pixels.slice(i * length, (i + 1) * length);
      this.#assertFinite(image);
      const rng = new Rng(hash32(this.seed, ...signature(image, size, channels)), "patches");
      const levels = laplacianPyramid(image, size, channels, this.sizes.length);
      levels.forEach((level, l) => this.#cut(level, rng, gathered[l]!, i * perImage));
    }
    gathered.forEach((patches, l) => this.#levels[l]!.push(patches));
    this.#count += count;
  }

  #assertFinite(image: Float32Array): void {
    for (let at = 0; at < image.length; at++) {
      if (Number.isFinite(image[at]!)) continue;
      throw new RangeError(
        `Cannot compute the sliced Wasserstein distance: expected finite pixels, got ${image[at]}`,
      );
    }
  }

  /** Copies random patches of a level to `out` from `at` on. */
  #cut({ pixels, size }: PyramidLevel, rng: Rng, out: Float32Array, at: number): void {
    const rowLength = PATCH * this.channels;
    for (let p = 0; p < this.patchesPerImage; p++) {
      const left = rng.below(size - PATCH + 1);
      const top = rng.below(size - PATCH + 1);
      for (let y = 0; y < PATCH; y++) {
        const from = ((top + y) * size + left) * this.channels;
        for (let j = 0; j < rowLength; j++) out[at++] = pixels[from + j]!;
      }
    }
  }

  /**
   * The patches of a level, [N, dim] in the order of images: mean and standard deviation of each colour
   * are those of the set, brought to 0 and 1. A colour without contrast becomes 0.
   */
  normalised(level: number): Float32Array<ArrayBuffer> {
    const chunks = this.#levels[level]!;
    const out = new Float32Array(this.#count * this.patchesPerImage * this.dim);
    let at = 0;
    for (const chunk of chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    for (let c = 0; c < this.channels; c++) normalise(out, c, this.channels);
    return out;
  }
}

/**
 * Tells an image from others, coarsely enough that no device's rounding changes it: the mean of each
 * quarter in steps of 1/512, from an edge that black, grey and white are far from.
 */
function signature(image: Float32Array, size: number, channels: number): readonly number[] {
  const [sums, counts] = [[0, 0, 0, 0], [0, 0, 0, 0]];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const quarter = (2 * y < size ? 0 : 2) + (2 * x < size ? 0 : 1);
      const at = (y * size + x) * channels;
      for (let c = 0; c < channels; c++) sums[quarter]! += image[at + c]!;
      counts[quarter]! += channels;
    }
  }
  return sums.map((sum, i) => Math.floor(512 * (sum / counts[i]! + 1) + 0.37));
}

/** Brings every `step`-th value, from `first` on, to mean 0 and standard deviation 1. */
function normalise(values: Float32Array, first: number, step: number): void {
  const count = values.length / step;
  let mean = 0;
  for (let i = first; i < values.length; i += step) mean += values[i]!;
  mean /= count;
  let squares = 0;
  for (let i = first; i < values.length; i += step) squares += (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  const scale = deviation > 0 ? 1 / deviation : 0;
  for (let i = first; i < values.length; i += step) values[i] = (values[i]! - mean) * scale;
}
