/**
 * The walk of an implicit matrix product over an image: which pixel each output and tap reads.
 *
 * Output (p, q) reads at tap (i, j) the source's row p·stepH + firstH + i·spreadH, and likewise its
 * column. A convolution walks over its input so, with its stride as the step; an input's gradient walks
 * over dy by steps of 1, once for each phase of the stride.
 */
import { threadScratch } from "../pool";

/** An image that is read, and the grid of outputs that read it. */
@unmanaged
export class Walk {
  /** Address of the first channel that is read. */
  source: usize;
  pixelBytes: usize;
  rowBytes: usize;
  imageBytes: usize;
  images: i32;
  /** Images that are taken together, place by place: see places.ts. */
  together: i32;
  height: i32;
  width: i32;
  /** Channels that are read of each pixel. */
  channels: i32;
  gridHeight: i32;
  gridWidth: i32;
  stepH: i32;
  stepW: i32;
  tapsH: i32;
  tapsW: i32;
  firstH: i32;
  firstW: i32;
  spreadH: i32;
  spreadW: i32;
  /** Address of the values of the first tap, for `packTapFilter`; bytes from tap to tap, maybe negative. */
  filter: usize;
  tapBytesH: usize;
  tapBytesW: usize;
  // Where outputs go.
  targetPixelBytes: usize;
  targetRowBytes: usize;
  targetImageBytes: usize;
}

/** Whether the taps of a row read one run of values: side by side and whole pixels. */
export function hasRuns(walk: Walk): bool {
  return walk.spreadW === 1 && <usize> walk.channels << 2 === walk.pixelBytes;
}

// In a thread's scratch memory, behind what gemm/blocks.ts lays out: pixels of a panel, and zeros.
const PIXELS: usize = 12_288; // 6 × address, row, column, twelve bytes each
const ZEROS: usize = 12_544;

/** What `locate` tells of a panel's pixels. */
export function panelPixels(): usize {
  return threadScratch() + PIXELS;
}

/** `count` zeros, at most 512. */
export function zeros(count: i32): usize {
  const address = threadScratch() + ZEROS;
  memory.fill(address, 0, <usize> count << 2);
  return address;
}

/** What `locate` finds inside the image: nothing in particular, the columns of all taps, or all taps. */
export const COLUMNS_INSIDE: i32 = 1;
export const ALL_INSIDE: i32 = 2;

/**
 * Address (maybe outside the image), row and column of what each of `rows` outputs from `m` reads at tap
 * (0, 0). Returns what all of them read inside.
 */
export function locate(walk: Walk, m: i32, rows: i32): i32 {
  let entry = panelPixels();
  let q = m % walk.gridWidth, p = m / walk.gridWidth % walk.gridHeight;
  let image = walk.source + <usize> (m / walk.gridWidth / walk.gridHeight) * walk.imageBytes;
  let columns = true, all = true;
  const span = (walk.tapsW - 1) * walk.spreadW, spanH = (walk.tapsH - 1) * walk.spreadH;
  for (let r = 0; r < rows; r++) {
    const y = p * walk.stepH + walk.firstH, x = q * walk.stepW + walk.firstW;
    columns = columns && x >= 0 && x + span < walk.width;
    all = all && y >= 0 && y + spanH < walk.height;
    store<u32>(entry, <u32> (image + <usize> y * walk.rowBytes + <usize> x * walk.pixelBytes));
    store<i32>(entry, y, 4);
    store<i32>(entry, x, 8);
    entry += 12;
    if (++q === walk.gridWidth) {
      q = 0;
      if (++p === walk.gridHeight) {
        p = 0;
        image += walk.imageBytes;
      }
    }
  }
  if (!columns) return 0;
  return all ? ALL_INSIDE : COLUMNS_INSIDE;
}

/** First place that reads at or right of column 0 where place 0 reads at `first` and others `step` apart. */
// @ts-ignore: decorator
@inline
export function firstInside(first: i32, step: i32): i32 {
  return first >= 0 ? 0 : (step - 1 - first) / step;
}

/** Number of places that read left of column `width`. */
// @ts-ignore: decorator
@inline
export function lastInside(first: i32, step: i32, width: i32): i32 {
  const rest = width - 1 - first;
  return rest < 0 ? 0 : rest / step + 1;
}
