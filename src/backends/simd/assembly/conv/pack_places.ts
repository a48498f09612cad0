/** Packs panels of A as pack_pixels.ts does, for outputs in the order of places.ts, without what lies outside. */
import { Product } from "../gemm/blocks";
import { interleave6 } from "../gemm/pack";
import { addPart, imageOf, placeOf } from "./places";
import { firstInside, hasRuns, lastInside, Walk } from "./walk";

/** As `Product.packParts` wants it. */
export function packPlaces(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize, parts: usize): i32 {
  const walk = changetype<Walk>(product.source), place = placeOf(walk, m), channels = walk.channels;
  const p = place / walk.gridWidth, q = place - p * walk.gridWidth, end = k + steps;
  const y = p * walk.stepH + walk.firstH, x = q * walk.stepW + walk.firstW;
  const j0 = firstInside(x, walk.spreadW), j1 = min(walk.tapsW, lastInside(x, walk.spreadW, walk.width));
  const i1 = min(walk.tapsH, lastInside(y, walk.spreadH, walk.height));
  const image = walk.source + <usize> imageOf(walk, m) * walk.imageBytes;
  let count = 0;
  for (let i = firstInside(y, walk.spreadH); i < i1; i++) {
    const start = max(k, (i * walk.tapsW + j0) * channels), stop = min(end, (i * walk.tapsW + j1) * channels);
    if (stop <= start) continue;
    const row = image + <usize> (y + i * walk.spreadH) * walk.rowBytes;
    packRow(walk, row, x, start - i * walk.tapsW * channels, stop - start, rows, to);
    to += <usize> (stop - start) * 24;
    count = addPart(parts, count, start - k, stop - start);
  }
  return count;
}

/** Values `value` to `value + count` of a row of taps that begins at column `x`, of `rows` images. */
function packRow(walk: Walk, row: usize, x: i32, value: i32, count: i32, rows: i32, to: usize): void {
  const channels = walk.channels, runs = hasRuns(walk), image = walk.imageBytes;
  while (count > 0) {
    const j = value / channels, channel = value - j * channels;
    const some = runs ? count : min(count, channels - channel);
    const a = row + <usize> (x + j * walk.spreadW) * walk.pixelBytes + (<usize> channel << 2);
    // Missing rows repeat the first one.
    const r1 = rows > 1 ? a + image : a, r2 = rows > 2 ? a + 2 * image : a;
    const r3 = rows > 3 ? a + 3 * image : a, r4 = rows > 4 ? a + 4 * image : a;
    interleave6(a, r1, r2, r3, r4, rows > 5 ? a + 5 * image : a, some, to);
    to += <usize> some * 24;
    value += some;
    count -= some;
  }
}
