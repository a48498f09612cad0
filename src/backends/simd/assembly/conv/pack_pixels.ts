/** Packs panels of A whose rows are outputs and whose columns are taps and channels: im2col, six rows at a time. */
import { Product } from "../gemm/blocks";
import { interleave6 } from "../gemm/pack";
import { hasRuns, locate, panelPixels, Walk, zeros } from "./walk";

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

/** As `Product.packA` wants it. */
export function packPixels(product: Product, m: i32, rows: i32, k: i32, steps: i32, to: usize): void {
  const walk = changetype<Walk>(product.source);
  const channels = walk.channels, rowValues = walk.tapsW * channels;
  const whole = locate(walk, m, rows) && hasRuns(walk);
  const r1: usize = rows > 1 ? 1 : 0, r2: usize = rows > 2 ? 2 : 0, r3: usize = rows > 3 ? 3 : 0;
  const r4: usize = rows > 4 ? 4 : 0, r5: usize = rows > 5 ? 5 : 0;
  const nothing = zeros(min(steps, whole ? rowValues : channels));
  for (const end = k + steps; k < end;) {
    const i = k / rowValues, within = k - i * rowValues;
    const j = within / channels, channel = within - j * channels;
    const count = min(end - k, whole ? rowValues - within : channels - channel);
    const dy = i * walk.spreadH, dx = j * walk.spreadW;
    const offset = <usize> dy * walk.rowBytes + <usize> dx * walk.pixelBytes + (<usize> channel << 2);
    interleave6(
      pixel(walk, 0, dy, dx, offset, nothing), pixel(walk, r1, dy, dx, offset, nothing),
      pixel(walk, r2, dy, dx, offset, nothing), pixel(walk, r3, dy, dx, offset, nothing),
      pixel(walk, r4, dy, dx, offset, nothing), pixel(walk, r5, dy, dx, offset, nothing), count, to,
    );
    to += <usize> count * 24;
    k += count;
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
