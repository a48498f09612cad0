/**
 * The gradient of a convolution's filter by Winograd's minimal filtering: the adjoint of the forward pass,
 * g' = Gᵀ[(A y' Aᵀ) ⊙ (Bᵀ d B)]G, summed over tiles. Tiles go through in batches that stay in the
 * third-level cache, transformed; then each task multiplies a block of source channels by a block of
 * target channels at every point and transforms the sums to taps.
 */
import { ARGUMENTS, parallelFor, threadScratch } from "../pool";
import {
  across, blockBytes, blocksOfK, blocksOfN, Convolution, inPhases, listSources, listTargets, tilesOf,
} from "./convolution";
import { spreadTile5, spreadTile6, spreadTile8, tapsTile5, tapsTile6, tapsTile8 } from "./gradient_tiles";
import { pointProduct } from "./product";
import { dataTile5, dataTile6, dataTile8 } from "./tiles";

/** Which tiles are at work; behind the convolution. */
@unmanaged
class Batch extends Convolution {
  first: i32;
  count: i32;
}

// Scratch: a table of addresses, an intermediate square, zeros for what lies outside a picture, sums.
const SQUARE: usize = 256;
const ZEROS: usize = 2048;
const SUMS: usize = 4096; // so a block has at most 512 channels

/** Tiles that one task transforms. */
const TILES: i32 = 16;

/**
 * `source` is [batch, sourceHeight, sourceWidth, sourceChannels], `slopes` [batch, targetHeight,
 * targetWidth, targetChannels]; channels are multiples of four. `tiles` has room for `blockTiles` of them
 * at all points in all phases, `slopeTiles` likewise, of the targets.
 */
export function winogradFilter(
  source: usize, slopes: usize, filter: usize, tiles: usize, slopeTiles: usize, batch: i32,
  sourceHeight: i32, sourceWidth: i32, sourceChannels: i32,
  targetHeight: i32, targetWidth: i32, targetChannels: i32,
  points: i32, stride: i32, padTop: i32, padLeft: i32, blockTiles: i32, blockK: i32, blockN: i32,
): void {
  const work = changetype<Batch>(ARGUMENTS);
  work.source = source;
  work.target = slopes;
  work.filter = filter;
  work.tiles = tiles;
  work.filters = slopeTiles;
  work.batch = batch;
  work.sourceHeight = sourceHeight;
  work.sourceWidth = sourceWidth;
  work.sourceChannels = sourceChannels;
  work.targetHeight = targetHeight;
  work.targetWidth = targetWidth;
  work.targetChannels = targetChannels;
  work.points = points;
  work.stride = stride;
  work.padTop = padTop;
  work.padLeft = padLeft;
  work.gradient = false;
  work.blockTiles = blockTiles;
  work.blockK = blockK;
  work.blockN = blockN;
  const all = tilesOf(work), ks = blocksOfK(work), ns = blocksOfN(work);
  for (work.first = 0; work.first < all; work.first += blockTiles) {
    work.count = min(blockTiles, all - work.first);
    const groups = (work.count + TILES - 1) / TILES;
    parallelFor(sourceTask.index, ARGUMENTS, groups * ks);
    parallelFor(slopeTask.index, ARGUMENTS, groups * ns);
    parallelFor(blockTask.index, ARGUMENTS, ks * ns);
  }
}

/** Where block `k` of transformed sources stands: [point, tile, channel]. */
function sourcesAt(work: Batch, k: i32): usize {
  return work.tiles + <usize>k * blockBytes(work, work.blockTiles, work.blockK);
}

/** Where block `n` of transformed slopes stands: [point, panel, tile, 8]. */
function slopesAt(work: Batch, n: i32): usize {
  return work.filters + <usize>n * blockBytes(work, work.blockTiles, work.blockN);
}

