/** Laplacian pyramids: an image's detail by scale. Burt & Adelson (1983), as Karras et al. (2018) use them. */

/** Smoothing of each axis, of 16. */
const TAPS = [1, 4, 6, 4, 1] as const;

/** One image, [size, size, channels] row-major. */
export interface PyramidLevel {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly size: number;
}

/** Sides of the levels of an image, finest first: halved while no side falls below `smallest`. */
export function levelSizes(size: number, smallest: number): readonly number[] {
  const sizes = [size];
  while (Math.ceil(sizes.at(-1)! / 2) >= smallest) sizes.push(Math.ceil(sizes.at(-1)! / 2));
  return sizes;
}

/**
 * The levels of one image, finest first: what each loses by halving, and in the last what is left.
 * Borders are mirrored without repeating the edge.
 */
export function laplacianPyramid(
  image: Float32Array<ArrayBuffer>,
  size: number,
  channels: number,
  levels: number,
): readonly PyramidLevel[] {
  const pyramid: PyramidLevel[] = [];
  let current: PyramidLevel = { pixels: image, size };
  for (let i = 1; i < levels; i++) {
    const next = halved(current, channels);
    const coarse = doubled(next, channels, current.size);
    const detail = new Float32Array(coarse.length);
    for (let at = 0; at < detail.length; at++) detail[at] = current.pixels[at]! - coarse[at]!;
    pyramid.push({ pixels: detail, size: current.size });
    current = next;
  }
  return [...pyramid, current];
}

/** Index i mirrored into 0 … length − 1: −1 is 1, length is length − 2. */
function mirrored(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const at = ((i % period) + period) % period;
  return at < length ? at : period - at;
}

/** Smooths and keeps every second pixel of every second row. */
function halved({ pixels, size }: PyramidLevel, channels: number): PyramidLevel {
  const small = Math.ceil(size / 2);
  const places = Array.from(
    { length: small },
    (_, i) => TAPS.map((_, t) => mirrored(2 * i + t - 2, size)),
  );
  const rowLength = size * channels;
  const rows = new Float32Array(small * rowLength); // halved along y
  places.forEach((from, y) => {
    const [a, b, c, d, e] = from.map((at) => at * rowLength) as Five;
    const out = y * rowLength;
    for (let j = 0; j < rowLength; j++) {
      rows[out + j] = (pixels[a + j]! + pixels[e + j]! + 4 * (pixels[b + j]! + pixels[d + j]!) +
        6 * pixels[c + j]!) / 16;
    }
  });
  const out = new Float32Array(small * small * channels);
  places.forEach((from, x) => {
    const [a, b, c, d, e] = from.map((at) => at * channels) as Five;
    for (let y = 0; y < small; y++) {
      const to = (y * small + x) * channels;
      for (let k = 0; k < channels; k++) {
        const j = y * rowLength + k;
        out[to + k] = (rows[a + j]! + rows[e + j]! + 4 * (rows[b + j]! + rows[d + j]!) +
          6 * rows[c + j]!) / 16;
      }
    }
  });
  return { pixels: out, size: small };
}

type Five = [number, number, number, number, number];

/**
 * The places of a row of `small` that make place x of one of `size`, and their weights: zeros put
 * between its pixels, mirrored, smoothed by twice the taps.
 */
function mix(x: number, small: number): { readonly from: number[]; readonly weights: number[] } {
  const places = TAPS.map((tap, t) => ({ tap: tap as number, at: mirrored(x + t - 2, 2 * small) }))
    .filter(({ at }) => at % 2 === 0); // the others are zeros
  if (places.length === 2) places.push({ tap: 0, at: places[0]!.at });
  return { from: places.map(({ at }) => at / 2), weights: places.map(({ tap }) => tap / 8) };
}

/** Enlarges to `size`, which is twice the side, or one less. */
function doubled({ pixels, size: small }: PyramidLevel, channels: number, size: number) {
  const mixes = Array.from({ length: size }, (_, x) => mix(x, small));
  const wide = new Float32Array(small * size * channels);
  mixes.forEach(({ from, weights }, x) => {
    const [a, b, c] = from.map((at) => at * channels) as [number, number, number];
    const [p, q, r] = weights as [number, number, number];
    for (let y = 0; y < small; y++) {
      const to = (y * size + x) * channels;
      for (let k = 0; k < channels; k++) {
        const j = y * small * channels + k;
        wide[to + k] = p * pixels[a + j]! + q * pixels[b + j]! + r * pixels[c + j]!;
      }
    }
  });
  const rowLength = size * channels;
  const out = new Float32Array(size * rowLength);
  mixes.forEach(({ from, weights }, y) => {
    const [a, b, c] = from.map((at) => at * rowLength) as [number, number, number];
    const [p, q, r] = weights as [number, number, number];
    const to = y * rowLength;
    for (let j = 0; j < rowLength; j++) {
      out[to + j] = p * wide[a + j]! + q * wide[b + j]! + r * wide[c + j]!;
    }
  });
  return out;
}
