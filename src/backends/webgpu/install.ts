/** Puts our WebGPU kernels in the place of stock ones. */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { conv2dFilterGradient } from "./conv2d_filter_gradient.ts";
import { conv2dForward, forwardDispatch } from "./conv2d_forward.ts";
import { conv2dInputGradient, inputGradientDispatch } from "./conv2d_input_gradient.ts";
import { type ConvAttrs, type ConvGeometry, convGeometry, type Shape4D } from "./geometry.ts";
import { isNarrow } from "./narrow_product.ts";
import { replaceKernel } from "../replace_kernel.ts";
import { turnedProduct } from "./turned_product.ts";

/** Computes a kernel's output, or returns null for what it does not cover. */
type Replacement = (
  backend: WebGPUBackend,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap,
) => tf.TensorInfo | null;

const replacements: Readonly<Record<string, Replacement>> = {
  BatchMatMul: (...call) => turnedProduct("BatchMatMul", ...call),
  _FusedMatMul: (...call) => turnedProduct("_FusedMatMul", ...call),
  Conv2D: forward,
  FusedConv2D(backend, inputs, attrs) {
    const fused = inputs["bias"] || inputs["preluActivationWeights"] ||
      attrs["activation"] !== "linear";
    return fused ? null : forward(backend, inputs, attrs);
  },
  Conv2DBackpropFilter(backend, inputs, attrs) {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const geometry = covered(x.shape, attrs["filterShape"], attrs, [x, dy]);
    return geometry === null ? null : conv2dFilterGradient(backend, x, dy, geometry);
  },
  Conv2DBackpropInput(backend, inputs, attrs) {
    const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
    const geometry = covered(attrs["inputShape"], filter.shape, attrs, [dy, filter]);
    if (geometry === null || !fits(backend, inputGradientDispatch(geometry))) return null;
    return conv2dInputGradient(backend, dy, filter, geometry);
  },
};

/**
 * Registers our kernels for the `webgpu` backend, each with the stock one behind it for what it does
 * not cover. Installing twice changes nothing more.
 */
export function installWebGpuKernels(): void {
  for (const [kernelName, replacement] of Object.entries(replacements)) {
    replaceKernel(
      kernelName,
      "webgpu",
      ({ inputs, backend, attrs }) => replacement(backend as WebGPUBackend, inputs, attrs ?? {}),
    );
  }
}

function forward(
  backend: WebGPUBackend,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap,
): tf.TensorInfo | null {
  const { x, filter } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
  const geometry = covered(x.shape, filter.shape, attrs, [x, filter]);
  if (geometry === null || isPlainProduct(geometry) || isNarrow(geometry.output.channels)) {
    return null;
  }
  return fits(backend, forwardDispatch(geometry))
    ? conv2dForward(backend, x, filter, geometry)
    : null;
}

/** Convolutions that the stock kernel hands on to its matrix product, and rightly so. */
function isPlainProduct({ output, taps }: ConvGeometry): boolean {
  return output.height * output.width === 1 || taps.height * taps.width === 1;
}

/** The geometry where our kernels cover it: float32, NHWC, no dilation, nothing empty; else null. */
function covered(
  inputShape: unknown,
  filterShape: unknown,
  attrs: tf.NamedAttrMap,
  operands: readonly tf.TensorInfo[],
): ConvGeometry | null {
  const convAttrs = attrs as unknown as ConvAttrs;
  const shapes = [inputShape as Shape4D, filterShape as Shape4D] as const;
  const suits = convAttrs.dataFormat === "NHWC" &&
    [convAttrs.dilations ?? 1].flat().every((dilation) => dilation === 1) &&
    operands.every(({ dtype }) => dtype === "float32") &&
    [...shapes, ...operands.map(({ shape }) => shape)].every((shape) => !shape.includes(0));
  return suits ? convGeometry(...shapes, convAttrs) : null;
}

function fits(backend: WebGPUBackend, dispatch: readonly number[]): boolean {
  const most = backend.device.limits.maxComputeWorkgroupsPerDimension;
  return dispatch.every((count) => count <= most);
}
