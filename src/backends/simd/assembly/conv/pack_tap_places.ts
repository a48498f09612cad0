/** Packs for filter gradients as pack_taps.ts does, with K in the order of places.ts, without what lies outside. */
import { Product } from "../gemm/blocks";
import { copyRuns, packRowsB } from "../gemm/pack";
import { addPart, blockOf, blockSize, imageOf, placeOf } from "./places";
import { firstInside, lastInside, Walk } from "./walk";

/** Rows of A from `m` on that belong to the same tap. As `Product.rowsAlike` wants it. */
export function rowsOfTap(product: Product, m: i32, most: i32): i32 {
  const channels = changetype<Walk>(product.source).channels;
  return min(most, channels - m % channels);
}

/** As `Product.packParts` wants it. */
export function packTapPlaces(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize, parts: usize): i32 {
  const walk = changetype<Walk>(product.source), tap = m / walk.channels;
  const i = tap / walk.tapsW, j = tap - i * walk.tapsW;
  const firstH = walk.firstH + i * walk.spreadH, firstW = walk.firstW + j * walk.spreadW;
  const p0 = firstInside(firstH, walk.stepH), p1 = lastInside(firstH, walk.stepH, walk.height);
  const q0 = firstInside(firstW, walk.stepW), q1 = min(walk.gridWidth, lastInside(firstW, walk.stepW, walk.width));
  const origin = walk.source + <usize> firstH * walk.rowBytes + <usize> firstW * walk.pixelBytes +
    (<usize> (m - tap * walk.channels) << 2);
  const stepH = <usize> walk.stepH * walk.rowBytes, stepW = <usize> walk.stepW * walk.pixelBytes;
  let count = 0;
  for (let done = 0; done < steps;) {
    // One place, or what of it lies in this block of K.
    const block = blockOf(walk, k + done), place = placeOf(walk, k + done), image = imageOf(walk, k + done);
    const some = min(steps - done, block * walk.together + blockSize(walk, block) - image);
    const p = place / walk.gridWidth, q = place - p * walk.gridWidth;
    if (p >= p0 && p < p1 && q >= q0 && q < q1) {
      const from = origin + <usize> image * walk.imageBytes + <usize> p * stepH + <usize> q * stepW;
      copyRuns(from, walk.imageBytes, some, rows, to);
      to += <usize> some * 24;
      count = addPart(parts, count, done, some);
    }
    done += some;
  }
  return count;
}

/** dy in that order. As `Product.packB` wants it. */
export function packPlacesB(product: Product, k: i32, steps: i32, n: i32, columns: i32, to: usize): void {
  const walk = changetype<Walk>(product.source), places = walk.gridHeight * walk.gridWidth;
  const imageBytes = <usize> places * product.strideB;
  for (let done = 0; done < steps;) {
    const block = blockOf(walk, k + done), image = imageOf(walk, k + done);
    const some = min(steps - done, block * walk.together + blockSize(walk, block) - image);
    const from = product.b + <usize> image * imageBytes + <usize> placeOf(walk, k + done) * product.strideB +
      (<usize> n << 2);
    for (let column = 0; column < columns; column += 8) {
      const panel = to + (<usize> column * <usize> steps << 2) + (<usize> done << 5);
      packRowsB(from + (<usize> column << 2), imageBytes, min(8, columns - column), some, panel);
    }
    done += some;
  }
}
