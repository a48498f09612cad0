/**
 * Sines and cosines of four floats. Arguments are reduced by quadrants in double precision, or where they are
 * large by the bits of 4/π that matter (Payne and Hanek, 1983); polynomials as in Cephes.
 */
import { madd } from "./fma";
import { one } from "./vector_math";

/** sin r = r + r³·P(r²), cos r = 1 − r²/2 + r⁴·Q(r²) for |r| ≤ π/4. */
const TRIGONOMETRY = memory.data<f32>([
  -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2,
  -0.5, 1048576.0,
], 16);
/** 2/π; 1.5·2⁵²; −π/2 in two parts. */
const QUADRANT = memory.data<f64>([0.63661977236758134308, 6755399441055744.0, -1.57079631090164184570, -1.58932547735281966916e-8], 16);

/** 32 bits of 4/π from each of its bytes on. */
const FOUR_OVER_PI = memory.data<u32>([
  0x000000a2, 0x0000a2f9, 0x00a2f983, 0xa2f9836e, 0xf9836e4e, 0x836e4e44, 0x6e4e4415, 0x4e441529,
  0x441529fc, 0x1529fc27, 0x29fc2757, 0xfc2757d1, 0x2757d1f5, 0x57d1f534, 0xd1f534dd, 0xf534ddc0,
  0x34ddc0db, 0xddc0db62, 0xc0db6295, 0xdb629599, 0x6295993c, 0x95993c43, 0x993c4390, 0x3c439041,
]);

/** Whether all four are small enough for `sinCos`. */
// @ts-ignore: decorator
@inline
export function canReduce(x: v128): bool {
  return i32x4.all_true(f32x4.le(f32x4.abs(x), v128.load32_splat(TRIGONOMETRY, 28)));
}

/** sin(x + shift·π/2), for |x| ≤ 2²⁰: reduced by quadrants in double precision. */
// @ts-ignore: decorator
@inline
export function sinShifted(x: v128, shift: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  const magic = v128.load64_splat(QUADRANT, 8);
  const lowTurns = f64x2.add(f64x2.mul(low, v128.load64_splat(QUADRANT, 0)), magic);
  const highTurns = f64x2.add(f64x2.mul(high, v128.load64_splat(QUADRANT, 0)), magic);
  const rLow = f32x4.demote_f64x2_zero(withinQuadrant(low, f64x2.sub(lowTurns, magic)));
  const rHigh = f32x4.demote_f64x2_zero(withinQuadrant(high, f64x2.sub(highTurns, magic)));
  const r = i8x16.shuffle(rLow, rHigh, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const turns = i8x16.shuffle(lowTurns, highTurns, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const quadrant = i32x4.add(turns, i32x4.splat(shift));
  const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
  const y = v128.bitselect(cosPolynomial(r), sinPolynomial(r), odd);
  return v128.xor(y, i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30));
}

// @ts-ignore: decorator
@inline
function withinQuadrant(x: v128, turns: v128): v128 {
  const coarse = f64x2.add(f64x2.mul(turns, v128.load64_splat(QUADRANT, 16)), x);
  return f64x2.add(f64x2.mul(turns, v128.load64_splat(QUADRANT, 24)), coarse);
}

// @ts-ignore: decorator
@inline
export function sinPolynomial(r: v128): v128 {
  const z = f32x4.mul(r, r);
  let p = madd(z, v128.load32_splat(TRIGONOMETRY, 0), v128.load32_splat(TRIGONOMETRY, 4));
  p = madd(p, z, v128.load32_splat(TRIGONOMETRY, 8));
  return madd(f32x4.mul(p, z), r, r);
}

// @ts-ignore: decorator
@inline
export function cosPolynomial(r: v128): v128 {
  const z = f32x4.mul(r, r);
  let p = madd(z, v128.load32_splat(TRIGONOMETRY, 12), v128.load32_splat(TRIGONOMETRY, 16));
  p = madd(p, z, v128.load32_splat(TRIGONOMETRY, 20));
  return madd(f32x4.mul(p, z), z, madd(z, v128.load32_splat(TRIGONOMETRY, 24), one()));
}

/** sin(x + shift·π/2) for shift 0 or 1 and any x. */
export function sinOfAny(x: v128, shift: i32): v128 {
  let y = f32x4.splat(sinOfLarge(f32x4.extract_lane(x, 0), shift));
  y = f32x4.replace_lane(y, 1, sinOfLarge(f32x4.extract_lane(x, 1), shift));
  y = f32x4.replace_lane(y, 2, sinOfLarge(f32x4.extract_lane(x, 2), shift));
  return f32x4.replace_lane(y, 3, sinOfLarge(f32x4.extract_lane(x, 3), shift));
}

/** x·2/π modulo 4, in 64 bits of which two are the quadrant: products with the bits of 4/π below 2³ in x's units. */
function sinOfLarge(x: f32, shift: i32): f32 {
  const four = f32x4.splat(x);
  if (canReduce(four)) return f32x4.extract_lane(sinShifted(four, shift), 0);
  if (!(abs(x) < Infinity)) return NaN;
  const bits = reinterpret<u32>(x) & 0x7fffffff;
  const window = FOUR_OVER_PI + (((bits >> 26) & 15) << 2);
  const mantissa = ((bits & 0x007fffff) | 0x00800000) << ((bits >> 23) & 7);
  const high = <u64>(mantissa * load<u32>(window));
  const middle = <u64>mantissa * load<u32>(window, 16), low = <u64>mantissa * load<u32>(window, 32);
  const turns = ((low >> 32) | (high << 32)) + middle;
  const quadrant = (turns + (1 << 61)) >> 62;
  const r = <f64><i64>(turns - (quadrant << 62)) * 3.4061215800865545e-19; // π/2·2⁻⁶²
  const y = f32x4.extract_lane(sinShifted(f32x4.splat(<f32>r), <i32>quadrant + shift), 0);
  return x < 0 && shift === 0 ? -y : y;
}
