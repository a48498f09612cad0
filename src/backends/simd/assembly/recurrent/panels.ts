/**
 * Products of a few rows with weights that stay the same over a whole sequence, and the sums of outer
 * products that are those weights' gradients.
 *
 * Weights lie in panels of 8 columns, 8 values for each row of theirs, so that one panel is read from
 * its start to its end. Their gradients lie likewise. Four rows by 8 columns, as blocks of a batch have
 * a multiple of 4 rows: 8 sums cover the latency of multiply-adds.
 */
import { madd } from "../fma";

/** Address of a value in panels whose weights have `depth` rows. */
// @ts-ignore: decorator
@inline
function at(panels: usize, depth: i32, row: i32, column: i32): usize {
  return panels + (<usize> ((column >> 3) * depth + row) << 5) + (<usize> (column & 7) << 2);
}

/** Bytes of panels. */
export function panelBytes(depth: i32, columns: i32): i32 {
  return ((columns + 7) >> 3) * depth * 32;
}

/** Puts a matrix into panels, its first value at `row` and `column`. */
export function packBlock(
  panels: usize, depth: i32, row: i32, column: i32, from: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let c = 0; c < columns; c++) {
    let to = at(panels, depth, row, column + c), source = from + (<usize> c << 2);
    for (let r = 0; r < rows; r++) {
      store<f32>(to, load<f32>(source));
      to += 32;
      source += <usize> stride << 2;
    }
  }
}

/** The same of the matrix's transpose. */
export function packTransposed(
  panels: usize, depth: i32, row: i32, column: i32, from: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let to = at(panels, depth, row, column + r), source = from + (<usize> (r * stride) << 2);
    for (let c = 0; c < columns; c++) {
      store<f32>(to, load<f32>(source));
      to += 32;
      source += 4;
    }
  }
}

/** The sum of `count` panels that lie `bytes` apart, in their order, back into a matrix. */
export function sumBlock(
  panels: usize, bytes: i32, count: i32, depth: i32, row: i32, column: i32, to: usize, rows: i32, columns: i32,
  stride: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const target = to + (<usize> (r * stride) << 2);
    for (let c = 0; c < columns; c++) {
      let from = at(panels, depth, row + r, column + c), sum: f32 = 0;
      for (let i = 0; i < count; i++) {
        sum += load<f32>(from);
        from += bytes;
      }
      store<f32>(target + (<usize> c << 2), sum);
    }
  }
}

/**
 * out = a·panels for 4·`groups` rows and 8·`count` columns; `depth` consecutive values of each row of a
 * are used. Strides are bytes from row to row.
 */
export function multiply(
  a: usize, stride: usize, groups: i32, panels: usize, count: i32, depth: i32, out: usize, outStride: usize,
): void {
  const bytes = <usize> depth << 5;
  for (let p = 0; p < count; p++) {
    let from = a, to = out;
    for (let g = 0; g < groups; g++) {
      multiplyTile(from, stride, panels, panels + bytes, to, outStride);
      from += stride << 2;
      to += outStride << 2;
    }
    panels += bytes;
    out += 32;
  }
}

function multiplyTile(a: usize, stride: usize, b: usize, end: usize, out: usize, outStride: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride;
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a), x1 = v128.load32_splat(a1);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(a2), x3 = v128.load32_splat(a3);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 32;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  out += outStride;
  v128.store(out, c10);
  v128.store(out, c11, 16);
  out += outStride;
  v128.store(out, c20);
  v128.store(out, c21, 16);
  out += outStride;
  v128.store(out, c30);
  v128.store(out, c31, 16);
}

/**
 * panels += aᵀ·g over `rows` rows: `depth` values of each row of a, 8·`count` of g. Both round up: a is
 * read, and panels have room, for a multiple of 4 values.
 */
export function accumulate(
  a: usize, stride: usize, depth: i32, g: usize, gStride: usize, count: i32, rows: i32, panels: usize,
): void {
  const end = a + <usize> rows * stride;
  for (let p = 0; p < count; p++) {
    for (let d: usize = 0, length = <usize> depth << 2; d < length; d += 16) {
      accumulateTile(a + d, end + d, stride, g, gStride, panels);
      panels += 128;
    }
    g += 32;
  }
}

function accumulateTile(a: usize, end: usize, stride: usize, g: usize, gStride: usize, to: usize): void {
  let c00 = v128.load(to), c01 = v128.load(to, 16), c10 = v128.load(to, 32), c11 = v128.load(to, 48);
  let c20 = v128.load(to, 64), c21 = v128.load(to, 80), c30 = v128.load(to, 96), c31 = v128.load(to, 112);
  while (a < end) {
    const g0 = v128.load(g), g1 = v128.load(g, 16);
    const x0 = v128.load32_splat(a), x1 = v128.load32_splat(a, 4);
    c00 = madd(x0, g0, c00);
    c01 = madd(x0, g1, c01);
    c10 = madd(x1, g0, c10);
    c11 = madd(x1, g1, c11);
    const x2 = v128.load32_splat(a, 8), x3 = v128.load32_splat(a, 12);
    c20 = madd(x2, g0, c20);
    c21 = madd(x2, g1, c21);
    c30 = madd(x3, g0, c30);
    c31 = madd(x3, g1, c31);
    a += stride;
    g += gStride;
  }
  v128.store(to, c00);
  v128.store(to, c01, 16);
  v128.store(to, c10, 32);
  v128.store(to, c11, 48);
  v128.store(to, c20, 64);
  v128.store(to, c21, 80);
  v128.store(to, c30, 96);
  v128.store(to, c31, 112);
}
