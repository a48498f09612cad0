/** Packs panels of A whose rows are outputs and whose columns are taps and channels: im2col, six rows at a time. */
import { Product } from "../gemm/blocks";
import { interleave6 } from "../gemm/pack";
import { ALL_INSIDE, hasRuns, locate, panelPixels, Walk, zeros } from "./walk";

/**
 * Address of what output `r` of the panel reads at a tap that lies `dy` rows, `dx` columns and `offset`
 * bytes from its first; `nothing` where that is outside the image.
 */
// @ts-ignore: decorator
@inline
function pixel(walk: Walk, r: usize, dy: i32, dx: i32, offset: usize, nothing: usize): usize {
  const entry = panelPixels() + 12 * r;
  const y = <u32> (load<i32>(entry, 4) + dy), x = <u32> (load<i32>(entry, 8) + dx);
  // Unsigned, so that what lies before the image is outside as well.
  return y < <u32> walk.height && x < <u32> walk.width ? <usize> load<u32>(entry) + offset : nothing;
}

/** For located pixels all of whose taps are inside the image and read runs. */
function packInside(walk: Walk, rows: i32, k: i32, steps: i32, to: usize): void {
  const entries = panelPixels(), rowValues = walk.tapsW * walk.channels;
  const i = k / rowValues;
  let value = k - i * rowValues;
  const offset = <usize> (i * walk.spreadH) * walk.rowBytes + (<usize> value << 2);
  let r0 = <usize> load<u32>(entries) + offset;
  // Missing rows repeat the first one.
  let r1 = rows > 1 ? <usize> load<u32>(entries, 12) + offset : r0;
  let r2 = rows > 2 ? <usize> load<u32>(entries, 24) + offset : r0;
  let r3 = rows > 3 ? <usize> load<u32>(entries, 36) + offset : r0;
  let r4 = rows > 4 ? <usize> load<u32>(entries, 48) + offset : r0;
  let r5 = rows > 5 ? <usize> load<u32>(entries, 60) + offset : r0;
  while (true) {
    const count = min(steps, rowValues - value);
    interleave6(r0, r1, r2, r3, r4, r5, count, to);
    steps -= count;
    if (steps === 0) return;
    to += <usize> count * 24;
    const next = <usize> walk.spreadH * walk.rowBytes - (<usize> value << 2);
    value = 0;
    r0 += next;
    r1 += next;
    r2 += next;
    r3 += next;
    r4 += next;
    r5 += next;
  }
}

/** As `Product.packA` wants it. */
export function packPixels(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize): void {
  if (steps === 0) return; // a phase that no output reads
  const walk = changetype<Walk>(product.source);
  const channels = walk.channels, rowValues = walk.tapsW * channels;
  const inside = locate(walk, m, rows), whole = inside > 0 && hasRuns(walk);
  if (whole && inside === ALL_INSIDE) {
    packInside(walk, rows, k, steps, to);
    return;
  }
  const unit = whole ? rowValues : channels;
  const r1: usize = rows > 1 ? 1 : 0, r2: usize = rows > 2 ? 2 : 0, r3: usize = rows > 3 ? 3 : 0;
  const r4: usize = rows > 4 ? 4 : 0, r5: usize = rows > 5 ? 5 : 0;
  const nothing = zeros(min(steps, unit));
  let i = k / rowValues, j = (k - i * rowValues) / channels, value = k - i * rowValues - j * channels;
  if (whole) {
    value += j * channels;
    j = 0;
  }
  while (steps > 0) {
    const count = min(steps, unit - value);
    const dy = i * walk.spreadH, dx = j * walk.spreadW;
    const offset = <usize> dy * walk.rowBytes + <usize> dx * walk.pixelBytes + (<usize> value << 2);
    interleave6(
      pixel(walk, 0, dy, dx, offset, nothing), pixel(walk, r1, dy, dx, offset, nothing),
      pixel(walk, r2, dy, dx, offset, nothing), pixel(walk, r3, dy, dx, offset, nothing),
      pixel(walk, r4, dy, dx, offset, nothing), pixel(walk, r5, dy, dx, offset, nothing), count, to,
    );
    to += <usize> count * 24;
    steps -= count;
    value = 0;
    if (whole || ++j === walk.tapsW) {
      j = 0;
      i++;
    }
  }
}

/** Where a phase's outputs go. As `Product.findRows` wants it. */
export function findPhaseRows(product: Product, m: i32, rows: i32, table: usize): void {
  const walk = changetype<Walk>(product.source);
  let q = m % walk.gridWidth, p = m / walk.gridWidth % walk.gridHeight;
  let image = product.c + <usize> (m / walk.gridWidth / walk.gridHeight) * walk.targetImageBytes;
  for (let r = 0; r < rows; r++) {
    const to = image + <usize> p * walk.targetRowBytes + <usize> q * walk.targetPixelBytes;
    store<u32>(table + (<usize> r << 2), <u32> to);
    if (++q === walk.gridWidth) {
      q = 0;
      if (++p === walk.gridHeight) {
        p = 0;
        image += walk.targetImageBytes;
      }
    }
  }
}
