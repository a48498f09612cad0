/**
 * Convolution as an implicit matrix product:
 * y[(b, oh, ow), c_out] = Σ over (kh, kw, c_in) of x[b, oh·s + kh - pad, ow·s + kw - pad, c_in] · W[kh, kw, c_in, c_out].
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import {
  components,
  type ConvGeometry,
  geometryUniforms,
  geometryValues,
  readQuad,
  writeQuad,
} from "./geometry.ts";
import {
  tileColumns,
  tileFor,
  tileProductSource,
  tileRows,
  workgroupSize,
} from "./tile_product.ts";

/** y [B, OH, OW, C_out] of x [B, H, W, C_in] and filter [KH, KW, C_in, C_out]. The caller owns it. */
export function conv2dForward(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  geometry: ConvGeometry,
): tf.TensorInfo {
  const program = forwardProgram(geometry);
  return backend.runWebGPUProgram(program, [x, filter], "float32", geometryValues(geometry));
}

/** Workgroups along x, y and z: tiles of channels, tiles of pixels. */
export function forwardDispatch({ batch, output }: ConvGeometry): [number, number, number] {
  const tile = tileFor(output.channels, Infinity);
  const pixels = batch * output.height * output.width;
  return [
    Math.ceil(output.channels / tileColumns(tile)),
    Math.ceil(pixels / tileRows(tile)),
    1,
  ];
}

function forwardProgram(geometry: ConvGeometry): WebGPUProgram {
  const { batch, input, output } = geometry;
  const tile = tileFor(output.channels, Infinity);
  const [inputWidth, outputWidth] = [components(input.channels), components(output.channels)];
  return {
    variableNames: ["x", "kernel"],
    variableComponents: [inputWidth, outputWidth],
    outputComponent: outputWidth,
    uniforms: geometryUniforms,
    workgroupSize: workgroupSize(tile),
    outputShape: [batch, output.height, output.width, output.channels],
    dispatchLayout: { x: [0], y: [1], z: [2] },
    dispatch: forwardDispatch(geometry),
    shaderKey: `atelierForward_${tile.threadColumns}_${inputWidth}_${outputWidth}`,
    getUserCode: () =>
      tileProductSource({
        tile,
        left: "inner",
        right: "columns",
        functions: functions(input.channels, output.channels),
      }),
  };
}

function functions(inputChannels: number, outputChannels: number): string {
  return `
    ${readQuad("readX", "x", inputChannels)}
    ${readQuad("readKernel", "kernel", outputChannels)}
    ${writeQuad(outputChannels)}
    ${ACCESS}`;
}

/** Where rows, terms and columns of the product lie in the buffers. */
const ACCESS = `
  // Each tap's input channels are padded to a multiple of 4.
  fn paddedChannels() -> i32 { return (uniforms.images.w + 3) / 4 * 4; }

  fn innerRange() -> vec2<i32> {
    return vec2<i32>(0, uniforms.taps.x * uniforms.taps.y * paddedChannels());
  }

  // Picture, and the place in x that the first tap sees; w tells whether there is such a row.
  fn locateRow(row: i32) -> vec4<i32> {
    let line = row / uniforms.maps.z;
    let picture = line / uniforms.maps.y;
    let place = vec2<i32>(line - picture * uniforms.maps.y, row - line * uniforms.maps.z);
    let seen = place * uniforms.strides - uniforms.pads;
    return vec4<i32>(picture, seen, select(0, 1, picture < uniforms.images.x));
  }

  // Tap down and across, input channel; w tells whether there are such.
  fn locateInner(k: i32) -> vec4<i32> {
    let tap = k / paddedChannels();
    let down = tap / uniforms.taps.y;
    let channel = k - tap * paddedChannels();
    let exists = down < uniforms.taps.x && channel < uniforms.images.w;
    return vec4<i32>(down, tap - down * uniforms.taps.y, channel, select(0, 1, exists));
  }

  fn readLeft(row: vec4<i32>, inner: vec4<i32>) -> vec4<f32> {
    let at = row.yz + inner.xy;
    if (row.w * inner.w == 0 || any(at < vec2<i32>(0)) || any(at >= uniforms.images.yz)) {
      return vec4<f32>(0.0);
    }
    let pixel = (row.x * uniforms.images.y + at.x) * uniforms.images.z + at.y;
    return readX(pixel * uniforms.images.w + inner.z, uniforms.images.w - inner.z);
  }

  fn readRight(inner: vec4<i32>, column: i32) -> vec4<f32> {
    if (inner.w == 0 || column >= uniforms.maps.w) { return vec4<f32>(0.0); }
    let line = (inner.x * uniforms.taps.y + inner.y) * uniforms.images.w + inner.z;
    return readKernel(line * uniforms.maps.w + column, uniforms.maps.w - column);
  }

  fn write(row: i32, column: i32, value: vec4<f32>) {
    if (row >= uniforms.images.x * uniforms.maps.y * uniforms.maps.z || column >= uniforms.maps.w) {
      return;
    }
    writeQuad(row * uniforms.maps.w + column, uniforms.maps.w - column, value);
  }`;
