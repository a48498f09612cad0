/** Endless batches of aligned patches, resumable from one number. */
import type { ImageBatch } from "../../src/core/images.ts";
import type { PairBatch } from "../../src/core/pairs.ts";
import { Rng } from "../../src/core/rng.ts";
import type { PackedPairs, Place } from "./packed_pairs.ts";

/** How patches are drawn. */
export interface PatchOptions {
  /** Patches a batch. */
  readonly batch: number;
  /** Side of the small patches, p, in pixels. */
  readonly patch: number;
  readonly seed: number;
  /** Pictures that patches come from, by index; all unless told. */
  readonly pictures?: readonly number[];
}

/** 0 … 255 as [-1, 1]. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/**
 * Turns a square patch, [size, size, 3] bytes, by one of the eight symmetries of the square, into
 * floats: bit 0 mirrors left and right, bit 1 top and bottom, bit 2 swaps rows and columns.
 */
export function orient(patch: Uint8Array, size: number, symmetry: number, out: Float32Array): void {
  const last = size - 1;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [column, row] = symmetry & 4 ? [y, x] : [x, y];
      const from = 3 *
        ((symmetry & 2 ? last - row : row) * size + (symmetry & 1 ? last - column : column));
      const to = 3 * (y * size + x);
      for (let c = 0; c < 3; c++) out[to + c] = UNIT[patch[from + c]!]!;
    }
  }
}

/**
 * Patches at random places, every place of every picture as likely as any other, in a random one of the
 * square's eight symmetries. Each draw depends on seed and `cursor` alone: a checkpoint stores the
 * cursor, a resumed run seeks to it.
 */
export class PairBatches implements Iterator<PairBatch, never> {
  /** Names of pictures that are smaller than a patch, and left out. */
  readonly tooSmall: readonly string[];
  readonly #pairs: PackedPairs;
  readonly #options: PatchOptions;
  /** Pictures, and how many places they and those before them have. */
  readonly #pictures: readonly number[];
  readonly #places: readonly number[];
  readonly #bytes: { readonly low: Uint8Array; readonly high: Uint8Array };
  #cursor = 0;

  /** Borrows the pairs. Throws a RangeError where no picture is as large as a patch. */
  constructor(pairs: PackedPairs, options: PatchOptions) {
    const { header: { pictures, scale } } = pairs;
    const { batch, patch } = options;
    const chosen = options.pictures ?? pictures.map((_, i) => i);
    const fits = (i: number) => Math.min(pictures[i]!.width, pictures[i]!.height) >= scale * patch;
    this.tooSmall = chosen.filter((i) => !fits(i)).map((i) => pictures[i]!.name);
    this.#pictures = chosen.filter(fits);
    if (this.#pictures.length === 0) {
      const largest = Math.max(
        ...chosen.map((i) => Math.min(pictures[i]!.width, pictures[i]!.height)),
      );
      throw new RangeError(
        `Cannot cut patches of ${scale * patch}×${
          scale * patch
        } pixels: expected pictures at least as ` +
          `large, the largest of ${chosen.length} has a shorter side of ${largest}. ` +
          `Take a patch of at most ${Math.floor(largest / scale)}, or larger pictures`,
      );
    }
    let places = 0;
    this.#places = this.#pictures.map((i) => {
      const { width, height } = pictures[i]!;
      return places += (width / scale - patch + 1) * (height / scale - patch + 1);
    });
    this.#pairs = pairs;
    this.#options = { ...options, batch };
    this.#bytes = {
      low: new Uint8Array(3 * patch ** 2),
      high: new Uint8Array(3 * (scale * patch) ** 2),
    };
  }

  /** Patches drawn so far. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Goes to where `cursor` patches have been drawn. Throws a RangeError for what is no count. */
  seek(cursor: number): void {
    if (!Number.isSafeInteger(cursor) || cursor < 0) {
      throw new RangeError(
        `Cannot seek patches: expected a whole number of patches drawn from 0, got ${cursor}`,
      );
    }
    this.#cursor = cursor;
  }

  /** The next batch. It is the caller's. */
  next(): IteratorYieldResult<PairBatch> {
    const { batch, patch } = this.#options;
    const { scale } = this.#pairs.header;
    const empty = (size: number): ImageBatch => (
      { pixels: new Float32Array(batch * size ** 2 * 3), count: batch, size, channels: 3 }
    );
    const [low, high] = [empty(patch), empty(scale * patch)];
    for (let i = 0; i < batch; i++) {
      const { place, symmetry } = this.#draw(this.#cursor + i);
      this.#pairs.readPatch(place, this.#bytes.low, this.#bytes.high);
      for (
        const [bytes, { pixels, size }] of [[this.#bytes.low, low], [
          this.#bytes.high,
          high,
        ]] as const
      ) {
        const length = size ** 2 * 3;
        orient(bytes, size, symmetry, pixels.subarray(i * length, (i + 1) * length));
      }
    }
    this.#cursor += batch; // only now: a read that fails leaves the state as it was
    return { done: false, value: { low, high } };
  }

  /** What number `index` of the endless sequence shows. */
  #draw(index: number): { readonly place: Place; readonly symmetry: number } {
    const { seed, patch } = this.#options;
    const rng = new Rng(seed, `patches/${index}`);
    const drawn = rng.below(this.#places.at(-1)!);
    const which = this.#places.findIndex((end) => drawn < end);
    const picture = this.#pictures[which]!;
    const { header: { pictures, scale } } = this.#pairs;
    const across = pictures[picture]!.width / scale - patch + 1;
    const within = drawn - (which === 0 ? 0 : this.#places[which - 1]!);
    const place = { picture, x: within % across, y: Math.floor(within / across), size: patch };
    return { place, symmetry: rng.below(8) };
  }
}
