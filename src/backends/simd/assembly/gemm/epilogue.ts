/** What is done to finished sums: a bias added, an activation applied. */
import { expm1, sigmoid, tanh } from "../vector_math";

/** Activations, as kernels/fused.ts numbers them. */
export const LINEAR: i32 = 0;
const RELU: i32 = 1;
const RELU6: i32 = 2;
const LEAKY: i32 = 3;
export const PRELU: i32 = 4;
const ELU: i32 = 5;
const SIGMOID: i32 = 6;

/** The activations that take more than a few instructions: beyond PRELU, the last one is tanh. */
function activateByExp(kind: i32, x: v128): v128 {
  if (kind === ELU) return v128.bitselect(expm1(x), x, f32x4.lt(x, f32x4.splat(0)));
  return kind === SIGMOID ? sigmoid(x) : tanh(x);
}

/** Of four sums; `slope` is for LEAKY and PRELU. */
// @ts-ignore: decorator
@inline
export function activate(kind: i32, x: v128, slope: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind === RELU) return f32x4.max(x, zero);
  if (kind === RELU6) return f32x4.min(f32x4.max(x, zero), f32x4.splat(6));
  if (kind === LEAKY || kind === PRELU) return v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, zero));
  if (kind > PRELU) return activateByExp(kind, x);
  return x;
}

/**
 * Finishes `columns` sums at `to`. `bias` (0 where there is none) and `slopes` (for PRELU) point at the
 * values of these columns; `alpha` is the slope of LEAKY.
 */
export function finishRow(to: usize, columns: i32, bias: usize, kind: i32, alpha: f32, slopes: usize): void {
  const slope = f32x4.splat(alpha);
  let i: usize = 0;
  for (const end = <usize> (columns & ~3) << 2; i < end; i += 16) {
    let x = v128.load(to + i);
    if (bias !== 0) x = f32x4.add(x, v128.load(bias + i));
    v128.store(to + i, activate(kind, x, kind === PRELU ? v128.load(slopes + i) : slope));
  }
  for (const end = <usize> columns << 2; i < end; i += 4) {
    let x = v128.load32_zero(to + i);
    if (bias !== 0) x = f32x4.add(x, v128.load32_zero(bias + i));
    v128.store32_lane(to + i, activate(kind, x, kind === PRELU ? v128.load32_zero(slopes + i) : slope), 0);
  }
}
