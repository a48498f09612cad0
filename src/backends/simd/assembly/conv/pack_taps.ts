/** Packs panels of A whose rows are taps and channels and whose columns are outputs: im2col transposed. */
import { Product } from "../gemm/blocks";
import { copyRuns } from "../gemm/pack";
import { firstInside, hasRuns, lastInside, Walk } from "./walk";

function zeroRuns(count: i32, values: i32, to: usize): void {
  for (; count > 0; count--) {
    for (let v: usize = 0, end = <usize> values << 2; v < end; v += 4) store<f32>(to + v, 0);
    to += 24;
  }
}

/** Values `value` to `value + values` of a row of taps, for `count` outputs of one grid row. */
function packGridRow(walk: Walk, row: usize, q: i32, count: i32, value: i32, values: i32, to: usize): void {
  const channels = walk.channels, stepBytes = <usize> walk.stepW * walk.pixelBytes;
  const j0 = value / channels, j1 = (value + values - 1) / channels, channel = value - j0 * channels;
  const first = walk.firstW + j0 * walk.spreadW, last = walk.firstW + j1 * walk.spreadW;
  const end = q + count;
  // Where all taps are inside: from `low` to `high`.
  const low = min(end, max(q, firstInside(first, walk.stepW)));
  const high = max(low, min(end, lastInside(last, walk.stepW, walk.width)));
  if (low > q) packBorder(walk, row, q, low - q, value, values, to);
  const x = low * walk.stepW + first;
  const from = row + <usize> x * walk.pixelBytes + (<usize> channel << 2);
  copyRuns(from, stepBytes, high - low, values, to + <usize> (low - q) * 24);
  if (end > high) packBorder(walk, row, high, end - high, value, values, to + <usize> (high - q) * 24);
}

/** The same where some taps are outside the image, one tap after the other. */
function packBorder(walk: Walk, row: usize, q: i32, count: i32, value: i32, values: i32, to: usize): void {
  const channels = walk.channels, stepBytes = <usize> walk.stepW * walk.pixelBytes, end = q + count;
  while (values > 0) {
    const j = value / channels, channel = value - j * channels;
    const some = min(values, channels - channel), first = walk.firstW + j * walk.spreadW;
    const low = min(end, max(q, firstInside(first, walk.stepW)));
    const high = max(low, min(end, lastInside(first, walk.stepW, walk.width)));
    zeroRuns(low - q, some, to);
    const from = row + <usize> (low * walk.stepW + first) * walk.pixelBytes + (<usize> channel << 2);
    copyRuns(from, stepBytes, high - low, some, to + <usize> (low - q) * 24);
    zeroRuns(end - high, some, to + <usize> (high - q) * 24);
    value += some;
    values -= some;
    to += <usize> some << 2;
  }
}

/** Rows of A from `m` on that are one run, or where taps are no runs one tap. As `Product.rowsAlike` wants it. */
export function rowsOfRun(product: Product, m: i32, most: i32): i32 {
  const walk = changetype<Walk>(product.source);
  const values = hasRuns(walk) ? walk.tapsW * walk.channels : walk.channels;
  return min(most, values - m % values);
}

/** As `Product.packA` wants it, of rows that `rowsOfRun` allows. */
export function packTaps(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize): void {
  const walk = changetype<Walk>(product.source), rowValues = walk.tapsW * walk.channels;
  const i = m / rowValues, value = m - i * rowValues, gridWidth = walk.gridWidth;
  let q = k % gridWidth, p = k / gridWidth % walk.gridHeight;
  let image = walk.source + <usize> (k / gridWidth / walk.gridHeight) * walk.imageBytes;
  while (steps > 0) {
    const count = min(steps, gridWidth - q);
    const y = p * walk.stepH + walk.firstH + i * walk.spreadH;
    if (<u32> y < <u32> walk.height) packGridRow(walk, image + <usize> y * walk.rowBytes, q, count, value, rows, to);
    else zeroRuns(count, rows, to);
    to += <usize> count * 24;
    steps -= count;
    q = 0;
    if (++p === walk.gridHeight) {
      p = 0;
      image += walk.imageBytes;
    }
  }
}
