/**
 * Multi-scale structural similarity, and how diverse a set is by it. Wang, Simoncelli & Bovik (2003),
 * "Multiscale structural similarity for image quality assessment"; of generated sets: Odena et al. (2017),
 * https://arxiv.org/abs/1610.09585, §4.2.
 */
import type { ImageBatch } from "../core/images.ts";
import { Rng } from "../core/rng.ts";
import {
  SSIM_HALF as HALF,
  SSIM_K1,
  SSIM_K2,
  SSIM_WINDOW as WINDOW,
  ssimTaps as taps,
} from "./ssim_window.ts";

/** Exponents of the scales, finest first (Wang et al., 2003, §3.2). */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;
/** Of pixels from 0 to 1. */
const C1 = SSIM_K1 ** 2;
const C2 = SSIM_K2 ** 2;

/** Settings of the diversity. */
export interface MsSsimOptions {
  /** Random pairs compared. As many as images unless told, yet 1,000 to 5,000, or all there are. */
  readonly pairs?: number;
  /** Chooses them. 1 unless told. */
  readonly seed?: number;
}

/** Mean similarity of pairs: lower is more diverse. */
export interface MsSsimDiversity {
  /** In [0, 1]; 1 where all images are the same. */
  readonly value: number;
  /** Of the mean: the pairs' standard deviation over √min(pairs, N / 2), as more pairs share images. */
  readonly standardError: number;
  readonly scales: number;
}

/**
 * Scales for images of this side. The paper has five, on photographs: the 11×11 window fits none of an
 * image of 32 or 64 pixels halved four times. So there are as many as it fits, 2 at 32 pixels, 3 at
 * 64, 5 from 176, with the paper's exponents brought back to a sum of 1. Throws a RangeError where it
 * fits not even one.
 */
export function scalesFor(size: number): number {
  if (size < WINDOW) {
    throw new RangeError(
      `Cannot compute MS-SSIM: expected images of ${WINDOW}×${WINDOW} pixels or more, got ${size}×${size}`,
    );
  }
  let scales = 1;
  while (scales < WEIGHTS.length && Math.floor(size / 2 ** scales) >= WINDOW) scales++;
  return scales;
}

/**
 * Similarity of two images, [size, size, channels] in [-1, 1], in [0, 1]: equation 7 for each channel, a
 * negative contrast term counting as 0, and the mean over channels. Symmetric, and 1 for equal images.
 */
export function msSsim(
  a: Float32Array,
  b: Float32Array,
  size: number,
  channels: number,
): number {
  const scales = scalesFor(size);
  const planes = new Planes(size);
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    planes.take(a, b, c, channels);
    sum += similarity(planes, scales);
  }
  return sum / channels;
}

/**
 * Mean MS-SSIM of random pairs of different images of a set; in another order other pairs are drawn, and
 * the mean moves by its standard error. 5,000 pairs of 64 pixels in RGB take 6 s on
 * one core. Throws a RangeError for fewer than two images, ones too small, and pixels not finite.
 */
export function msSsimDiversity(
  { pixels, count, size, channels }: ImageBatch,
  { pairs, seed = 1 }: MsSsimOptions = {},
): MsSsimDiversity {
  const scales = scalesFor(size);
  if (count < 2) {
    throw new RangeError(
      `Cannot compute MS-SSIM diversity: expected 2 images or more, got ${count}`,
    );
  }
  const usual = Math.max(1000, Math.min(5000, count));
  const wanted = pairs ?? Math.min(usual, count * (count - 1) / 2);
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new RangeError(
      `Cannot compute MS-SSIM diversity: expected 1 pair or more, got ${wanted}`,
    );
  }
  const length = size * size * channels;
  const image = (i: number) => pixels.subarray(i * length, (i + 1) * length);
  const values = randomPairs(count, wanted, new Rng(seed, "ms-ssim")).map(([i, j]) => {
    const value = msSsim(image(i), image(j), size, channels);
    if (Number.isFinite(value)) return value;
    throw new RangeError(
      `Cannot compute MS-SSIM diversity: expected finite pixels in images ${i} and ${j}`,
    );
  });
  const value = values.reduce((sum, each) => sum + each, 0) / wanted;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, wanted - 1));
  return { value, standardError: deviation / Math.sqrt(Math.min(wanted, count / 2)), scales };
}

