/**
 * The gradient of a convolution towards its filter, for the stock cpu backend. The stock kernel reads
 * every number through a bounds-checked index of four and took five sixths of a DCGAN's step; this
 * one walks the arrays.
 */
import * as tf from "@tensorflow/tfjs";
import { replaceKernel } from "../replace_kernel.ts";

/** What is needed of the cpu backend, whose class the package's types do not export. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

interface ConvAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: [number, number, number, number];
}

type Geometry = tf.backend_util.Conv2DInfo;

/** Puts it in the stock kernel's place, for float32 in NHWC. Installing twice changes nothing more. */
export function installConv2dFilterGradient(): void {
  replaceKernel("Conv2DBackpropFilter", "cpu", ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const attributes = attrs as unknown as ConvAttributes;
    const suits = attributes.dataFormat === "NHWC" && x.dtype === "float32" &&
      dy.dtype === "float32";
    return suits ? filterGradient(backend as CpuBackend, x, dy, attributes) : null;
  });
}

function filterGradient(
  backend: CpuBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  { strides, pad, dimRoundingMode, filterShape }: ConvAttributes,
): tf.TensorInfo {
  const geometry = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const sums = new Float64Array(filterShape.reduce((product, side) => product * side, 1));
  const [images, maps] = [backend.data.get(x.dataId).values, backend.data.get(dy.dataId).values];
  for (let row = 0; row < geometry.filterHeight; row++) {
    for (let column = 0; column < geometry.filterWidth; column++) {
      addTap(sums, images, maps, geometry, row, column);
    }
  }
  return backend.makeTensorInfo(filterShape, "float32", new Float32Array(sums));
}

/** Adds up what one tap of the filter saw: x ⊗ dy over every place where it lay on the image. */
function addTap(
  sums: Float64Array,
  images: Float32Array,
  maps: Float32Array,
  geometry: Geometry,
  row: number,
  column: number,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const tap = (row * geometry.filterWidth + column) * inChannels * outChannels;
  for (let b = 0; b < batchSize; b++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const inRow = outRow * geometry.strideHeight + row - geometry.padInfo.top;
      if (inRow < 0 || inRow >= inHeight) continue;
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const inColumn = outColumn * geometry.strideWidth + column - geometry.padInfo.left;
        if (inColumn < 0 || inColumn >= inWidth) continue;
        const from = ((b * inHeight + inRow) * inWidth + inColumn) * inChannels;
        const to = ((b * outHeight + outRow) * outWidth + outColumn) * outChannels;
        for (let i = 0; i < inChannels; i++) {
          const value = images[from + i]!;
          const at = tap + i * outChannels;
          for (let o = 0; o < outChannels; o++) sums[at + o]! += value * maps[to + o]!;
        }
      }
    }
  }
}
