/**
 * Resizing images, NHWC, and its gradients. The stock gradients are wrong off the beaten path: they leave
 * halfPixelCenters out of account, the bilinear one turns shapes of unequal sides around, and the nearest
 * one reads other images' values where there are several and sizes differ. Ours are those of what the
 * forward kernels do.
 */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/resize.ts and assembly/resize_gradient.ts export. */
interface ResizeExports {
  setScaling(
    images: number,
    height: number,
    width: number,
    channels: number,
    newHeight: number,
    newWidth: number,
    alignCorners: boolean,
    halfPixelCenters: boolean,
    nearest: boolean,
  ): void;
  resize(x: number, y: number): void;
  /** Whether it could. */
  resizeGradient(dy: number, dx: number): number;
}

interface Attributes {
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
}

function setScaling(
  backend: SimdBackend,
  shape: readonly number[],
  newHeight: number,
  newWidth: number,
  { alignCorners = false, halfPixelCenters = false }: Attributes,
  nearest: boolean,
): ResizeExports {
  const kernels = wasm<ResizeExports>(backend);
  const [images, height, width, channels] = shape as [number, number, number, number];
  kernels.setScaling(
    ...[images, height, width, channels, newHeight, newWidth] as const,
    ...[alignCorners, halfPixelCenters, nearest] as const,
  );
  return kernels;
}

interface SizeAttributes extends Attributes {
  readonly size: readonly [height: number, width: number];
}

const resize = (nearest: boolean): SimdKernel<{ images: tf.TensorInfo }, SizeAttributes> =>
(
  backend,
  { images },
  attributes,
) => {
  const [newHeight, newWidth] = attributes.size;
  const { shape } = images;
  const outShape = [shape[0]!, newHeight, newWidth, shape[3]!];
  if (images.dtype !== "float32" || sizeOf(shape) * sizeOf(outShape) === 0) return null;
  const output = backend.output(outShape);
  const [x, y] = [backend.address(images), backend.address(output)];
  setScaling(backend, shape, newHeight, newWidth, attributes, nearest).resize(x, y);
  return output;
};

const resizeGradient = (
  nearest: boolean,
): SimdKernel<Record<"images" | "dy", tf.TensorInfo>, Attributes> =>
(
  backend,
  { images, dy },
  attributes,
) => {
  const covered = images.dtype === "float32" && dy.dtype === "float32";
  if (!covered || sizeOf(images.shape) * sizeOf(dy.shape) === 0) return null;
  const dx = backend.output(images.shape);
  const [from, to] = [backend.address(dy), backend.address(dx)];
  const [, newHeight, newWidth] = dy.shape as [number, number, number];
  const kernels = setScaling(backend, images.shape, newHeight, newWidth, attributes, nearest);
  if (kernels.resizeGradient(from, to) !== 0) return dx;
  backend.disposeIntermediateTensorInfo(dx);
  return null;
};

/** The kernels of this file. */
export const resizeKernels: KernelTable = {
  ResizeBilinear: resize(false),
  ResizeBilinearGrad: resizeGradient(false),
  ResizeNearestNeighbor: resize(true),
  ResizeNearestNeighborGrad: resizeGradient(true),
};
