/**
 * Convolutions by Winograd's minimal filtering, which multiplies 2.6 to 6 times less than a direct
 * convolution and errs some 1e-6 of the largest value where that errs 1e-7. A NaN or an infinity spreads over
 * its tile, 4×4 outputs. `exactConv` turns all of it off.
 */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type Epilogue, PLAIN } from "./fused.ts";
import { wasm } from "./kernel.ts";
import {
  blockBytes,
  type Blocks,
  blocksFor,
  type FilterBlocks,
  filterBlocksFor,
  gain,
  pointsFor,
  type Tiling,
} from "./winograd_plan.ts";

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** What assembly/winograd exports. */
interface WinogradExports {
  // deno-fmt-ignore
  winograd(
    source: number, filter: number, target: number, bias: number, filters: number, tiles: number,
    batch: number, sourceHeight: number, sourceWidth: number, sourceChannels: number,
    targetHeight: number, targetWidth: number, targetChannels: number, points: number,
    stride: number, padTop: number, padLeft: number, gradient: number, activation: number,
    alpha: number, slopes: number, blockTiles: number, blockK: number, blockN: number,
  ): void;
  // deno-fmt-ignore
  winogradFilter(
    source: number, slopes: number, filter: number, tiles: number, slopeTiles: number,
    batch: number, sourceHeight: number, sourceWidth: number, sourceChannels: number,
    targetHeight: number, targetWidth: number, targetChannels: number, points: number,
    stride: number, padTop: number, padLeft: number, blockTiles: number, blockK: number,
    blockN: number,
  ): void;
}

/** Below this gain a direct convolution is as fast, on several threads at least. */
const WORTH_IT = 1.2;

/** How a convolution, or with `gradient` that of its input, falls into tiles; null where it does not. */
export function tilingOf(info: ConvInfo, gradient: boolean): Tiling | null {
  const { strideHeight: stride, filterHeight: size, batchSize, inChannels, outChannels } = info;
  const square = info.strideWidth === stride && info.filterWidth === size &&
    info.dilationHeight === 1 && info.dilationWidth === 1;
  const points = square ? pointsFor(size, stride) : 0;
  if (points === 0 || inChannels % 4 !== 0 || outChannels % 4 !== 0) return null;
  const phases = stride * stride;
  const along = (side: number) => Math.ceil(side / 4);
  const [height, width] = gradient
    ? [Math.ceil(info.inHeight / stride), Math.ceil(info.inWidth / stride)]
    : [info.outHeight, info.outWidth];
  return {
    points,
    gradient,
    tiles: batchSize * along(height) * along(width),
    inPhases: gradient ? 1 : phases,
    outPhases: gradient ? phases : 1,
    sourceChannels: gradient ? outChannels : inChannels,
    targetChannels: gradient ? inChannels : outChannels,
  };
}

/** Pairs of an output and a tap along a side that meet inside the picture: what a direct convolution multiplies. */
function meetings(outputs: number, inputs: number, stride: number, size: number, pad: number) {
  let count = 0;
  for (let i = 0; i < outputs; i++) {
    const first = i * stride - pad;
    count += Math.max(0, Math.min(first + size, inputs) - Math.max(first, 0));
  }
  return count;
}

/** The tiling of a convolution that gains by it. */
function worthIt(
  { exactConv }: SimdBackend,
  info: ConvInfo,
  way: "forward" | "input" | "filter",
): Tiling | null {
  if (exactConv) return null;
  const tiling = tilingOf(info, way === "input");
  if (tiling === null) return null;
  const { strideHeight: stride, filterHeight: size, padInfo: { top, left } } = info;
  const products = info.batchSize * meetings(info.outHeight, info.inHeight, stride, size, top) *
    meetings(info.outWidth, info.inWidth, stride, size, left);
  const kind = way === "filter" ? "filter" : "convolution";
  return gain(tiling, products, kind) >= WORTH_IT ? tiling : null;
}

