/**
 * Products of a few rows with weights that stay the same over a whole sequence, and the sums of outer
 * products that are those weights' gradients.
 *
 * Weights lie in panels of 24 columns, what is left of them in panels of 8: for each row of theirs the
 * panel's values, so that it is read from its start to its end. Their gradients lie in panels of 8 alone.
 * Loads count, as some runtimes check the bounds of each: a tile of 2 rows and 24 columns makes 8 for 12
 * multiply-adds; 4 rows and 8 columns of outer products make 3 for 8.
 */
import { madd } from "../fma";

/** Columns of a wide panel. */
const WIDE: i32 = 24;

/** Bytes of panels. */
export function panelBytes(depth: i32, columns: i32): i32 {
  return ((columns + 7) >> 3) * depth * 32;
}

/** Puts a matrix into panels of `depth` rows and `width` columns in all, its first value at `row` and `column`. */
export function packBlock(
  panels: usize, depth: i32, width: i32, row: i32, column: i32,
  from: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let c = 0; c < columns; c++) {
    packColumn(panels, depth, width, row, column + c, from + (<usize> c << 2), rows, <usize> stride << 2);
  }
}

/** The same of the matrix's transpose. */
export function packTransposed(
  panels: usize, depth: i32, width: i32, row: i32, column: i32,
  from: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let r = 0; r < rows; r++) {
    packColumn(panels, depth, width, row, column + r, from + (<usize> (r * stride) << 2), columns, 4);
  }
}

/** Puts the sum of two vectors into one row of panels. */
export function packSum(
  panels: usize, depth: i32, width: i32, row: i32, column: i32, first: usize, second: usize, count: i32,
): void {
  for (let c = 0; c < count; c++) {
    const offset = <usize> c << 2;
    store<f32>(at(panels, depth, width, row, column + c), load<f32>(first + offset) + load<f32>(second + offset));
  }
}

function packColumn(
  panels: usize, depth: i32, width: i32, row: i32, column: i32, from: usize, count: i32, step: usize,
): void {
  const rowBytes = column < wideColumns(width) ? WIDE << 2 : 32;
  let to = at(panels, depth, width, row, column);
  for (let i = 0; i < count; i++) {
    store<f32>(to, load<f32>(from));
    to += rowBytes;
    from += step;
  }
}

/** How many columns lie in wide panels. */
// @ts-ignore: decorator
@inline
function wideColumns(width: i32): i32 {
  return (width + 7 & ~7) / WIDE * WIDE;
}

/** Address of a value in panels. */
function at(panels: usize, depth: i32, width: i32, row: i32, column: i32): usize {
  const last = wideColumns(width), narrow = column >= last;
  const columns = narrow ? 8 : WIDE;
  const start = narrow ? last + (column - last & ~7) : column / WIDE * WIDE;
  return panels + (<usize> (start * depth + row * columns + column - start) << 2);
}

/**
 * out = a·panels for 8·`count` columns and `rows` rows, rounded up to 4; `depth` consecutive values of
 * each row of a are used. Strides are bytes from row to row.
 */
export function multiply(
  a: usize, stride: usize, rows: i32, panels: usize, count: i32, depth: i32, out: usize, outStride: usize,
): void {
  for (; count >= 3; count -= 3) {
    const end = panels + <usize> depth * (WIDE << 2);
    for (let r = 0; r < rows; r += 2) {
      wideTile(a + r * stride, stride, panels, end, out + r * outStride, outStride);
    }
    panels = end;
    out += WIDE << 2;
  }
  for (; count > 0; count--) {
    const end = panels + (<usize> depth << 5);
    for (let r = 0; r < rows; r += 4) {
      narrowTile(a + r * stride, stride, panels, end, out + r * outStride, outStride);
    }
    panels = end;
    out += 32;
  }
}

/**
 * Two rows and 24 columns. Each vector is loaded right before it is used: what is loaded early lives long,
 * and more than 15 vectors do not fit the registers.
 */
function wideTile(a0: usize, stride: usize, b: usize, end: usize, out: usize, outStride: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0;
  let a1 = a0 + stride;
  while (b < end) {
    const x = v128.load32_splat(a0), y = v128.load32_splat(a1);
    const b0 = v128.load(b);
    c0 = madd(x, b0, c0);
    d0 = madd(y, b0, d0);
    const b1 = v128.load(b, 16);
    c1 = madd(x, b1, c1);
    d1 = madd(y, b1, d1);
    const b2 = v128.load(b, 32);
    c2 = madd(x, b2, c2);
    d2 = madd(y, b2, d2);
    const b3 = v128.load(b, 48);
    c3 = madd(x, b3, c3);
    d3 = madd(y, b3, d3);
    const b4 = v128.load(b, 64);
    c4 = madd(x, b4, c4);
    d4 = madd(y, b4, d4);
    const b5 = v128.load(b, 80);
    c5 = madd(x, b5, c5);
    d5 = madd(y, b5, d5);
    a0 += 4;
    a1 += 4;
    b += WIDE << 2;
  }
  storeSix(out, c0, c1, c2, c3, c4, c5);
  storeSix(out + outStride, d0, d1, d2, d3, d4, d5);
}

