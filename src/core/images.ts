/** Images as the lab passes them around, and grids of them. */

/** Float32 images, [B, H, W, C] in [-1, 1], row-major. */
export interface ImageBatch {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly size: number;
  readonly channels: number;
}

/** 8-bit pixels, [H, W, C] row-major: grey, colour, or colour with transparency (C 1, 3 or 4). */
export interface Raster {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Maps [-1, 1] to 0 … 255, rounding to nearest and clamping. */
export function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
}

/** Lays a batch out row by row without gaps; what the last row lacks is black. */
export function imageGrid(batch: ImageBatch, columns: number): Raster {
  const { pixels, count, size, channels } = batch;
  if (pixels.length !== count * size * size * channels) {
    throw new RangeError(
      `Cannot lay out a grid: expected ${count}×${size}×${size}×${channels} values, got ${pixels.length}`,
    );
  }
  const rows = Math.ceil(count / columns);
  const width = columns * size;
  const out = new Uint8Array(width * rows * size * channels);
  const rowLength = size * channels;
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * rowLength;
    const top = Math.floor(i / columns) * size;
    for (let y = 0; y < size; y++) {
      const from = (i * size + y) * rowLength;
      const to = (top + y) * width * channels + left;
      for (let x = 0; x < rowLength; x++) out[to + x] = toByte(pixels[from + x]!);
    }
  }
  return { pixels: out, width, height: rows * size, channels };
}

/** The images of a batch one by one, as 8-bit pixels. */
export function rastersOf(batch: ImageBatch): Raster[] {
  const length = batch.size * batch.size * batch.channels;
  return Array.from({ length: batch.count }, (_, i) => {
    const pixels = batch.pixels.subarray(i * length, (i + 1) * length);
    return imageGrid({ ...batch, pixels, count: 1 }, 1);
  });
}

/** Lays pictures of one size out row by row without gaps; what the last row lacks is black. */
export function rasterGrid(pictures: readonly Raster[], columns: number): Raster {
  const { width, height, channels } = pictures[0]!;
  const rows = Math.ceil(pictures.length / columns);
  const pixels = new Uint8Array(columns * width * rows * height * channels);
  const rowLength = width * channels;
  pictures.forEach((picture, i) => {
    const left = (i % columns) * rowLength;
    const top = Math.floor(i / columns) * height;
    for (let y = 0; y < height; y++) {
      const row = picture.pixels.subarray(y * rowLength, (y + 1) * rowLength);
      pixels.set(row, (top + y) * columns * rowLength + left);
    }
  });
  return { pixels, width: columns * width, height: rows * height, channels };
}
