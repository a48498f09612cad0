/**
 * The gradient of a convolution with respect to its input, which is also the forward pass of a
 * transposed convolution, as an implicit matrix product:
 * dx[(b, ih, iw), c_in] = Σ over (kh, kw, c_out) of dy[b, (ih + pad - kh) / s, (iw + pad - kw) / s, c_out] · W[kh, kw, c_in, c_out].
 *
 * With a stride of s, a pixel sees only the taps whose residue (mod s) is its own. Pixels are sorted by
 * residue into s·s products, one to each z of the dispatch, which leave out the taps that never meet.
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import { isNarrow, NARROW_ROWS, narrowProductSource } from "./narrow_product.ts";
import {
  components,
  type ConvGeometry,
  geometryUniforms,
  geometryValues,
  readQuad,
  type Shape4D,
  writeQuad,
} from "./geometry.ts";
import {
  tileColumns,
  tileFor,
  tileProductSource,
  tileRows,
  workgroupSize,
} from "./tile_product.ts";

/** dx [B, H, W, C_in] of dy [B, OH, OW, C_out] and filter [KH, KW, C_in, C_out]. The caller owns it. */
export function conv2dInputGradient(
  backend: WebGPUBackend,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  geometry: ConvGeometry,
): tf.TensorInfo {
  const { batch, input } = geometry;
  const shape: Shape4D = [batch, input.height, input.width, input.channels];
  const flat = asPlainProduct(geometry);
  const program = inputGradientProgram(flat, shape);
  return backend.runWebGPUProgram(program, [dy, filter], "float32", geometryValues(flat));
}

/** Workgroups along x, y and z: tiles of channels, tiles of pixels of one residue, residues. */
export function inputGradientDispatch(geometry: ConvGeometry): [number, number, number] {
  const { batch, input, stride } = asPlainProduct(geometry);
  const pixels = batch * Math.ceil(input.height / stride.height) *
    Math.ceil(input.width / stride.width);
  const residues = stride.height * stride.width;
  if (isNarrow(input.channels)) return [1, Math.ceil(pixels / NARROW_ROWS), residues];
  const tile = tileFor(input.channels, Infinity);
  return [
    Math.ceil(input.channels / tileColumns(tile)),
    Math.ceil(pixels / tileRows(tile)),
    residues,
  ];
}

/**
 * Where the filter covers the whole picture (a generator's first layer, a discriminator's last) each
 * pixel sees one tap alone; taking all pixels' channels as one pixel's leaves a plain matrix product.
 */
function asPlainProduct(geometry: ConvGeometry): ConvGeometry {
  const { input, output, taps, pad } = geometry;
  const covers = output.height === 1 && output.width === 1 && pad.top === 0 && pad.left === 0 &&
    input.height === taps.height && input.width === taps.width;
  if (!covers) return geometry;
  return {
    ...geometry,
    input: { height: 1, width: 1, channels: taps.height * taps.width * input.channels },
    taps: { height: 1, width: 1 },
    stride: { height: 1, width: 1 },
  };
}

function inputGradientProgram(geometry: ConvGeometry, shape: Shape4D): WebGPUProgram {
  const { input, output } = geometry;
  const narrow = isNarrow(input.channels);
  const tile = tileFor(input.channels, Infinity);
  const [inputWidth, outputWidth] = [components(input.channels), components(output.channels)];
  return {
    variableNames: ["dy", "kernel"],
    variableComponents: [outputWidth, outputWidth],
    outputComponent: inputWidth,
    uniforms: geometryUniforms,
    workgroupSize: narrow ? [64, 1, 1] : workgroupSize(tile),
    outputShape: shape,
    dispatchLayout: { x: [0], y: [1], z: [2] },
    dispatch: inputGradientDispatch(geometry),
    shaderKey: `atelierInputGradient_${
      narrow ? "narrow" : tile.threadColumns
    }_${inputWidth}_${outputWidth}`,
    getUserCode: () => {
      const source = functions(input.channels, output.channels);
      if (narrow) return narrowProductSource({ functions: source });
      return tileProductSource({ tile, left: "inner", right: "inner", functions: source });
    },
  };
}

