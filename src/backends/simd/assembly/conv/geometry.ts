/** Sizes of a convolution and the walks that compute it and its gradients. */
import { ARGUMENTS } from "../pool";
import { Walk } from "./walk";

/** What `describeConv` lays down. */
@unmanaged
export class Conv {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outputs: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideH: i32;
  strideW: i32;
  dilationH: i32;
  dilationW: i32;
  padTop: i32;
  padLeft: i32;
  groups: i32;
}

/** Where it does. */
export const CONV: usize = ARGUMENTS + 9216;
const WALK: usize = ARGUMENTS + 9472;

/** Lays down the sizes that the functions below work on, until the next call. */
export function describeConv(
  batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, outputs: i32,
  filterHeight: i32, filterWidth: i32, strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, padTop: i32,
  padLeft: i32, groups: i32,
): void {
  const conv = changetype<Conv>(CONV);
  conv.batch = batch;
  conv.height = height;
  conv.width = width;
  conv.channels = channels;
  conv.outHeight = outHeight;
  conv.outWidth = outWidth;
  conv.outputs = outputs;
  conv.filterHeight = filterHeight;
  conv.filterWidth = filterWidth;
  conv.strideH = strideH;
  conv.strideW = strideW;
  conv.dilationH = dilationH;
  conv.dilationW = dilationW;
  conv.padTop = padTop;
  conv.padLeft = padLeft;
  conv.groups = groups;
}

/** Whether each output reads the pixel of the same place alone: then nothing is walked over. */
export function isPointwise(conv: Conv): bool {
  return conv.filterHeight === 1 && conv.filterWidth === 1 && conv.strideH === 1 && conv.strideW === 1 &&
    conv.outHeight === conv.height && conv.outWidth === conv.width && conv.padTop === 0 && conv.padLeft === 0;
}

/** Outputs of one channel. */
export function outputsOf(conv: Conv): i32 {
  return conv.batch * conv.outHeight * conv.outWidth;
}

/** Values that each output reads. */
export function valuesOf(conv: Conv): i32 {
  return conv.filterHeight * conv.filterWidth * (conv.channels / conv.groups);
}

/** A walk over x by the filter's taps. */
export function walkForward(conv: Conv, x: usize, group: i32): Walk {
  const walk = changetype<Walk>(WALK);
  walk.channels = conv.channels / conv.groups;
  walk.pixelBytes = <usize> conv.channels << 2;
  walk.rowBytes = <usize> conv.width * walk.pixelBytes;
  walk.imageBytes = <usize> conv.height * walk.rowBytes;
  walk.source = x + (<usize> (group * walk.channels) << 2);
  walk.images = conv.batch;
  walk.height = conv.height;
  walk.width = conv.width;
  walk.gridHeight = conv.outHeight;
  walk.gridWidth = conv.outWidth;
  walk.stepH = conv.strideH;
  walk.stepW = conv.strideW;
  walk.tapsH = conv.filterHeight;
  walk.tapsW = conv.filterWidth;
  walk.firstH = -conv.padTop;
  walk.firstW = -conv.padLeft;
  walk.spreadH = conv.dilationH;
  walk.spreadW = conv.dilationW;
  walk.targetPixelBytes = <usize> conv.outputs << 2;
  walk.targetRowBytes = <usize> conv.outWidth * walk.targetPixelBytes;
  walk.targetImageBytes = <usize> conv.outHeight * walk.targetRowBytes;
  if (conv.height * conv.width === 1 && isPointwise(conv)) {
    // Images of one pixel, as a matrix product is described: take them as one row of pixels.
    walk.images = 1;
    walk.width = walk.gridWidth = conv.batch;
  }
  return walk;
}

/** How many of `count` taps, `spread` apart, some places read that are `rest` modulo `step`: see `walkPhase`. */
function tapsOf(count: i32, spread: i32, step: i32, rest: i32): i32 {
  let taps = 0;
  for (let i = 0; i < count; i++) taps += i32((rest - i * spread) % step === 0);
  return taps;
}

/** The last of those taps, or -1. */
function lastTap(count: i32, spread: i32, step: i32, rest: i32): i32 {
  let i = count - 1;
  while (i >= 0 && (rest - i * spread) % step !== 0) i--;
  return i;
}

function greatestDivisor(a: i32, b: i32): i32 {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Places of `size` that are `phase` modulo `step`. */
// @ts-ignore: decorator
@inline
function placesOf(size: i32, step: i32, phase: i32): i32 {
  return (size - phase + step - 1) / step;
}

/**
 * A walk over dy for the inputs at rows `phaseH` and columns `phaseW` modulo the stride. Input row r is
 * read at tap i by output (r + pad - i·dilation)/stride where that is whole: for one phase, the taps
 * i, i + stride/g, … with g = gcd(stride, dilation), and outputs dilation/g apart. Taken backwards,
 * outputs come in rising order, so that taps side by side read runs.
 */
export function walkPhase(conv: Conv, dy: usize, filter: usize, group: i32, phaseH: i32, phaseW: i32): Walk {
  const walk = changetype<Walk>(WALK);
  const restH = phaseH + conv.padTop, restW = phaseW + conv.padLeft;
  const divisorH = greatestDivisor(conv.strideH, conv.dilationH);
  const divisorW = greatestDivisor(conv.strideW, conv.dilationW);
  walk.channels = conv.outputs / conv.groups;
  walk.pixelBytes = <usize> conv.outputs << 2;
  walk.rowBytes = <usize> conv.outWidth * walk.pixelBytes;
  walk.imageBytes = <usize> conv.outHeight * walk.rowBytes;
  const offset = <usize> (group * walk.channels) << 2;
  walk.source = dy + offset;
  walk.images = conv.batch;
  walk.height = conv.outHeight;
  walk.width = conv.outWidth;
  walk.gridHeight = placesOf(conv.height, conv.strideH, phaseH);
  walk.gridWidth = placesOf(conv.width, conv.strideW, phaseW);
  walk.stepH = walk.stepW = 1;
  walk.tapsH = tapsOf(conv.filterHeight, conv.dilationH, conv.strideH, restH);
  walk.tapsW = tapsOf(conv.filterWidth, conv.dilationW, conv.strideW, restW);
  const lastH = lastTap(conv.filterHeight, conv.dilationH, conv.strideH, restH);
  const lastW = lastTap(conv.filterWidth, conv.dilationW, conv.strideW, restW);
  walk.firstH = (restH - lastH * conv.dilationH) / conv.strideH;
  walk.firstW = (restW - lastW * conv.dilationW) / conv.strideW;
  walk.spreadH = conv.dilationH / divisorH;
  walk.spreadW = conv.dilationW / divisorW;
  const tapBytes = walk.pixelBytes * <usize> (conv.channels / conv.groups);
  walk.filter = filter + offset + <usize> (lastH * conv.filterWidth + lastW) * tapBytes;
  walk.tapBytesH = 0 - <usize> (conv.strideH / divisorH * conv.filterWidth) * tapBytes;
  walk.tapBytesW = 0 - <usize> (conv.strideW / divisorW) * tapBytes;
  walk.targetPixelBytes = <usize> (conv.strideW * conv.channels) << 2;
  walk.targetRowBytes = <usize> (conv.strideH * conv.width * conv.channels) << 2;
  walk.targetImageBytes = <usize> (conv.height * conv.width * conv.channels) << 2;
  return walk;
}
