/**
 * Convolution, its two gradients, and its fused form. `Conv2D` and its gradients also take filters of
 * fewer channels than the image, [h, w, C/groups, F], and then convolve in groups.
 */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import {
  type Epilogue,
  type FusedAttributes,
  type FusedInputs,
  PLAIN,
  withEpilogue,
} from "./fused.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";
import { type Places, winogradFilter, winogradForward, winogradInput } from "./winograd.ts";

type Info = tf.TensorInfo;
type Shape4D = [number, number, number, number];

/** What assembly/conv/conv.ts exports: `describeConv` first, then a workspace, then what it is for. */
interface ConvExports {
  // deno-fmt-ignore
  describeConv(
    batch: number, height: number, width: number, channels: number, outHeight: number,
    outWidth: number, outputs: number, filterHeight: number, filterWidth: number, strideH: number,
    strideW: number, dilationH: number, dilationW: number, padTop: number, padLeft: number,
    groups: number,
  ): void;
  convForwardWorkspace(): number;
  // deno-fmt-ignore
  convForward(
    x: number, filter: number, y: number, bias: number, activation: number, alpha: number,
    slopes: number, workspace: number,
  ): void;
  convInputWorkspace(): number;
  convInput(dy: number, filter: number, dx: number, workspace: number): void;
  convFilterWorkspace(): number;
  convFilter(x: number, dy: number, gradient: number, workspace: number): void;
}

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** What a convolution computes, in whole numbers. */
interface Geometry {
  readonly info: ReturnType<typeof tf.backend_util.computeConv2DInfo>;
  readonly groups: number;
}

/** Null where the stock kernel is to judge. */
function geometry(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dilations, dimRoundingMode }: Attributes,
): Geometry | null {
  if (dataFormat === "NCHW" || xShape.length !== 4 || filterShape.length !== 4) return null;
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  const groups = xShape[3]! / filterShape[2]!;
  const { top, left } = info.padInfo;
  const whole = Number.isInteger(groups) && info.outChannels % groups === 0 &&
    Number.isInteger(top) && Number.isInteger(left) && sizeOf(filterShape) > 0;
  return whole && info.outHeight >= 0 && info.outWidth >= 0 ? { info, groups } : null;
}

/** Tells the module the sizes. */
function describe(kernels: ConvExports, { info, groups }: Geometry): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, padInfo: { top, left } } = info;
  // A filter as large as the image: each image is one pixel of very many channels.
  const flat = outHeight === 1 && outWidth === 1 && top === 0 && left === 0 && groups === 1 &&
    filterHeight === inHeight && filterWidth === inWidth;
  const values = inHeight * inWidth * inChannels;
  if (flat) {
    kernels.describeConv(batchSize, 1, 1, values, 1, 1, outChannels, 1, 1, 1, 1, 1, 1, 0, 0, 1);
    return;
  }
  // deno-fmt-ignore
  kernels.describeConv(
    batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight,
    filterWidth, info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth, top,
    left, groups,
  );
}

/** Runs `body` with the workspace that it needs. */
function withWorkspace(backend: SimdBackend, bytes: number, body: (address: number) => void): void {
  if (bytes === 0) body(0);
  else backend.withScratch(bytes >>> 0, body); // wasm's numbers have a sign
}

const isFloat = ({ dtype }: Info) => dtype === "float32";

function placesOf(backend: SimdBackend, source: Info, filter: Info, target: Info): Places {
  return {
    source: backend.address(source),
    filter: backend.address(filter),
    target: backend.address(target),
  };
}

function forward(
  backend: SimdBackend,
  x: Info,
  filter: Info,
  shape: Geometry,
  epilogue: Epilogue,
): Info {
  const y = backend.output(shape.info.outShape);
  if (sizeOf(y.shape) === 0) return y;
  const kernels = wasm<ConvExports>(backend);
  const { bias, activation, alpha, slopes } = epilogue;
  const places = placesOf(backend, x, filter, y);
  if (shape.groups === 1 && winogradForward(backend, shape.info, places, epilogue)) return y;
  describe(kernels, shape);
  withWorkspace(backend, kernels.convForwardWorkspace(), (space) => {
    // deno-fmt-ignore
    kernels.convForward(
      places.source, places.filter, places.target, bias, activation, alpha, slopes, space,
    );
  });
  return y;
}

const conv2d: SimdKernel<{ x: Info; filter: Info }, Attributes> = (
  backend,
  { x, filter },
  attributes,
) => {
  if (!isFloat(x) || !isFloat(filter)) return null;
  const shape = geometry(x.shape, filter.shape, attributes);
  return shape === null ? null : forward(backend, x, filter, shape, PLAIN);
};

const fusedConv2d: SimdKernel<
  { x: Info; filter: Info } & FusedInputs,
  Attributes & FusedAttributes
> = (backend, inputs, attributes) => {
  const { x, filter } = inputs;
  if (!isFloat(x) || !isFloat(filter)) return null;
  const shape = geometry(x.shape, filter.shape, attributes);
  if (shape === null) return null;
  return withEpilogue(
    backend,
    shape.info.outChannels,
    inputs,
    attributes,
    (epilogue) => forward(backend, x, filter, shape, epilogue),
  );
};

const inputGradient: SimdKernel<
  { dy: Info; filter: Info },
  Attributes & { readonly inputShape: readonly number[] }
> = (backend, { dy, filter }, attributes) => {
  if (!isFloat(dy) || !isFloat(filter)) return null;
  const shape = geometry(attributes.inputShape, filter.shape, attributes);
  if (shape === null) return null;
  const dx = backend.output(shape.info.inShape);
  if (sizeOf(dx.shape) === 0) return dx;
  const kernels = wasm<ConvExports>(backend);
  const places = placesOf(backend, dy, filter, dx);
  if (shape.groups === 1 && winogradInput(backend, shape.info, places)) return dx;
  describe(kernels, shape);
  withWorkspace(backend, kernels.convInputWorkspace(), (space) => {
    kernels.convInput(places.source, places.filter, places.target, space);
  });
  return dx;
};

const filterGradient: SimdKernel<
  { x: Info; dy: Info },
  Attributes & { readonly filterShape: readonly number[] }
> = (backend, { x, dy }, attributes) => {
  if (!isFloat(x) || !isFloat(dy)) return null;
  const shape = geometry(x.shape, attributes.filterShape, attributes);
  if (shape === null) return null;
  const gradient = backend.output(shape.info.filterShape);
  const kernels = wasm<ConvExports>(backend);
  const places = placesOf(backend, x, gradient, dy);
  if (shape.groups === 1 && winogradFilter(backend, shape.info, places)) return gradient;
  describe(kernels, shape);
  withWorkspace(backend, kernels.convFilterWorkspace(), (space) => {
    kernels.convFilter(places.source, places.target, places.filter, space);
  });
  return gradient;
};

/** The kernels of this file. */
export const convKernels: KernelTable = {
  Conv2D: conv2d,
  FusedConv2D: fusedConv2d,
  Conv2DBackpropInput: inputGradient,
  Conv2DBackpropFilter: filterGradient,
};
