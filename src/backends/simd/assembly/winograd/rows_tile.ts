/**
 * Micro-kernels whose A is stored by rows: values at tiles. A tile of 6 rows and 8 columns, its sums in
 * registers, as in gemm/tile.ts, whose comment tells why the loop looks like this.
 */
import { madd } from "../fma";

/** Stores eight sums, or adds them to what stands there. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function put(c: usize, accumulate: bool, low: v128, high: v128): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), low));
    v128.store(c + 16, f32x4.add(v128.load(c + 16), high));
  } else {
    v128.store(c, low);
    v128.store(c + 16, high);
  }
}

/**
 * C (+)= A·B for `count` rows of A, 6 or 4, `strideA` bytes apart, and 8 columns: B is packed, 8 values a
 * step. `k` counts steps, at least one. Over 50 lines, as sums must be named one by one to stay in registers.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function rowsTile(
  count: i32, a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let b0 = c00, b1 = c00, x = c00;
  const end = b + (<usize>k << 5);
  const row2 = strideA << 1, row3 = row2 + strideA, row4 = row2 << 1, row5 = row4 + strideA;
  while (true) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + strideA);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + row2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + row3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + row4);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + row5);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += 4;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + strideA);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + row2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + row3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + row4);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + row5);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += 4;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + strideA);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + row2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + row3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + row4);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + row5);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += 4;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + strideA);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + row2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + row3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + row4);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + row5);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += 4;
    b += 32;
    if (b === end) break;
  }
  put(c, accumulate, c00, c01);
  put(c + strideC, accumulate, c10, c11);
  c += strideC << 1;
  put(c, accumulate, c20, c21);
  put(c + strideC, accumulate, c30, c31);
  if (count < 6) return;
  c += strideC << 1;
  put(c, accumulate, c40, c41);
  put(c + strideC, accumulate, c50, c51);
}

export function rows6(a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool): void {
  rowsTile(6, a, strideA, b, k, c, strideC, accumulate);
}

export function rows4(a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool): void {
  rowsTile(4, a, strideA, b, k, c, strideC, accumulate);
}
