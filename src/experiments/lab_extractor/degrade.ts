/** Ways to spoil a picture, [size, size, 3] in [-1, 1], in place: what quality metrics must notice. */
import type { Rng } from "../../core/rng.ts";

/** Weights of a Gaussian out to three standard deviations, adding up to 1. */
function gaussian(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const taps = Float32Array.from(
    { length: 2 * reach + 1 },
    (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((a, b) => a + b);
  return taps.map((tap) => tap / sum);
}

/** Blurs by a Gaussian of `sigma` pixels; 0 leaves the picture as it is. Edges are continued. */
export function blur(image: Float32Array, size: number, channels: number, sigma: number): void {
  if (sigma <= 0) return;
  const taps = gaussian(sigma);
  const line = new Float32Array(size + taps.length - 1);
  const pixels = size * channels;
  for (const [step, across] of [[channels, pixels], [pixels, channels]] as const) {
    for (let other = 0; other < size; other++) {
      for (let c = 0; c < channels; c++) {
        blurLine(image, other * across + c, step, size, taps, line);
      }
    }
  }
}

/** A row or column of one channel, `size` values from `start` on, each `step` further; `line` is scratch. */
function blurLine(
  image: Float32Array,
  start: number,
  step: number,
  size: number,
  taps: Float32Array,
  line: Float32Array,
): void {
  const reach = taps.length >> 1;
  const end = start + (size - 1) * step;
  line.fill(image[start]!, 0, reach);
  for (let i = 0; i < size; i++) line[reach + i] = image[start + i * step]!;
  line.fill(image[end]!, reach + size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let t = 0; t < taps.length; t++) sum += taps[t]! * line[i + t]!;
    image[start + i * step] = sum;
  }
}

/** Adds `sigma` times `noise`, as long as the picture, and clips to [-1, 1]. */
export function addNoise(image: Float32Array, sigma: number, noise: Float32Array): void {
  for (let i = 0; i < image.length; i++) {
    const value = image[i]! + sigma * noise[i]!;
    image[i] = value < -1 ? -1 : value > 1 ? 1 : value;
  }
}

/** Side of the net of random displacements that `warp` interpolates, in cells. */
const NET = 6;

/** Moves every pixel by a smooth random displacement of `sigma` pixels in each direction. */
export function warp(image: Float32Array, size: number, sigma: number, rng: Rng): void {
  if (sigma <= 0) return;
  const side = NET + 1;
  const net = rng.fillNormal(new Float32Array(2 * side * side));
  const from = image.slice();
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [(x * NET) / size, (y * NET) / size];
      const corner = Math.floor(v) * side + Math.floor(u);
      const [fu, fv] = [u % 1, v % 1];
      const moved = (at: number) =>
        sigma * ((1 - fv) * ((1 - fu) * net[at]! + fu * net[at + 1]!) +
          fv * ((1 - fu) * net[at + side]! + fu * net[at + side + 1]!));
      const limit = size - 1.001;
      const sx = Math.max(0, Math.min(limit, x + moved(corner)));
      const sy = Math.max(0, Math.min(limit, y + moved(corner + side * side)));
      const at = 3 * (Math.floor(sy) * size + Math.floor(sx));
      const [fx, fy] = [sx % 1, sy % 1];
      for (let c = 0; c < 3; c++) {
        const i = at + c;
        const below = i + 3 * size;
        image[3 * (y * size + x) + c] = (1 - fy) * ((1 - fx) * from[i]! + fx * from[i + 3]!) +
          fy * ((1 - fx) * from[below]! + fx * from[below + 3]!);
      }
    }
  }
}

/** Copies `count` rectangles of the picture to places where they do not belong. */
export function scramble(image: Float32Array, size: number, count: number, rng: Rng): void {
  const from = image.slice();
  for (let patch = 0; patch < count; patch++) {
    const [width, height] = [8 + rng.below(size >> 2), 8 + rng.below(size >> 2)];
    const place = () => [rng.below(size - width), rng.below(size - height)] as const;
    const [[left, top], [toLeft, toTop]] = [place(), place()];
    for (let y = 0; y < height; y++) {
      const row = 3 * ((top + y) * size + left);
      image.set(from.subarray(row, row + 3 * width), 3 * ((toTop + y) * size + toLeft));
    }
  }
}
