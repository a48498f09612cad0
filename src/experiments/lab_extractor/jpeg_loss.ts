/**
 * What JPEG does to a picture, without writing one: colours halved in resolution, blocks of 8×8
 * transformed, rounded to multiples and transformed back. ITU-T T.81, annexes A and K; quality as in the
 * Independent JPEG Group's library.
 */

const BLOCK = 8;

/** Annex K.1, luminance, row by row. */
const LUMINANCE = [
  ...[16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55],
  ...[14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62],
  ...[18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92],
  ...[49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
];
/** Annex K.2, chrominance. */
const CHROMINANCE = [
  ...[17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99],
  ...[24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99],
  ...Array<number>(32).fill(99),
];

/** The orthonormal discrete cosine transform: row k holds the k-th cosine. */
const COSINES = Float32Array.from({ length: BLOCK * BLOCK }, (_, at) => {
  const [k, i] = [Math.floor(at / BLOCK), at % BLOCK];
  return Math.sqrt((k === 0 ? 1 : 2) / BLOCK) * Math.cos(((2 * i + 1) * k * Math.PI) / (2 * BLOCK));
});
/** The transform back: the same, transposed. */
const INVERSE = COSINES.map((_, at) => COSINES[(at % BLOCK) * BLOCK + Math.floor(at / BLOCK)]!);

/** The library's scaling: 50 takes the annex's tables, 100 rounds to whole numbers. */
function quantizers(table: readonly number[], quality: number): Float32Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(
    table,
    (step) => Math.max(1, Math.min(255, Math.floor((step * scale + 50) / 100))),
  );
}

const scratch = new Float32Array(BLOCK * BLOCK);

/** `to` = (`matrix` · `from`)ᵀ, of 8×8 each: twice gives M·X·Mᵀ. */
function multiply(matrix: Float32Array, from: Float32Array, to: Float32Array): void {
  for (let k = 0; k < BLOCK; k++) {
    for (let column = 0; column < BLOCK; column++) {
      let sum = 0;
      for (let i = 0; i < BLOCK; i++) sum += matrix[k * BLOCK + i]! * from[i * BLOCK + column]!;
      to[column * BLOCK + k] = sum;
    }
  }
}

/** M·X·Mᵀ in place of X. */
function transform(block: Float32Array, matrix: Float32Array): void {
  multiply(matrix, block, scratch);
  multiply(matrix, scratch, block);
}

/** Rounds a plane, [side, side], to what its blocks' quantized coefficients give, in place. */
function quantizePlane(plane: Float32Array, side: number, steps: Float32Array): void {
  const block = new Float32Array(BLOCK * BLOCK);
  for (let top = 0; top < side; top += BLOCK) {
    for (let left = 0; left < side; left += BLOCK) {
      for (let y = 0; y < BLOCK; y++) {
        const row = (top + y) * side + left;
        for (let x = 0; x < BLOCK; x++) block[y * BLOCK + x] = plane[row + x]!;
      }
      transform(block, COSINES);
      for (let i = 0; i < block.length; i++) {
        block[i] = Math.floor(block[i]! / steps[i]! + 0.5) * steps[i]!;
      }
      transform(block, INVERSE);
      for (let y = 0; y < BLOCK; y++) {
        const row = (top + y) * side + left;
        for (let x = 0; x < BLOCK; x++) plane[row + x] = block[y * BLOCK + x]!;
      }
    }
  }
}

/** Means of 2×2 values: [side/2, side/2]. */
function halve(plane: Float32Array, side: number): Float32Array {
  const half = side / 2;
  return Float32Array.from({ length: half * half }, (_, at) => {
    const from = 2 * Math.floor(at / half) * side + 2 * (at % half);
    return (plane[from]! + plane[from + 1]! + plane[from + side]! + plane[from + side + 1]!) / 4;
  });
}

/**
 * What saving at `quality`, 1 to 100, leaves of a picture, [size, size, 3] in [-1, 1], in place. Throws a
 * RangeError for a size that is no multiple of 16, the side of JPEG's colour blocks.
 */
export function loseByJpeg(image: Float32Array, size: number, quality: number): void {
  if (size % (2 * BLOCK) !== 0) {
    throw new RangeError(`Cannot round a picture of ${size} pixels: expected a multiple of 16`);
  }
  const half = size / 2;
  const [luma, blue, red] = toPlanes(image, size);
  const [smallBlue, smallRed] = [halve(blue, size), halve(red, size)];
  const chrominance = quantizers(CHROMINANCE, quality);
  quantizePlane(luma, size, quantizers(LUMINANCE, quality));
  quantizePlane(smallBlue, half, chrominance);
  quantizePlane(smallRed, half, chrominance);
  for (let i = 0; i < size * size; i++) {
    const at = (Math.floor(i / size) >> 1) * half + ((i % size) >> 1);
    const y = luma[i]! + 128;
    image[3 * i] = signed(y + 1.402 * smallRed[at]!);
    image[3 * i + 1] = signed(y - 0.344136 * smallBlue[at]! - 0.714136 * smallRed[at]!);
    image[3 * i + 2] = signed(y + 1.772 * smallBlue[at]!);
  }
}

const signed = (byte: number) => Math.max(-1, Math.min(1, byte / 127.5 - 1));

/** Luma less 128, and the two differences of colour, of bytes: [size, size] each. */
function toPlanes(image: Float32Array, size: number): [Float32Array, Float32Array, Float32Array] {
  const plane = () => new Float32Array(size * size);
  const [luma, blue, red] = [plane(), plane(), plane()];
  for (let i = 0; i < size * size; i++) {
    const r = (image[3 * i]! + 1) * 127.5;
    const g = (image[3 * i + 1]! + 1) * 127.5;
    const b = (image[3 * i + 2]! + 1) * 127.5;
    luma[i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    blue[i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
    red[i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
  }
  return [luma, blue, red];
}
