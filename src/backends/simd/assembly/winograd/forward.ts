/**
 * Convolutions by Winograd's minimal filtering, and input gradients, which are convolutions too: tiles and
 * filters are transformed, multiplied at every point, and transformed back, block by block, each block
 * within its core's second-level cache. Of tiles and filters, either can be transformed ahead and kept.
 */
import { ARGUMENTS, parallelFor, threadScratch } from "../pool";
import {
  across, blockBytes, blocksOfK, blocksOfN, blocksOfTiles, Convolution, inPhases, listSources, listTargets, outPhases,
  tilesOf,
} from "./convolution";
import { filterBlock } from "./filters";
import { pointProduct } from "./product";
import { dataTile5, dataTile6, dataTile8, outputTile5, outputTile6, outputTile8 } from "./tiles";

// Scratch: a table of addresses, an intermediate square, zeros for what lies outside a picture, eight
// filters at every point, blocks.
const SQUARE: usize = 256;
const ZEROS: usize = 2048;
const ZEROS_BYTES: usize = 2048; // so blockK is at most 512
const FILTERS: usize = 4096;
const BLOCKS: usize = 16_384;

/**
 * Convolves `source`, [batch, sourceHeight, sourceWidth, sourceChannels]; see `Convolution`. Channels are
 * multiples of four. `filters` and `tiles` have room for what is transformed ahead, or are 0.
 */
export function winograd(
  source: usize, filter: usize, target: usize, bias: usize, filters: usize, tiles: usize, batch: i32,
  sourceHeight: i32, sourceWidth: i32, sourceChannels: i32,
  targetHeight: i32, targetWidth: i32, targetChannels: i32,
  points: i32, stride: i32, padTop: i32, padLeft: i32, gradient: bool, activation: i32, alpha: f32, slopes: usize,
  blockTiles: i32, blockK: i32, blockN: i32,
): void {
  const convolution = changetype<Convolution>(ARGUMENTS);
  convolution.source = source;
  convolution.filter = filter;
  convolution.target = target;
  convolution.bias = bias;
  convolution.filters = filters;
  convolution.tiles = tiles;
  convolution.batch = batch;
  convolution.sourceHeight = sourceHeight;
  convolution.sourceWidth = sourceWidth;
  convolution.sourceChannels = sourceChannels;
  convolution.targetHeight = targetHeight;
  convolution.targetWidth = targetWidth;
  convolution.targetChannels = targetChannels;
  convolution.points = points;
  convolution.stride = stride;
  convolution.padTop = padTop;
  convolution.padLeft = padLeft;
  convolution.gradient = gradient;
  convolution.activation = activation;
  convolution.alpha = alpha;
  convolution.slopes = slopes;
  convolution.blockTiles = blockTiles;
  convolution.blockK = blockK;
  convolution.blockN = blockN;
  const phases = outPhases(convolution), ks = blocksOfK(convolution), ns = blocksOfN(convolution);
  if (filters !== 0) parallelFor(filterTask.index, ARGUMENTS, phases * ks * ns * panelsOf(convolution));
  if (tiles !== 0) parallelFor(tileTask.index, ARGUMENTS, phases * ks * blocksOfTiles(convolution));
  parallelFor(blockTask.index, ARGUMENTS, phases * ns * blocksOfTiles(convolution));
}

/** Panels of a block of filters. */
// @ts-ignore: decorator of AssemblyScript
@inline
function panelsOf(convolution: Convolution): i32 {
  return (convolution.blockN + 7) >> 3;
}

/** Where block (phase, n, k) of the filters stands that were transformed ahead. */
function filtersAt(convolution: Convolution, phase: i32, n: i32, k: i32): usize {
  const index = (phase * blocksOfN(convolution) + n) * blocksOfK(convolution) + k;
  return convolution.filters + <usize>index * blockBytes(convolution, convolution.blockK, convolution.blockN);
}

function tilesAt(convolution: Convolution, phase: i32, block: i32, k: i32): usize {
  const index = (phase * blocksOfTiles(convolution) + block) * blocksOfK(convolution) + k;
  return convolution.tiles + <usize>index * blockBytes(convolution, convolution.blockTiles, convolution.blockK);
}

/** Transforms one panel of one block of filters. */
function filterTask(args: usize, index: i32): void {
  const convolution = changetype<Convolution>(args);
  const panel = index % panelsOf(convolution);
  const block = index / panelsOf(convolution);
  const k = block % blocksOfK(convolution), n = block / blocksOfK(convolution) % blocksOfN(convolution);
  const phase = block / (blocksOfK(convolution) * blocksOfN(convolution));
  if (n * convolution.blockN + (panel << 3) >= convolution.targetChannels) return;
  const to = filtersAt(convolution, phase, n, k);
  filterBlock(convolution, phase, k, n, panel, panel + 1, to, threadScratch() + FILTERS);
}

/** Transforms one block of tiles. */
function tileTask(args: usize, index: i32): void {
  const convolution = changetype<Convolution>(args);
  const k = index % blocksOfK(convolution), rest = index / blocksOfK(convolution);
  const block = rest % blocksOfTiles(convolution), phase = rest / blocksOfTiles(convolution);
  loadTiles(convolution, phase, block, k, tilesAt(convolution, phase, block, k));
}

