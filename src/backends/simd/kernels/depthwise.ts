/** Depthwise convolution on threads: forward, both gradients, and fused with bias and activation. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

type Info = tf.TensorInfo;
type Shape4D = [number, number, number, number];
type Geometry = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** What assembly/depthwise.ts, depthwise_filter.ts and repeat.ts export. */
interface DepthwiseExports {
  // deno-fmt-ignore
  depthwise(
    source: number, filter: number, target: number, bias: number, spare: number, batch: number,
    sourceHeight: number, sourceWidth: number, targetHeight: number, targetWidth: number,
    channels: number, filterHeight: number, filterWidth: number, strideHeight: number,
    strideWidth: number, dilationHeight: number, dilationWidth: number, padTop: number,
    padLeft: number, gradient: number, activation: number, alpha: number,
  ): void;
  // deno-fmt-ignore
  depthwiseFilter(
    x: number, dy: number, filter: number, partials: number, tasks: number, batch: number,
    height: number, width: number, outHeight: number, outWidth: number, channels: number,
    filterHeight: number, filterWidth: number, strideHeight: number, strideWidth: number,
    dilationHeight: number, dilationWidth: number, padTop: number, padLeft: number,
  ): void;
  repeatEach(x: number, y: number, size: number, times: number): void;
  sumEach(x: number, y: number, size: number, times: number): void;
}

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dilations: [number, number] | number | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Codes of assembly/activation.ts. What is not here runs as a kernel of its own. */
const CODES: Readonly<Record<string, number>> = { linear: 0, relu: 1, relu6: 2, leakyrelu: 3 };
const KERNELS: Readonly<Record<string, string>> = {
  elu: "Elu",
  prelu: "Prelu",
  sigmoid: "Sigmoid",
};

/** Taps whose addresses fit a thread's scratch memory. */
const MAX_TAPS = 65_536;

/** Sides, strides and padding; null where the stock kernel is to judge or has nothing to compute. */
function geometry(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: Attributes,
): Geometry | null {
  if (xShape.length !== 4 || filterShape[2] !== xShape[3]) return null;
  const steps = dilations ?? [1, 1];
  if (!tf.backend_util.eitherStridesOrDilationsAreOne(strides, steps)) return null;
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    steps,
    pad,
    dimRoundingMode,
    true,
  );
  if (!(info.outHeight > 0 && info.outWidth > 0) || sizeOf(xShape) === 0) return null;
  const { top, left } = info.padInfo;
  const whole = Number.isInteger(top) && Number.isInteger(left);
  const taps = info.filterHeight * info.filterWidth;
  return whole && taps > 0 && taps <= MAX_TAPS && info.outChannels > 0 ? info : null;
}

/** x with each channel as often as it has filters: from there on, each channel has one. */
function withRepeated<T>(backend: SimdBackend, x: Info, times: number, body: (x: number) => T): T {
  const size = sizeOf(x.shape);
  if (times === 1) return body(backend.address(x));
  return backend.withScratch(4 * size * times, (address) => {
    wasm<DepthwiseExports>(backend).repeatEach(backend.address(x), address, size, times);
    return body(address);
  });
}

/** Room for the filter, and a bias, four times over, where channels do not come in fours. */
function withSpare(backend: SimdBackend, info: Geometry, body: (spare: number) => void): void {
  const { outChannels, filterHeight, filterWidth } = info;
  if (outChannels % 4 === 0 || info.strideWidth !== 1) return body(0);
  backend.withScratch(16 * outChannels * (filterHeight * filterWidth + 1), body);
}

function forward(
  backend: SimdBackend,
  { x, filter, bias }: { x: Info; filter: Info; bias?: Info | undefined },
  info: Geometry,
  activation: number,
  alpha: number,
): Info {
  const y = backend.output(info.outShape);
  const { outChannels, padInfo } = info;
  withRepeated(
    backend,
    x,
    outChannels / info.inChannels,
    (source) =>
      withSpare(backend, info, (spare) =>
        // deno-fmt-ignore
        wasm<DepthwiseExports>(backend).depthwise(
        source, backend.address(filter), backend.address(y),
        bias === undefined ? 0 : backend.address(bias), spare, info.batchSize,
        info.inHeight, info.inWidth, info.outHeight, info.outWidth, outChannels,
        info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth,
        info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left, 0, activation, alpha,
      )),
  );
  return y;
}

