/**
 * Activations that kernels apply to what they are about to store. Codes: 0 none, 1 relu, 2 relu6,
 * 3 leakyrelu. NaN stays NaN.
 */

// @ts-ignore: decorator of AssemblyScript
@inline
export function vectorActivation(x: v128, code: i32, alpha: f32): v128 {
  if (code === 0) return x;
  const zero = f32x4.splat(0);
  if (code === 3) return v128.bitselect(f32x4.mul(x, f32x4.splat(alpha)), x, f32x4.lt(x, zero));
  const relu = f32x4.max(x, zero);
  return code === 1 ? relu : f32x4.min(relu, f32x4.splat(6));
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function activate(x: f32, code: i32, alpha: f32): f32 {
  if (code === 0) return x;
  if (code === 3) return x < 0 ? x * alpha : x;
  const relu = max<f32>(x, 0);
  return code === 1 ? relu : min<f32>(relu, 6);
}