/** Pairs of neighbours in shuffled orders: none repeats an image before all had their turn. */
function randomPairs(count: number, pairs: number, rng: Rng): readonly [number, number][] {
  const out: [number, number][] = [];
  while (out.length < pairs) {
    const order = rng.permutation(count);
    for (let i = 0; i + 1 < count && out.length < pairs; i += 2) {
      out.push([order[i]!, order[i + 1]!]);
    }
  }
  return out;
}

function similarity(planes: Planes, scales: number): number {
  const total = WEIGHTS.slice(0, scales).reduce((sum, weight) => sum + weight, 0);
  let product = 1;
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) planes.halve();
    const { contrast, whole } = planes.compare();
    const term = scale === scales - 1 ? whole : contrast;
    product *= Math.max(0, term) ** (WEIGHTS[scale]! / total);
  }
  return product;
}

/** A channel of two images at one scale, in [0, 1], and room for what is computed of them. */
class Planes {
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  /** Means along rows of a, b, a² + b² and a·b. */
  readonly #rows: readonly Float64Array[];
  #size: number;

  constructor(private readonly full: number) {
    this.#a = new Float64Array(full * full);
    this.#b = new Float64Array(full * full);
    this.#rows = Array.from({ length: 4 }, () => new Float64Array(full * full));
    this.#size = full;
  }

  /** Takes channel `c` of both, from [-1, 1]. */
  take(a: Float32Array, b: Float32Array, c: number, channels: number): void {
    this.#size = this.full;
    for (let i = 0; i < this.full ** 2; i++) {
      this.#a[i] = (a[i * channels + c]! + 1) / 2;
      this.#b[i] = (b[i * channels + c]! + 1) / 2;
    }
  }

  /** Averages 2×2 pixels; a last odd row or column falls away. */
  halve(): void {
    const [size, half] = [this.#size, Math.floor(this.#size / 2)];
    for (const plane of [this.#a, this.#b]) {
      for (let y = 0; y < half; y++) {
        for (let x = 0; x < half; x++) { // never overtakes what it reads
          const at = 2 * y * size + 2 * x;
          plane[y * half + x] =
            (plane[at]! + plane[at + 1]! + plane[at + size]! + plane[at + size + 1]!) / 4;
        }
      }
    }
    this.#size = half;
  }

  /** Means over all windows of the contrast and structure term, and of that times the luminance. */
  compare(): { readonly contrast: number; readonly whole: number } {
    const size = this.#size;
    const inner = size - 2 * HALF;
    this.#blurRows(inner);
    const [meansA, meansB, squares, products] = this.#rows as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    let [contrast, whole] = [0, 0];
    for (let y = 0; y < inner; y++) {
      for (let x = 0; x < inner; x++) {
        const at = (y + HALF) * inner + x;
        const [a, b] = [along(meansA, at, inner), along(meansB, at, inner)];
        const cross = a * b;
        const both = a * a + b * b;
        const term = (2 * (along(products, at, inner) - cross) + C2) /
          (along(squares, at, inner) - both + C2);
        contrast += term;
        whole += term * (2 * cross + C1) / (both + C1);
      }
    }
    return { contrast: contrast / inner ** 2, whole: whole / inner ** 2 };
  }

  /** Weighted means of windows along x, [size, inner]. */
  #blurRows(inner: number): void {
    const [a, b, size] = [this.#a, this.#b, this.#size];
    const [meansA, meansB, squares, products] = this.#rows;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < inner; x++) {
        const middle = y * size + x + HALF;
        let [p, q] = [a[middle]!, b[middle]!];
        const first = taps[0]!;
        let [sumA, sumB] = [first * p, first * q];
        let [square, product] = [first * (p * p + q * q), first * p * q];
        for (let t = 1; t <= HALF; t++) {
          const tap = taps[t]!;
          [p, q] = [a[middle - t]!, b[middle - t]!];
          const [r, s] = [a[middle + t]!, b[middle + t]!];
          sumA += tap * (p + r);
          sumB += tap * (q + s);
          square += tap * (p * p + q * q + r * r + s * s);
          product += tap * (p * q + r * s);
        }
        const at = y * inner + x;
        meansA![at] = sumA;
        meansB![at] = sumB;
        squares![at] = square;
        products![at] = product;
      }
    }
  }
}

/** The weighted mean along y around `at`. */
function along(values: Float64Array, at: number, rowLength: number): number {
  let sum = taps[0]! * values[at]!;
  for (let t = 1; t <= HALF; t++) {
    sum += taps[t]! * (values[at - t * rowLength]! + values[at + t * rowLength]!);
  }
  return sum;
}
