/** Pooling over windows of images, NHWC: largest values and averages, and their gradients. */
import * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/pooling.ts and assembly/pooling_gradient.ts export. */
interface PoolingExports {
  setWindows(
    images: number,
    height: number,
    width: number,
    channels: number,
    outHeight: number,
    outWidth: number,
    filterHeight: number,
    filterWidth: number,
    strideHeight: number,
    strideWidth: number,
    padTop: number,
    padLeft: number,
  ): void;
  poolImages(x: number, y: number, average: boolean): void;
  averageGradient(dy: number, dx: number): void;
  largestGradient(x: number, dy: number, dx: number): void;
}

type Padding = Parameters<typeof tf.backend_util.computePool2DInfo>[4];
type Shape4D = [number, number, number, number];

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Windows over x, and the shape of what comes of them. */
function windowsOf({ shape }: tf.TensorInfo, attributes: Attributes): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computePool2DInfo(
    ...[shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode] as const,
  );
}

function setWindows(
  kernels: PoolingExports,
  info: tf.backend_util.Conv2DInfo,
  [, outHeight, outWidth]: readonly number[],
): void {
  kernels.setWindows(
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels] as const,
    ...[outHeight!, outWidth!, info.filterHeight, info.filterWidth] as const,
    ...[info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left] as const,
  );
}

const pool = (average: boolean): SimdKernel<{ x: tf.TensorInfo }, Attributes> =>
(
  backend,
  { x },
  attributes,
) => {
  if (x.dtype !== "float32") return null;
  const info = windowsOf(x, attributes);
  const { filterHeight, filterWidth, outShape } = info;
  if (filterHeight === 1 && filterWidth === 1 && tf.util.arraysEqual(x.shape, outShape)) {
    return backend.alias(x, x.shape);
  }
  const y = backend.output(outShape);
  if (sizeOf(outShape) === 0) return y;
  const kernels = wasm<PoolingExports>(backend);
  const [from, to] = [backend.address(x), backend.address(y)];
  setWindows(kernels, info, outShape);
  kernels.poolImages(from, to, average);
  return y;
};

/** What both gradients start with: dx, and the windows where there is something to do. */
function startGradient(
  backend: SimdBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  attributes: Attributes,
): { dx: tf.TensorInfo; kernels: PoolingExports | null } {
  const dx = backend.output(x.shape);
  if (sizeOf(x.shape) === 0) return { dx, kernels: null };
  const kernels = wasm<PoolingExports>(backend);
  setWindows(kernels, windowsOf(x, attributes), dy.shape);
  return { dx, kernels };
}

type GradientInputs = Record<"dy" | "input", tf.TensorInfo>;

/** The windows are as many as dy's pixels: the gradient is not told how their number was rounded. */
const maxPoolGradient: SimdKernel<GradientInputs, Attributes> = (backend, inputs, attributes) => {
  const { dy, input: x } = inputs;
  if (x.dtype !== "float32" || dy.dtype !== "float32") return null;
  const [xs, dys] = [backend.address(x), backend.address(dy)];
  const { dx, kernels } = startGradient(backend, x, dy, attributes);
  kernels?.largestGradient(xs, dys, backend.address(dx));
  return dx;
};

const avgPoolGradient: SimdKernel<GradientInputs, Attributes> = (backend, inputs, attributes) => {
  const { dy, input: x } = inputs;
  if (x.dtype !== "float32" || dy.dtype !== "float32") return null;
  const dys = backend.address(dy);
  const { dx, kernels } = startGradient(backend, x, dy, attributes);
  kernels?.averageGradient(dys, backend.address(dx));
  return dx;
};

/** The kernels of this file. */
export const poolingKernels: KernelTable = {
  MaxPool: pool(false),
  AvgPool: pool(true),
  MaxPoolGrad: maxPoolGradient,
  AvgPoolGrad: avgPoolGradient,
};
