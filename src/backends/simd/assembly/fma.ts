/** The multiply-add that all kernels build on, and how many of them the machine can do. */

/** a·b + c: one rounding where the build has relaxed SIMD and the processor an FMA, else two. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * What the roofline is measured against: 10·`rounds` independent multiply-adds of four lanes, on
 * registers only. `factor` and `term` come from outside, so that they are no constants: those the
 * compiler would write out anew for each instruction.
 */
export function fmaPeak(rounds: i32, factor: f32, term: f32): f32 {
  let a = f32x4.splat(1.0), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a;
  const x = f32x4.splat(factor), y = f32x4.splat(term);
  for (let r = 0; r < rounds; r++) {
    a = madd(a, x, y);
    b = madd(b, x, y);
    c = madd(c, x, y);
    d = madd(d, x, y);
    e = madd(e, x, y);
    f = madd(f, x, y);
    g = madd(g, x, y);
    h = madd(h, x, y);
    i = madd(i, x, y);
    j = madd(j, x, y);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(sum, f32x4.add(i, j)), 0);
}
