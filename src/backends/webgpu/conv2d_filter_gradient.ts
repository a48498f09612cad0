/**
 * The gradient of a convolution with respect to its filter, as an implicit matrix product:
 * dW[(kh, kw, c_in), c_out] = Σ over (b, oh, ow) of x[b, oh·s + kh - pad, ow·s + kw - pad, c_in] · dy[b, oh, ow, c_out].
 *
 * The stock kernel gives each element of dW a thread that walks the whole batch. Here tiles of x and
 * dy are shared, and where dW has few tiles the sum is split among workgroups and added up in a
 * second pass.
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import {
  components,
  type ConvGeometry,
  geometryUniforms,
  geometryValues,
  int32,
  readQuad,
  type Shape4D,
  writeQuad,
} from "./geometry.ts";
import { sumPartials } from "./sum_partials.ts";
import {
  tileColumns,
  tileFor,
  tileProductSource,
  tileRows,
  workgroupSize,
} from "./tile_product.ts";

/** Enough workgroups to occupy a large GPU. */
const WANTED_WORKGROUPS = 256;
/** Terms of the sum below which a further split costs more than it brings. */
const LEAST_TERMS = 256;

/** dW [KH, KW, C_in, C_out] of images x [B, H, W, C_in] and dy [B, OH, OW, C_out]. The caller owns it. */
export function conv2dFilterGradient(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  geometry: ConvGeometry,
): tf.TensorInfo {
  const { batch, output } = geometry;
  const terms = batch * output.height * output.width;
  const splits = splitCount(geometry, terms);
  const shape: Shape4D = [
    geometry.taps.height,
    geometry.taps.width,
    geometry.input.channels,
    output.channels,
  ];
  const program = filterGradientProgram(geometry, splits, shape);
  const termsPerSplit = Math.ceil(terms / splits);
  const sums = backend.runWebGPUProgram(program, [x, dy], "float32", [
    ...geometryValues(geometry),
    int32(terms),
    int32(termsPerSplit),
  ]);
  if (splits === 1) return sums;
  const total = sumPartials(backend, sums, shape);
  backend.disposeData(sums.dataId);
  return total;
}

function splitCount(geometry: ConvGeometry, terms: number): number {
  const [x, y] = tileCounts(geometry);
  const wanted = Math.ceil(WANTED_WORKGROUPS / (x * y));
  return Math.max(1, Math.min(wanted, Math.floor(terms / LEAST_TERMS)));
}

/** Rows of the product. Each tap's input channels are padded to a multiple of 4. */
function rowCount({ input, taps }: ConvGeometry): number {
  return taps.height * taps.width * Math.ceil(input.channels / 4) * 4;
}

/** Tiles of dW across and down. */
function tileCounts(geometry: ConvGeometry): [number, number] {
  const [columns, rows] = [geometry.output.channels, rowCount(geometry)];
  const tile = tileFor(columns, rows);
  return [Math.ceil(columns / tileColumns(tile)), Math.ceil(rows / tileRows(tile))];
}

function filterGradientProgram(
  geometry: ConvGeometry,
  splits: number,
  shape: Shape4D,
): WebGPUProgram {
  const { input, output } = geometry;
  const tile = tileFor(output.channels, rowCount(geometry));
  const [inputWidth, outputWidth] = [components(input.channels), components(output.channels)];
  return {
    variableNames: ["x", "dy"],
    variableComponents: [inputWidth, outputWidth],
    outputComponent: outputWidth,
    uniforms: `${geometryUniforms} terms : i32, termsPerSplit : i32,`,
    workgroupSize: workgroupSize(tile),
    outputShape: splits === 1 ? shape : [splits, shape.reduce((a, b) => a * b)],
    dispatchLayout: { x: [0], y: [1], z: [2] },
    dispatch: [...tileCounts(geometry), splits],
    shaderKey:
      `atelierFilterGradient_${tile.threadColumns}x${tile.rowQuads}_${inputWidth}_${outputWidth}`,
    getUserCode: () =>
      tileProductSource({
        tile,
        left: "rows",
        right: "columns",
        functions: functions(input.channels, output.channels),
      }),
  };
}

function functions(inputChannels: number, outputChannels: number): string {
  return `
    ${readQuad("readX", "x", inputChannels)}
    ${readQuad("readDy", "dy", outputChannels)}
    ${writeQuad(outputChannels)}
    ${ACCESS}`;
}

/** Where rows, terms and columns of the product lie in the buffers. */
const ACCESS = `
  fn innerRange() -> vec2<i32> {
    let first = i32(workgroupId.z) * uniforms.termsPerSplit;
    return vec2<i32>(first, min(first + uniforms.termsPerSplit, uniforms.terms));
  }

  // Tap down, tap across, first of four input channels.
  fn locate(row: i32) -> vec3<i32> {
    let quads = (uniforms.images.w + 3) / 4;
    let tap = row / 4 / quads;
    let down = tap / uniforms.taps.y;
    return vec3<i32>(down, tap - down * uniforms.taps.y, row - tap * quads * 4);
  }

  // As locate, the taps less the padding; w tells whether there is such a row.
  fn locateRow(row: i32) -> vec4<i32> {
    let at = locate(row);
    return vec4<i32>(at.xy - uniforms.pads, at.z, select(0, 1, at.x < uniforms.taps.x));
  }

  // Picture, row and column of dy, and the term itself, or -1 past the split's last.
  fn locateInner(k: i32) -> vec4<i32> {
    let line = k / uniforms.maps.z;
    let picture = line / uniforms.maps.y;
    return vec4<i32>(
      picture,
      line - picture * uniforms.maps.y,
      k - line * uniforms.maps.z,
      select(-1, k, k < innerRange().y));
  }

  fn readLeft(row: vec4<i32>, inner: vec4<i32>) -> vec4<f32> {
    let at = inner.yz * uniforms.strides + row.xy;
    if (row.w == 0 || inner.w < 0 || any(at < vec2<i32>(0)) || any(at >= uniforms.images.yz)) {
      return vec4<f32>(0.0);
    }
    let pixel = (inner.x * uniforms.images.y + at.x) * uniforms.images.z + at.y;
    return readX(pixel * uniforms.images.w + row.z, uniforms.images.w - row.z);
  }

  fn readRight(inner: vec4<i32>, column: i32) -> vec4<f32> {
    if (inner.w < 0 || column >= uniforms.maps.w) { return vec4<f32>(0.0); }
    return readDy(inner.w * uniforms.maps.w + column, uniforms.maps.w - column);
  }

  fn write(row: i32, column: i32, value: vec4<f32>) {
    let at = locate(row);
    if (at.x >= uniforms.taps.x || at.z >= uniforms.images.w || column >= uniforms.maps.w) { return; }
    let rows = uniforms.taps.x * uniforms.taps.y * uniforms.images.w;
    let line = (at.x * uniforms.taps.y + at.y) * uniforms.images.w + at.z;
    let start = (i32(workgroupId.z) * rows + line) * uniforms.maps.w + column;
    writeQuad(start, uniforms.maps.w - column, value);
  }`;