function functions(inputChannels: number, outputChannels: number): string {
  return `
    ${readQuad("readDy", "dy", outputChannels)}
    ${readQuad("readKernel", "kernel", outputChannels)}
    ${writeQuad(inputChannels)}
    ${ACCESS}`;
}

/** Where rows, terms and columns of the product lie in the buffers. */
const ACCESS = `
  // The taps whose residue is this workgroup's begin here and are a stride apart.
  fn firstTap() -> vec2<i32> {
    let z = i32(workgroupId.z);
    return vec2<i32>(z / uniforms.strides.y, z % uniforms.strides.y);
  }

  fn tapCount() -> vec2<i32> {
    return max(vec2<i32>(0), (uniforms.taps - firstTap() + uniforms.strides - 1) / uniforms.strides);
  }

  fn innerRange() -> vec2<i32> {
    let count = tapCount();
    return vec2<i32>(0, count.x * count.y * ((uniforms.maps.w + 3) / 4) * 4);
  }

  // Picture, row and column of dx; the row is -1 where there is no such pixel.
  fn locate(row: i32) -> vec3<i32> {
    let extent = (uniforms.images.yz + uniforms.strides - 1) / uniforms.strides;
    let line = row / extent.y;
    let picture = line / extent.x;
    let cell = vec2<i32>(line - picture * extent.x, row - line * extent.y);
    let offset = firstTap() - uniforms.pads % uniforms.strides;
    let at = cell * uniforms.strides + select(offset, offset + uniforms.strides, offset < vec2<i32>(0));
    if (picture >= uniforms.images.x || any(at >= uniforms.images.yz)) { return vec3<i32>(picture, -1, -1); }
    return vec3<i32>(picture, at);
  }

  // Picture, and the place in dy that the first tap sees; w tells whether there is such a row.
  fn locateRow(row: i32) -> vec4<i32> {
    let at = locate(row);
    let seen = (at.yz + uniforms.pads - firstTap()) / uniforms.strides;
    return vec4<i32>(at.x, seen, select(0, 1, at.y >= 0));
  }

  // Tap down and across in steps of the stride, first of four output channels; w: is it in range.
  fn locateInner(k: i32) -> vec4<i32> {
    let quads = (uniforms.maps.w + 3) / 4;
    let tap = k / 4 / quads;
    let across = tapCount().y;
    let down = tap / max(1, across);
    return vec4<i32>(down, tap - down * across, k - tap * quads * 4, select(0, 1, k < innerRange().y));
  }

  fn readLeft(row: vec4<i32>, inner: vec4<i32>) -> vec4<f32> {
    let at = row.yz - inner.xy;
    if (row.w * inner.w == 0 || any(at < vec2<i32>(0)) || any(at >= uniforms.maps.yz)) {
      return vec4<f32>(0.0);
    }
    let place = (row.x * uniforms.maps.y + at.x) * uniforms.maps.z + at.y;
    return readDy(place * uniforms.maps.w + inner.z, uniforms.maps.w - inner.z);
  }

  fn readRight(inner: vec4<i32>, column: i32) -> vec4<f32> {
    if (inner.w == 0 || column >= uniforms.images.w) { return vec4<f32>(0.0); }
    let tap = firstTap() + inner.xy * uniforms.strides;
    let line = (tap.x * uniforms.taps.y + tap.y) * uniforms.images.w + column;
    return readKernel(line * uniforms.maps.w + inner.z, uniforms.maps.w - inner.z);
  }

  fn write(row: i32, column: i32, value: vec4<f32>) {
    let at = locate(row);
    if (at.y < 0 || column >= uniforms.images.w) { return; }
    let pixel = (at.x * uniforms.images.y + at.y) * uniforms.images.z + at.z;
    writeQuad(pixel * uniforms.images.w + column, uniforms.images.w - column, value);
  }`;
