/** Pixels themselves as features: the picture at 16×16. For comparing by eye what a network might see otherwise. */
import type { ImageBatch } from "../core/images.ts";
import type { Extracted, FeatureExtractor } from "./extractor.ts";

/** Side of what pictures are shrunk to. */
const SIDE = 16;

/** Shares of `size` pixels in each of `SIDE` cells, [SIDE, size]: each row sums to 1. */
function cellShares(size: number): Float64Array {
  const shares = new Float64Array(SIDE * size);
  const width = size / SIDE;
  for (let cell = 0; cell < SIDE; cell++) {
    for (let x = Math.floor(cell * width); x < Math.min(size, (cell + 1) * width); x++) {
      const overlap = Math.min(x + 1, (cell + 1) * width) - Math.max(x, cell * width);
      shares[cell * size + x] = Math.max(0, overlap) / width;
    }
  }
  return shares;
}

/**
 * Means over 16×16 equal cells, colour by colour; grey counts as three equal colours. Distances are of
 * pixels in [-1, 1], so blur, shifts and light weigh as much as content does: a network's features say
 * more about likeness.
 */
export class PixelExtractor implements FeatureExtractor {
  readonly name = "pixels-16";
  readonly fingerprint = "pixels-16-v1";
  readonly dim = SIDE * SIDE * 3;

  extract({ pixels, count, size, channels }: ImageBatch): Promise<Extracted> {
    if (channels !== 1 && channels !== 3) {
      throw new RangeError(`Cannot compare pixels of ${channels} channels: expected 1 or 3`);
    }
    const shares = cellShares(size);
    const values = new Float32Array(count * this.dim);
    const rows = new Float64Array(SIDE * size * channels);
    const length = size * size * channels;
    for (let i = 0; i < count; i++) {
      const image = pixels.subarray(i * length, (i + 1) * length);
      mix(shares, image, rows, size * channels, 1);
      const out = values.subarray(i * this.dim, (i + 1) * this.dim);
      for (let y = 0; y < SIDE; y++) {
        const row = rows.subarray(y * size * channels, (y + 1) * size * channels);
        mix(shares, row, out.subarray(y * SIDE * 3, (y + 1) * SIDE * 3), channels, 3 / channels);
      }
    }
    return Promise.resolve({ features: { values, count, dim: this.dim }, probabilities: null });
  }

  [Symbol.dispose](): void {}
}

/** out[cell] = Σ shares[cell, x] · input[x], for rows of `width` values; each is written `copies` times. */
function mix(
  shares: Float64Array,
  input: ArrayLike<number>,
  out: Float32Array | Float64Array,
  width: number,
  copies: number,
): void {
  const size = shares.length / SIDE;
  for (let cell = 0; cell < SIDE; cell++) {
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let x = 0; x < size; x++) {
        const share = shares[cell * size + x]!;
        if (share !== 0) sum += share * input[x * width + c]!;
      }
      for (let copy = 0; copy < copies; copy++) out[(cell * width + c) * copies + copy] = sum;
    }
  }
}