// @ts-ignore: decorator
@inline
function storeSix(to: usize, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128): void {
  v128.store(to, c0);
  v128.store(to, c1, 16);
  v128.store(to, c2, 32);
  v128.store(to, c3, 48);
  v128.store(to, c4, 64);
  v128.store(to, c5, 80);
}

/** Four rows and 8 columns. */
function narrowTile(a0: usize, stride: usize, b: usize, end: usize, out: usize, outStride: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  let a1 = a0 + stride, a2 = a1 + stride, a3 = a2 + stride;
  while (b < end) {
    const left = v128.load(b), right = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c0 = madd(x0, left, c0);
    d0 = madd(x0, right, d0);
    const x1 = v128.load32_splat(a1);
    c1 = madd(x1, left, c1);
    d1 = madd(x1, right, d1);
    const x2 = v128.load32_splat(a2);
    c2 = madd(x2, left, c2);
    d2 = madd(x2, right, d2);
    const x3 = v128.load32_splat(a3);
    c3 = madd(x3, left, c3);
    d3 = madd(x3, right, d3);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 32;
  }
  storeTwo(out, c0, d0);
  storeTwo(out + outStride, c1, d1);
  storeTwo(out + 2 * outStride, c2, d2);
  storeTwo(out + 3 * outStride, c3, d3);
}

// @ts-ignore: decorator
@inline
function storeTwo(to: usize, c: v128, d: v128): void {
  v128.store(to, c);
  v128.store(to, d, 16);
}

/**
 * panels += aᵀ·g over `rows` rows: `depth` values of each row of a, 8·`count` of g. Depth is rounded up: a
 * is read, and panels have room, for a multiple of 4 values.
 */
export function accumulate(
  a: usize, stride: usize, depth: i32, g: usize, gStride: usize, count: i32, rows: i32, panels: usize,
): void {
  const end = a + <usize> rows * stride;
  for (let p = 0; p < count; p++) {
    for (let d: usize = 0, length = <usize> depth << 2; d < length; d += 16) {
      outerTile(a + d, end + d, stride, g, gStride, panels);
      panels += 128;
    }
    g += 32;
  }
}

function outerTile(a: usize, end: usize, stride: usize, g: usize, gStride: usize, to: usize): void {
  let c0 = v128.load(to), d0 = v128.load(to, 16), c1 = v128.load(to, 32), d1 = v128.load(to, 48);
  let c2 = v128.load(to, 64), d2 = v128.load(to, 80), c3 = v128.load(to, 96), d3 = v128.load(to, 112);
  while (a < end) {
    const left = v128.load(g), right = v128.load(g, 16);
    const x = v128.load(a);
    const x0 = i32x4.shuffle(x, x, 0, 0, 0, 0);
    c0 = madd(x0, left, c0);
    d0 = madd(x0, right, d0);
    const x1 = i32x4.shuffle(x, x, 1, 1, 1, 1);
    c1 = madd(x1, left, c1);
    d1 = madd(x1, right, d1);
    const x2 = i32x4.shuffle(x, x, 2, 2, 2, 2);
    c2 = madd(x2, left, c2);
    d2 = madd(x2, right, d2);
    const x3 = i32x4.shuffle(x, x, 3, 3, 3, 3);
    c3 = madd(x3, left, c3);
    d3 = madd(x3, right, d3);
    a += stride;
    g += gStride;
  }
  storeTwo(to, c0, d0);
  storeTwo(to + 32, c1, d1);
  storeTwo(to + 64, c2, d2);
  storeTwo(to + 96, c3, d3);
}

/** The sum of `count` gradients that lie `bytes` apart, in their order, back into a matrix. */
export function sumBlock(
  panels: usize, bytes: i32, count: i32, depth: i32, row: i32, column: i32,
  to: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const target = to + (<usize> (r * stride) << 2);
    for (let c = column; c < column + columns; c++) {
      let from = panels + (<usize> ((c >> 3) * depth + row + r) << 5) + (<usize> (c & 7) << 2), sum: f32 = 0;
      for (let i = 0; i < count; i++) {
        sum += load<f32>(from);
        from += bytes;
      }
      store<f32>(target + (<usize> (c - column) << 2), sum);
    }
  }
}