const depthwiseConv2d: SimdKernel<{ x: Info; filter: Info }, Attributes> = (
  backend,
  { x, filter },
  attributes,
) => {
  if (x.dtype !== "float32" || filter.dtype !== "float32") return null;
  const info = geometry(x.shape, filter.shape, attributes);
  return info === null ? null : forward(backend, { x, filter }, info, 0, 0);
};

interface FusedInputs {
  readonly x: Info;
  readonly filter: Info;
  readonly bias?: Info;
  readonly preluActivationWeights?: Info;
}

interface FusedAttributes extends Attributes {
  readonly activation: string | null;
  readonly leakyreluAlpha?: number;
}

const fusedDepthwiseConv2d: SimdKernel<FusedInputs, FusedAttributes> = (
  backend,
  { x, filter, bias, preluActivationWeights: alpha },
  attributes,
) => {
  if (x.dtype !== "float32" || filter.dtype !== "float32") return null;
  const info = geometry(x.shape, filter.shape, attributes);
  const activation = attributes.activation ?? "linear";
  if (info === null || !(activation in CODES || activation in KERNELS)) return null;
  if (bias && (bias.dtype !== "float32" || sizeOf(bias.shape) !== info.outChannels)) return null;
  const code = CODES[activation];
  const y = forward(backend, { x, filter, bias }, info, code ?? 0, attributes.leakyreluAlpha ?? 0);
  if (code !== undefined) return y;
  const inputs = activation === "prelu" ? { x: y, alpha: alpha! } : { x: y };
  const kernel = tf.getKernel(KERNELS[activation]!, "simd")!;
  const result = kernel.kernelFunc({ inputs, backend, attrs: {} });
  backend.disposeIntermediateTensorInfo(y);
  return result;
};

const backpropInput: SimdKernel<
  { dy: Info; filter: Info },
  Attributes & { readonly inputShape: readonly number[] }
> = (backend, { dy, filter }, attributes) => {
  if (dy.dtype !== "float32" || filter.dtype !== "float32") return null;
  const info = geometry(attributes.inputShape, filter.shape, attributes);
  if (info === null) return null;
  const { outChannels, padInfo } = info;
  const dx = backend.output(info.inShape);
  const times = outChannels / info.inChannels;
  const kernels = wasm<DepthwiseExports>(backend);
  const fill = (target: number) =>
    withSpare(backend, info, (spare) =>
      // deno-fmt-ignore
      kernels.depthwise(
        backend.address(dy), backend.address(filter), target, 0, spare, info.batchSize,
        info.outHeight, info.outWidth, info.inHeight, info.inWidth, outChannels,
        info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth,
        info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left, 1, 0, 0,
      ));
  if (times === 1) fill(backend.address(dx));
  else {
    const size = sizeOf(dx.shape);
    backend.withScratch(4 * size * times, (wide) => {
      fill(wide);
      kernels.sumEach(wide, backend.address(dx), size, times);
    });
  }
  return dx;
};

/** Rows that a task takes: enough to be worth waking a thread for, and partial filters stay few. */
function filterTasks({ batchSize, outHeight, outWidth, outChannels, ...info }: Geometry): number {
  const rows = batchSize * outHeight;
  const work = rows * outWidth * outChannels * info.filterHeight * info.filterWidth;
  return Math.max(1, Math.min(rows, 16, Math.floor(work / 200_000)));
}

const backpropFilter: SimdKernel<
  { x: Info; dy: Info },
  Attributes & { readonly filterShape: readonly number[] }
> = (backend, { x, dy }, attributes) => {
  if (x.dtype !== "float32" || dy.dtype !== "float32") return null;
  const info = geometry(x.shape, attributes.filterShape, attributes);
  if (info === null) return null;
  const filter = backend.output(info.filterShape);
  const { outChannels, padInfo } = info;
  const tasks = filterTasks(info);
  withRepeated(
    backend,
    x,
    outChannels / info.inChannels,
    (source) =>
      backend.withScratch(4 * sizeOf(filter.shape) * tasks, (partials) =>
        // deno-fmt-ignore
        wasm<DepthwiseExports>(backend).depthwiseFilter(
        source, backend.address(dy), backend.address(filter), partials, tasks, info.batchSize,
        info.inHeight, info.inWidth, info.outHeight, info.outWidth, outChannels,
        info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth,
        info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left,
      )),
  );
  return filter;
};

/** The kernels of this file. */
export const depthwiseKernels: KernelTable = {
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedDepthwiseConv2D: fusedDepthwiseConv2d,
  DepthwiseConv2dNativeBackpropInput: backpropInput,
  DepthwiseConv2dNativeBackpropFilter: backpropFilter,
};
