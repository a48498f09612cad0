/** Micro-kernels as those of rows_tile.ts, whose A is stored by columns: channels at a tile. */
import { madd } from "../fma";
import { put } from "./rows_tile";

/**
 * C (+)= A·B for `count` rows of A, 6 or 4: so many values a step, steps `strideA` bytes apart; B is packed, 8
 * values a step. `k` counts steps, at least one.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function columnsTile(
  count: i32, a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let b0 = c00, b1 = c00, x = c00;
  const end = b + (<usize>k << 5);
  while (true) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += strideA;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += strideA;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += strideA;
    b += 32;
    if (b === end) break;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a + 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a + 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a + 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    if (count > 4) {
      x = v128.load32_splat(a + 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += strideA;
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

export function columns6(a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool): void {
  columnsTile(6, a, strideA, b, k, c, strideC, accumulate);
}

export function columns4(a: usize, strideA: usize, b: usize, k: i32, c: usize, strideC: usize, accumulate: bool): void {
  columnsTile(4, a, strideA, b, k, c, strideC, accumulate);
}
