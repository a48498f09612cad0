/**
 * Convolution of images [B, H, W, C] by filters [h, w, C/groups, F], and its two gradients, as matrix
 * products whose packing reads the image: no im2col is stored.
 *
 * `describeConv` first, then the workspace of one of the three, then that one.
 */
import { Product } from "../gemm/blocks";
import { describe, GEMM, sizeProduct } from "../gemm/gemm";
import { run, split, workspaceBytes } from "../gemm/split";
import { CONV, Conv, isPointwise, outputsOf, valuesOf, walkForward, walkPhase } from "./geometry";
import { isNarrow, narrowWorkspace, runNarrow } from "./narrow";
import { packTapFilter } from "./pack_filter";
import { findPhaseRows, packPixels } from "./pack_pixels";
import { packPlaces } from "./pack_places";
import { findPlaceRows, imagesTogether, rowsAtPlace, worthSorting } from "./places";
import { Walk } from "./walk";

/** Computes a product over a walk, by the kernels that suit it. */
function runWalk(product: Product, walk: Walk, workspace: usize): void {
  if (isNarrow(product, walk.channels)) {
    runNarrow(product, workspace);
    return;
  }
  const together = imagesTogether(walk.images);
  // Sorted, panels of few rows cost some speed too.
  if (product.packA === packPixels.index && worthSorting(walk, together >= 5 ? 0.05 : 0.12)) {
    walk.together = together;
    product.packParts = packPlaces.index;
    product.rowsAlike = rowsAtPlace.index;
    product.findRows = findPlaceRows.index;
  }
  split(product);
  run(product, workspace);
}

/** Bytes that `convForward` needs. */
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
    const pixel = walk.pixelBytes;
    describe(product, m, outputs, k, walk.source, pixel, false, filter + offset, stride, false, y + offset, stride);
    product.source = changetype<usize>(walk);
    if (!isPointwise(conv)) product.packA = packPixels.index;
    product.bias = bias === 0 ? 0 : bias + offset;
    product.activation = activation;
    product.alpha = alpha;
    product.slopes = slopes + offset;
    runWalk(product, walk, workspace);
  }
}

/** The product of a phase, [places, taps · outputs] by [taps · outputs, inputs], where there is one. */
function sizePhase(conv: Conv, walk: Walk): Product {
  const m = conv.batch * walk.gridHeight * walk.gridWidth;
  return sizeProduct(m, conv.channels / conv.groups, walk.tapsH * walk.tapsW * walk.channels);
}

/** Bytes that `convInput` needs. */
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