/** Addresses of what a convolution reads and writes. */
export interface Places {
  readonly source: number;
  readonly filter: number;
  readonly target: number;
}

/** Convolves from source to target, or takes the gradient back from source to target. */
export function convolve(
  backend: SimdBackend,
  info: ConvInfo,
  tiling: Tiling,
  blocks: Blocks,
  { source, filter, target }: Places,
  { bias, activation, alpha, slopes }: Epilogue,
): void {
  const { gradient, points, sourceChannels, targetChannels } = tiling;
  const { batchSize, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const ahead = aheadBytes(tiling, blocks);
  backend.withScratch(ahead, (address) => {
    const [filters, tiles] = blocks.filtersAhead ? [address, 0] : [0, address];
    // deno-fmt-ignore
    wasm<WinogradExports>(backend).winograd(
      source, filter, target, bias, filters!, tiles!, batchSize,
      gradient ? outHeight : inHeight, gradient ? outWidth : inWidth, sourceChannels,
      gradient ? inHeight : outHeight, gradient ? inWidth : outWidth, targetChannels,
      points, info.strideHeight, padInfo.top, padInfo.left, gradient ? 1 : 0,
      activation, alpha, slopes, blocks.tiles, blocks.k, blocks.n,
    );
  });
}

/** Bytes of what is transformed ahead. */
function aheadBytes(
  { points, tiles, inPhases, outPhases, sourceChannels, targetChannels }: Tiling,
  blocks: Blocks,
): number {
  const ks = outPhases * inPhases * Math.ceil(sourceChannels / blocks.k);
  return blocks.filtersAhead
    ? ks * Math.ceil(targetChannels / blocks.n) * blockBytes(points, blocks.k, blocks.n)
    : ks * Math.ceil(tiles / blocks.tiles) * blockBytes(points, blocks.tiles, blocks.k);
}

/** Writes the filter's gradient from the input at `source` and the output's gradient at `target`. */
export function differentiate(
  backend: SimdBackend,
  info: ConvInfo,
  { points, inPhases, sourceChannels, targetChannels }: Tiling,
  { tiles, k, n }: FilterBlocks,
  { source, filter, target }: Places,
): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const sources = inPhases * Math.ceil(sourceChannels / k) * blockBytes(points, tiles, k);
  const slopes = Math.ceil(targetChannels / n) * blockBytes(points, tiles, n);
  backend.withScratch(sources + slopes, (address) => {
    // deno-fmt-ignore
    wasm<WinogradExports>(backend).winogradFilter(
      source, target, filter, address, address + sources, batchSize,
      inHeight, inWidth, sourceChannels, outHeight, outWidth, targetChannels,
      points, info.strideHeight, padInfo.top, padInfo.left, tiles, k, n,
    );
  });
}

/** Convolves if that gains; else does nothing and says so. */
export function winogradForward(
  backend: SimdBackend,
  info: ConvInfo,
  places: Places,
  epilogue: Epilogue,
): boolean {
  const tiling = worthIt(backend, info, "forward");
  if (tiling === null) return false;
  convolve(backend, info, tiling, blocksFor(tiling), places, epilogue);
  return true;
}

/** Takes the output's gradient at `source` back to the input's at `target`, if that gains. */
export function winogradInput(backend: SimdBackend, info: ConvInfo, places: Places): boolean {
  const tiling = worthIt(backend, info, "input");
  if (tiling === null) return false;
  convolve(backend, info, tiling, blocksFor(tiling), places, PLAIN);
  return true;
}

/** As `differentiate`, if that gains. */
export function winogradFilter(backend: SimdBackend, info: ConvInfo, places: Places): boolean {
  const tiling = worthIt(backend, info, "filter");
  if (tiling === null) return false;
  differentiate(backend, info, tiling, filterBlocksFor(tiling), places);
  return true;
}