/** Transforms some tiles of one block of source channels. */
function sourceTask(args: usize, index: i32): void {
  const work = changetype<Batch>(args);
  const scratch = threadScratch(), square = scratch + SQUARE;
  const k = index % blocksOfK(work), group = index / blocksOfK(work) * TILES;
  const perPhase = blocksOfK(work) / inPhases(work);
  const phase = k / perPhase, channel = k % perPhase * work.blockK;
  const bytes = <usize>min(work.blockK, work.sourceChannels - channel) << 2;
  const step = across(work.blockTiles, work.blockK), points = work.points;
  let to = sourcesAt(work, k) + (<usize>(group * work.blockK) << 2);
  memory.fill(scratch + ZEROS, 0, bytes);
  const end = work.first + min(group + TILES, work.count);
  for (let tile = work.first + group; tile < end; tile++) {
    listSources(work, tile, phase / work.stride, phase % work.stride, channel, scratch + ZEROS, scratch);
    if (points === 5) dataTile5(scratch, square, bytes, to, step);
    else if (points === 6) dataTile6(scratch, square, bytes, to, step);
    else dataTile8(scratch, square, bytes, to, step);
    to += <usize>work.blockK << 2;
  }
}

/** Transforms some tiles of one block of target channels. */
function slopeTask(args: usize, index: i32): void {
  const work = changetype<Batch>(args);
  const scratch = threadScratch(), square = scratch + SQUARE;
  const n = index % blocksOfN(work), group = index / blocksOfN(work) * TILES;
  const channel = n * work.blockN;
  const bytes = <usize>min(work.blockN, work.targetChannels - channel) << 2;
  const step = across(work.blockTiles, work.blockN), panel = <usize>work.count << 5, points = work.points;
  let to = slopesAt(work, n) + (<usize>group << 5);
  memory.fill(scratch + ZEROS, 0, bytes);
  const end = work.first + min(group + TILES, work.count);
  for (let tile = work.first + group; tile < end; tile++) {
    listTargets(work, tile, 0, channel, scratch + ZEROS, scratch);
    if (points === 5) spreadTile5(scratch, square, bytes, to, panel, step);
    else if (points === 6) spreadTile6(scratch, square, bytes, to, panel, step);
    else spreadTile8(scratch, square, bytes, to, panel, step);
    to += 32;
  }
}

/** Sums over the tiles a block of source channels by a block of target channels. */
function blockTask(args: usize, index: i32): void {
  const work = changetype<Batch>(args);
  const k = index / blocksOfN(work), n = index % blocksOfN(work);
  const perPhase = blocksOfK(work) / inPhases(work);
  const phase = k / perPhase, channel = k % perPhase * work.blockK, first = n * work.blockN;
  const rows = min(work.blockK, work.sourceChannels - channel), columns = min(work.blockN, work.targetChannels - first);
  const scratch = threadScratch(), step = across(work.blockK, work.blockN), rowC = <usize>work.blockN << 2;
  const points = work.points;
  let a = sourcesAt(work, k), b = slopesAt(work, n), sums = scratch + SUMS;
  for (let point = 0; point < points * points; point++) {
    const panel = <usize>work.count << 5;
    pointProduct(
      rows, (columns + 7) & ~7, work.count, a, <usize>work.blockK << 2, true, b, panel, sums, rowC, false,
    );
    a += across(work.blockTiles, work.blockK);
    b += across(work.blockTiles, work.blockN);
    sums += step;
  }
  sums = scratch + SUMS;
  const tap = <usize>(work.sourceChannels * work.targetChannels) << 2;
  const column = tap * work.stride, row = column * work.stride * (points - 3);
  const corner = phase / work.stride * work.stride * (points - 3) + phase % work.stride;
  let to = work.filter + tap * corner + (<usize>(channel * work.targetChannels + first) << 2);
  const bytes = <usize>columns << 2, square = scratch + SQUARE;
  for (let c = 0; c < rows; c++) {
    if (points === 5) tapsTile5(sums, step, square, bytes, to, row, column, work.first > 0);
    else if (points === 6) tapsTile6(sums, step, square, bytes, to, row, column, work.first > 0);
    else tapsTile8(sums, step, square, bytes, to, row, column, work.first > 0);
    sums += rowC;
    to += <usize>work.targetChannels << 2;
  }
}