/** Computes a block of tiles by a block of target channels. */
function blockTask(args: usize, index: i32): void {
  const convolution = changetype<Convolution>(args);
  const block = index % blocksOfTiles(convolution), rest = index / blocksOfTiles(convolution);
  const n = rest % blocksOfN(convolution), phase = rest / blocksOfN(convolution);
  let spare = threadScratch() + BLOCKS;
  const sums = spare;
  spare += blockBytes(convolution, convolution.blockTiles, convolution.blockN);
  const spareTiles = spare;
  if (convolution.tiles === 0) spare += blockBytes(convolution, convolution.blockTiles, convolution.blockK);
  const width = min(convolution.blockN, convolution.targetChannels - n * convolution.blockN);
  const ks = blocksOfK(convolution);
  for (let k = 0; k < ks; k++) {
    let a = spareTiles, b = spare;
    if (convolution.tiles !== 0) a = tilesAt(convolution, phase, block, k);
    else loadTiles(convolution, phase, block, k, a);
    if (convolution.filters !== 0) b = filtersAt(convolution, phase, n, k);
    else filterBlock(convolution, phase, k, n, 0, (width + 7) >> 3, b, threadScratch() + FILTERS);
    multiply(convolution, block, k, width, a, b, sums, k > 0);
  }
  storeTiles(convolution, phase, block, n, width, sums);
}

function tilesIn(convolution: Convolution, block: i32): i32 {
  return min(convolution.blockTiles, tilesOf(convolution) - block * convolution.blockTiles);
}

/** Source channels in block `k`. */
function stepsIn(convolution: Convolution, k: i32): i32 {
  const first = k % (blocksOfK(convolution) / inPhases(convolution)) * convolution.blockK;
  return min(convolution.blockK, convolution.sourceChannels - first);
}

function loadTiles(convolution: Convolution, phase: i32, block: i32, k: i32, to: usize): void {
  const scratch = threadScratch(), square = scratch + SQUARE;
  const perPhase = blocksOfK(convolution) / inPhases(convolution);
  const source = convolution.gradient ? phase : k / perPhase, channel = k % perPhase * convolution.blockK;
  const row = source / convolution.stride, column = source % convolution.stride;
  const bytes = <usize>stepsIn(convolution, k) << 2, step = across(convolution.blockTiles, convolution.blockK);
  const first = block * convolution.blockTiles, end = first + tilesIn(convolution, block);
  const points = convolution.points;
  memory.fill(scratch + ZEROS, 0, bytes);
  for (let tile = first; tile < end; tile++) {
    listSources(convolution, tile, row, column, channel, scratch + ZEROS, scratch);
    if (points === 5) dataTile5(scratch, square, bytes, to, step);
    else if (points === 6) dataTile6(scratch, square, bytes, to, step);
    else dataTile8(scratch, square, bytes, to, step);
    to += bytes;
  }
}

function multiply(
  convolution: Convolution, block: i32, k: i32, width: i32, a: usize, b: usize, sums: usize, accumulate: bool,
): void {
  const points = convolution.points * convolution.points;
  const stepA = across(convolution.blockTiles, convolution.blockK);
  const stepB = across(convolution.blockK, convolution.blockN);
  const stepC = across(convolution.blockTiles, convolution.blockN);
  const rowC = <usize>convolution.blockN << 2;
  // What stands in surplus rows, of no tile, does not matter.
  const rows = max(4, (tilesIn(convolution, block) + 1) & ~1), steps = stepsIn(convolution, k);
  const columns = (width + 7) & ~7;
  for (let point = 0; point < points; point++) {
    pointProduct(rows, columns, steps, a, <usize>steps << 2, false, b, <usize>steps << 5, sums, rowC, accumulate);
    a += stepA;
    b += stepB;
    sums += stepC;
  }
}

function storeTiles(convolution: Convolution, phase: i32, block: i32, n: i32, width: i32, sums: usize): void {
  const scratch = threadScratch(), square = scratch + SQUARE;
  const step = across(convolution.blockTiles, convolution.blockN);
  const channel = n * convolution.blockN;
  const bias = convolution.bias === 0 ? 0 : convolution.bias + (<usize>channel << 2);
  const kind = convolution.activation, alpha = convolution.alpha, slopes = convolution.slopes + (<usize>channel << 2);
  const points = convolution.points, bytes = <usize>width << 2;
  const first = block * convolution.blockTiles, end = first + tilesIn(convolution, block);
  for (let tile = first; tile < end; tile++) {
    listTargets(convolution, tile, phase, channel, 0, scratch);
    if (points === 5) outputTile5(sums, step, square, bytes, scratch, bias, kind, alpha, slopes);
    else if (points === 6) outputTile6(sums, step, square, bytes, scratch, bias, kind, alpha, slopes);
    else outputTile8(sums, step, square, bytes, scratch, bias, kind, alpha, slopes);
    sums += <usize>convolution.blockN << 2;
  }
}
