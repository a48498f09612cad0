/**
 * Outputs in another order than they are stored in: by blocks of images, in a block by places of the
 * grid, at a place by images. At one place all images miss the same taps outside of them, so that whole
 * parts of K can be left out; in small images with padding, and in gradients of unpadded convolutions,
 * that is much of the work.
 */
import { Product } from "../gemm/blocks";
import { firstInside, lastInside, Walk } from "./walk";

/** Channels below which parts would be too short. */
const LEAST_CHANNELS: i32 = 16;
const LEAST_IMAGES: i32 = 4;

/** How many of all pairs of a grid place and a tap, along one axis, read inside the image. */
function countInside(places: i32, step: i32, taps: i32, first: i32, spread: i32, size: i32): i32 {
  let count = 0;
  for (let place = 0; place < places; place++) {
    const start = place * step + first;
    count += max(0, min(taps, lastInside(start, spread, size)) - firstInside(start, spread));
  }
  return count;
}

/** Whether the share of taps that lie outside the image is above `least`, so that leaving them out pays. */
export function worthSorting(walk: Walk, least: f64): bool {
  if (walk.channels < LEAST_CHANNELS || walk.images < LEAST_IMAGES) return false;
  const rows = countInside(walk.gridHeight, walk.stepH, walk.tapsH, walk.firstH, walk.spreadH, walk.height);
  const columns = countInside(walk.gridWidth, walk.stepW, walk.tapsW, walk.firstW, walk.spreadW, walk.width);
  const all = <f64> (walk.gridHeight * walk.tapsH) * <f64> (walk.gridWidth * walk.tapsW);
  return <f64> rows * <f64> columns < (1 - least) * all;
}

/** Images that are taken together, so that a place's come in panels of nearly six rows. */
export function imagesTogether(images: i32): i32 {
  const blocks = (images + 5) / 6;
  return (images + blocks - 1) / blocks;
}

/** Number of the block that output `m` in this order belongs to. */
// @ts-ignore: decorator
@inline
export function blockOf(walk: Walk, m: i32): i32 {
  return m / (walk.together * walk.gridHeight * walk.gridWidth);
}

/** Images in a block. */
// @ts-ignore: decorator
@inline
export function blockSize(walk: Walk, block: i32): i32 {
  return min(walk.together, walk.images - block * walk.together);
}

/** Number of the place, row by row, of output `m`. */
// @ts-ignore: decorator
@inline
export function placeOf(walk: Walk, m: i32): i32 {
  const block = blockOf(walk, m);
  return (m - block * walk.together * walk.gridHeight * walk.gridWidth) / blockSize(walk, block);
}

/** Number of the image of output `m`. */
// @ts-ignore: decorator
@inline
export function imageOf(walk: Walk, m: i32): i32 {
  const block = blockOf(walk, m);
  const within = m - block * walk.together * walk.gridHeight * walk.gridWidth;
  return block * walk.together + within % blockSize(walk, block);
}

/** Outputs from `m` on at the same place and in the same block. As `Product.rowsAlike` wants it. */
export function rowsAtPlace(product: Product, m: i32, most: i32): i32 {
  const walk = changetype<Walk>(product.source), block = blockOf(walk, m);
  return min(most, blockSize(walk, block) - (imageOf(walk, m) - block * walk.together));
}

/** Where the outputs of one place go. As `Product.findRows` wants it. */
export function findPlaceRows(product: Product, m: i32, rows: i32, table: usize): void {
  const walk = changetype<Walk>(product.source), place = placeOf(walk, m);
  const p = place / walk.gridWidth, q = place - p * walk.gridWidth;
  let to = product.c + <usize> imageOf(walk, m) * walk.targetImageBytes + <usize> p * walk.targetRowBytes +
    <usize> q * walk.targetPixelBytes;
  for (let r = 0; r < rows; r++) {
    store<u32>(table + (<usize> r << 2), <u32> to);
    to += walk.targetImageBytes;
  }
}

/** Notes a part of K, or lengthens the last one. Returns the number of parts. */
export function addPart(parts: usize, count: i32, start: i32, steps: i32): i32 {
  const last = parts + (<usize> (count - 1) << 3);
  if (count > 0 && load<i32>(last) + load<i32>(last, 4) === start) {
    store<i32>(last, load<i32>(last, 4) + steps, 4);
    return count;
  }
  store<i32>(last + 8, start);
  store<i32>(last + 8, steps, 4);
  return count + 1;
}
