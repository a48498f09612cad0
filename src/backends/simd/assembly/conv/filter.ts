/** The gradient of a convolution's filter: see conv.ts. */
import { Product } from "../gemm/blocks";
import { describe, GEMM, sizeLongProduct } from "../gemm/gemm";
import { run, splitSteps, workspaceBytes } from "../gemm/split";
import { CONV, Conv, isPointwise, outputsOf, valuesOf, walkForward } from "./geometry";
import { isNarrow } from "./narrow";
import { narrowFilterWorkspace, runNarrowFilter } from "./narrow_filter";
import { packPlacesB, packTapPlaces, rowsOfTap } from "./pack_tap_places";
import { packTaps, rowsOfRun } from "./pack_taps";
import { worthSorting } from "./places";

/** Bytes that `convFilter` needs. */
export function convFilterWorkspace(): usize {
  const conv = changetype<Conv>(CONV);
  const product = sizeLongProduct(valuesOf(conv), conv.outputs / conv.groups, outputsOf(conv));
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
    if (!isPointwise(conv)) {
      product.packA = packTaps.index;
      product.rowsAlike = rowsOfRun.index;
    }
    if (!isPointwise(conv) && worthSorting(walk, 0.1)) {
      walk.together = min(16, walk.images);
      product.packParts = packTapPlaces.index;
      product.rowsAlike = rowsOfTap.index;
      product.packB = packPlacesB.index;
    }
    splitSteps(product);
    run(product, workspace);
  }
}
