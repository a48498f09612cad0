/** What convolution kernels share: shapes, uniforms, and WGSL to read and write channels. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** Batch, height, width and channels. */
export type Shape4D = [number, number, number, number];

/** A convolution of NHWC images by [KH, KW, C_in, C_out], without dilation. */
export interface ConvGeometry {
  readonly batch: number;
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly output: { readonly height: number; readonly width: number; readonly channels: number };
  readonly taps: { readonly height: number; readonly width: number };
  readonly stride: { readonly height: number; readonly width: number };
  readonly pad: { readonly top: number; readonly left: number };
}

/** The attributes of Conv2D and its gradients; the gradients' have no dilations. */
export interface ConvAttrs {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The geometry of a convolution with these shapes, as stock TensorFlow.js works it out. */
export function convGeometry(
  inputShape: Shape4D,
  filterShape: Shape4D,
  attrs: ConvAttrs,
): ConvGeometry {
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  return {
    batch: info.batchSize,
    input: { height: info.inHeight, width: info.inWidth, channels: info.inChannels },
    output: { height: info.outHeight, width: info.outWidth, channels: info.outChannels },
    taps: { height: info.filterHeight, width: info.filterWidth },
    stride: { height: info.strideHeight, width: info.strideWidth },
    pad: { top: info.padInfo.top, left: info.padInfo.left },
  };
}

type Uniforms = NonNullable<Parameters<WebGPUBackend["runWebGPUProgram"]>[3]>;

/** The geometry as uniforms, in the order of `geometryUniforms`. */
export function geometryValues(geometry: ConvGeometry): Uniforms {
  const { batch, input, output, taps, stride, pad } = geometry;
  return [
    int32(batch, input.height, input.width, input.channels),
    int32(batch, output.height, output.width, output.channels),
    int32(taps.height, taps.width),
    int32(stride.height, stride.width),
    int32(pad.top, pad.left),
  ];
}

/** Declares what `geometryValues` fills. In `images` and `maps`: batch, height, width, channels. */
export const geometryUniforms =
  "images : vec4<i32>, maps : vec4<i32>, taps : vec2<i32>, strides : vec2<i32>, pads : vec2<i32>,";

/** Whole numbers as a kernel's uniform. */
export function int32(...data: number[]): Uniforms[number] {
  return { type: "int32", data };
}

/** Buffers are bound as vec4 where rows of channels begin on multiples of 4, else as single floats. */
export function components(channels: number): 1 | 4 {
  return channels % 4 === 0 ? 4 : 1;
}

/**
 * WGSL of `fn NAME(at: i32, left: i32) -> vec4<f32>`: four floats of a buffer from offset `at`, of
 * which only the first `left` exist; the others read as 0.
 */
export function readQuad(name: string, buffer: string, channels: number): string {
  if (components(channels) === 4) {
    return `fn ${name}(at: i32, left: i32) -> vec4<f32> { return ${buffer}[at / 4]; }`;
  }
  return `fn ${name}(at: i32, left: i32) -> vec4<f32> {
    var value = vec4<f32>(${buffer}[at], 0.0, 0.0, 0.0);
    if (left > 1) { value.y = ${buffer}[at + 1]; }
    if (left > 2) { value.z = ${buffer}[at + 2]; }
    if (left > 3) { value.w = ${buffer}[at + 3]; }
    return value;
  }`;
}

/** WGSL of `fn writeQuad(at: i32, left: i32, value: vec4<f32>)` to the program's output. */
export function writeQuad(channels: number): string {
  if (components(channels) === 4) {
    return "fn writeQuad(at: i32, left: i32, value: vec4<f32>) { result[at / 4] = value; }";
  }
  return `fn writeQuad(at: i32, left: i32, value: vec4<f32>) {
    result[at] = value.x;
    if (left > 1) { result[at + 1] = value.y; }
    if (left > 2) { result[at + 2] = value.z; }
    if (left > 3) { result[at + 3] = value.w; }
  }`;
}
