/**
 * Convolution of images [B, H, W, C] by filters [h, w, C/groups, F], and its two gradients, as matrix
 * products whose packing reads the image: no im2col is stored.
 *
 * `describeConv` first, then the workspace of one of the three, then that one.
 */
import { ARGUMENTS } from "../pool";
import { Product } from "../gemm/blocks";
import { describe, GEMM,  } from "../gemm/gemm";
import { run, split, workspaceBytes } from "../gemm/split";
import { isNarrow, narrowWorkspace, runNarrow } from "./narrow";
import { narrowFilterWorkspace, runNarrowFilter } from "./narrow_filter";
import { packTapFilter } from "./pack_filter";
import { findPhaseRows, packPixels } from "./pack_pixels";
import { packTaps } from "./pack_taps";
import { Walk } from "./walk";

@unmanaged
class Conv {
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

const CONV: usize = ARGUMENTS + 9216;
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
function isPointwise(conv: Conv): bool {
  return conv.filterHeight === 1 && conv.filterWidth === 1 && conv.strideH === 1 && conv.strideW === 1 &&
    conv.outHeight === conv.height && conv.outWidth === conv.width && conv.padTop === 0 && conv.padLeft === 0;
}

/** The sizes of the forward product; the filter gradient's are its m, n and k in another order. */
function outputsOf(conv: Conv): i32 {
  return conv.batch * conv.outHeight * conv.outWidth;
}

function valuesOf(conv: Conv): i32 {
  return conv.filterHeight * conv.filterWidth * (conv.channels / conv.groups);
}

function sizeProduct(m: i32, n: i32, k: i32): Product {
  const product = changetype<Product>(GEMM);
  product.m = m;
  product.n = n;
  product.k = k;
  split(product);
  return product;
}

/** A walk over x by the filter's taps. */
function walkForward(conv: Conv, x: usize, group: i32): Walk {
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

/** Computes a product over a walk, by the kernels that suit it. */
function runWalk(product: Product, walk: Walk, workspace: usize): void {
  if (isNarrow(product, walk.channels)) {
    runNarrow(product, workspace);
    return;
  }
  split(product);
  run(product, workspace);
}

export function convForwardWorkspace(): usize {
  const conv = changetype<Conv>(CONV);
  const product = sizeProduct(outputsOf(conv), conv.outputs / conv.groups, valuesOf(conv));
  return isNarrow(product, conv.channels / conv.groups) ? narrowWorkspace(product) : workspaceBytes(product);
}

/** y = activation(x ∗ filter + bias). */
export function convForward(
  x: usize, filter: usize, y: usize, bias: usize, activation: i32, alpha: f32, slopes: usize, workspace: usize,
): void {
  const conv = changetype<Conv>(CONV), product = changetype<Product>(GEMM);
  const outputs = conv.outputs / conv.groups, stride = <usize> conv.outputs << 2;
  for (let group = 0; group < conv.groups; group++) {
    const walk = walkForward(conv, x, group), offset = <usize> (group * outputs) << 2;
    const m = outputsOf(conv), k = valuesOf(conv);
    describe(product, m, outputs, k, walk.source, walk.pixelBytes, false, filter + offset, stride, false, y + offset, stride);
    product.source = changetype<usize>(walk);
    if (!isPointwise(conv)) product.packA = packPixels.index;
    product.bias = bias === 0 ? 0 : bias + offset;
    product.activation = activation;
    product.alpha = alpha;
    product.slopes = slopes + offset;
    runWalk(product, walk, workspace);
  }
}

export function convFilterWorkspace(): usize {
  const conv = changetype<Conv>(CONV);
  const product = sizeProduct(valuesOf(conv), conv.outputs / conv.groups, outputsOf(conv));
  if (!isNarrow(product, conv.channels / conv.groups)) return workspaceBytes(product);
  return narrowFilterWorkspace(product, walkForward(conv, 0, 0));
}

/** The filter's gradient, [h, w, C/groups, F]: x's taps, transposed, by dy. */
export function convFilter(x: usize, dy: usize, gradient: usize, workspace: usize): void {
  const conv = changetype<Conv>(CONV), product = changetype<Product>(GEMM);
  const outputs = conv.outputs / conv.groups, stride = <usize> conv.outputs << 2;
  for (let group = 0; group < conv.groups; group++) {
    const walk = walkForward(conv, x, group), offset = <usize> (group * outputs) << 2;
    const m = valuesOf(conv), k = outputsOf(conv), to = gradient + offset;
    describe(product, m, outputs, k, walk.source, walk.pixelBytes, true, dy + offset, stride, false, to, stride);
    product.source = changetype<usize>(walk);
    if (isNarrow(product, walk.channels)) {
      runNarrowFilter(product, workspace);
      continue;
    }
    if (!isPointwise(conv)) product.packA = packTaps.index;
    split(product);
    run(product, workspace);
  }
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
function walkPhase(conv: Conv, dy: usize, filter: usize, group: i32, phaseH: i32, phaseW: i32): Walk {
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

/** The product of a phase, [places, taps · outputs] by [taps · outputs, inputs], where there is one. */
function sizePhase(conv: Conv, walk: Walk): Product {
  const m = conv.batch * walk.gridHeight * walk.gridWidth;
  return sizeProduct(m, conv.channels / conv.groups, walk.tapsH * walk.tapsW * walk.channels);
}

export function convInputWorkspace(): usize {
  const conv = changetype<Conv>(CONV);
  let bytes: usize = 0;
  for (let phaseH = 0; phaseH < min(conv.strideH, conv.height); phaseH++) {
    for (let phaseW = 0; phaseW < min(conv.strideW, conv.width); phaseW++) {
      const product = sizePhase(conv, walkPhase(conv, 0, 0, 0, phaseH, phaseW));
      const narrow = isNarrow(product, conv.outputs / conv.groups);
      bytes = max(bytes, narrow ? narrowWorkspace(product) : workspaceBytes(product));
    }
  }
  return bytes;
}

/** The input's gradient: one product for each group and phase of the stride. */
export function convInput(dy: usize, filter: usize, dx: usize, workspace: usize): void {
  const conv = changetype<Conv>(CONV);
  for (let group = 0; group < conv.groups; group++) {
    const to = dx + (<usize> (group * (conv.channels / conv.groups)) << 2);
    for (let phaseH = 0; phaseH < min(conv.strideH, conv.height); phaseH++) {
      for (let phaseW = 0; phaseW < min(conv.strideW, conv.width); phaseW++) {
        const walk = walkPhase(conv, dy, filter, group, phaseH, phaseW);
        const place = <usize> ((phaseH * conv.width + phaseW) * conv.channels) << 2;
        multiplyPhase(conv, walk, to + place, workspace);
      }
    }
  }
}

function multiplyPhase(conv: Conv, walk: Walk, to: usize, workspace: usize): void {
  const product = sizePhase(conv, walk), m = product.m, n = product.n, k = product.k;
  const stride = <usize> conv.channels << 2;
  describe(product, m, n, k, walk.source, walk.pixelBytes, false, walk.filter, walk.pixelBytes, true, to, stride);
  product.source = changetype<usize>(walk);
  if (!isPointwise(conv)) {
    product.packA = packPixels.index;
    product.packB = packTapFilter.index;
    product.findRows = findPhaseRows.index;
  }
  runWalk(product, walk, workspace);
}
