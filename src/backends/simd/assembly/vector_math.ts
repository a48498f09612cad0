/**
 * Transcendental functions of four floats, within a few units in the last place of the exact value, and exact
 * where that is ±0, ±∞ or NaN. Range reductions and polynomials as in Cephes (Moshier, 1989), single precision.
 *
 * Coefficients are loaded: a constant that the compiler sees is built anew at each use.
 */
import { madd } from "./fma";

/** log₂e; 1.5·2²³, which rounds what is added to it; −ln 2 in two parts; bounds of exp and of expm1. */
const REDUCTION = memory.data<f32>([
  1.44269504088896341, 12582912.0, -0.693359375, 2.12194440e-4, 89.0, -104.0, 88.9, -40.0,
], 16);
/** exp(r) = 1 + r + r²·P(r) for |r| ≤ ½ ln 2. */
const EXP = memory.data<f32>([1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1], 16);
/** ln(1 + f) = f − f²/2 + f³·P(f) for √½ ≤ 1 + f < √2, and ln 2 in two parts. */
const LOG = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, 0.693359375,
], 16);
/** √½ as bits, the mantissa's mask, 2²³, the smallest normal number, ∞, −∞, NaN, √2 − 1, −0. */
const WORDS = memory.data<u32>([
  0x3f3504f3, 0x007fffff, 0x4b000000, 0x00800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x3ed413cd, 0x80000000, 0x7fffffff,
], 16);
/** Small numbers. */
const NUMBERS = memory.data<f32>([0.0, 1.0, 0.5, 2.0, -2.0, 23.0], 16);
// @ts-ignore: decorator
@inline
export function one(): v128 {
  return v128.load32_splat(NUMBERS, 4);
}

// @ts-ignore: decorator
@inline
export function infinity(): v128 {
  return v128.load32_splat(WORDS, 16);
}

/** All bits but the sign. */
// @ts-ignore: decorator
@inline
export function magnitudeMask(): v128 {
  return v128.load32_splat(WORDS, 36);
}

/** x·log₂e rounded, as the low bits of a float. */
// @ts-ignore: decorator
@inline
function octaves(x: v128): v128 {
  return madd(x, v128.load32_splat(REDUCTION, 0), v128.load32_splat(REDUCTION, 4));
}

/** What remains of x beyond whole octaves: |r| ≤ ½ ln 2. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, v128.load32_splat(REDUCTION, 4));
  return madd(n, v128.load32_splat(REDUCTION, 12), madd(n, v128.load32_splat(REDUCTION, 8), x));
}

/** exp(r) − 1 for |r| ≤ ½ ln 2. In pairs of terms, so that fewer operations wait for each other. */
// @ts-ignore: decorator
@inline
function expm1Polynomial(r: v128): v128 {
  const square = f32x4.mul(r, r);
  const low = madd(r, v128.load32_splat(EXP, 16), v128.load32_splat(EXP, 20));
  const middle = madd(r, v128.load32_splat(EXP, 8), v128.load32_splat(EXP, 12));
  const high = madd(r, v128.load32_splat(EXP, 0), v128.load32_splat(EXP, 4));
  return madd(madd(madd(high, square, middle), square, low), square, r);
}

/** 2ⁿ as a float, for −126 ≤ n ≤ 128, where 2¹²⁸ is ∞. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), one());
}

// @ts-ignore: decorator
@inline
export function exp(value: v128): v128 {
  // Beyond these bounds the result is ∞ or 0. They keep a NaN: the comparison is false.
  const x = f32x4.pmax(f32x4.pmin(value, v128.load32_splat(REDUCTION, 16)), v128.load32_splat(REDUCTION, 20));
  const t = octaves(x);
  const y = f32x4.add(expm1Polynomial(remainder(x, t)), one());
  // 2ⁿ in two factors, so that results below the smallest normal number round once.
  const n = i32x4.sub(t, v128.load32_splat(REDUCTION, 4));
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

// @ts-ignore: decorator
@inline
export function expm1(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, v128.load32_splat(REDUCTION, 24)), v128.load32_splat(REDUCTION, 28));
  const t = octaves(x);
  const e = expm1Polynomial(remainder(x, t));
  // 2ⁿ·(1 + e) − 1, with 2ⁿ⁻¹ because 2¹²⁸ is ∞.
  const n = i32x4.sub(t, v128.load32_splat(REDUCTION, 4));
  const s = powerOfTwo(i32x4.sub(n, i32x4.splat(1)));
  const y = madd(s, e, f32x4.sub(s, v128.load32_splat(NUMBERS, 8)));
  return withSign(f32x4.add(y, y), value);
}

/** y ≥ 0 or a negative y, with the sign bit of x set besides. */
// @ts-ignore: decorator
@inline
function withSign(y: v128, x: v128): v128 {
  return v128.or(y, v128.and(x, v128.load32_splat(WORDS, 32)));
}

/** exp(x) − 1 for x ≤ 0. */
// @ts-ignore: decorator
@inline
function expm1OfNegative(value: v128): v128 {
  const x = f32x4.pmax(value, v128.load32_splat(REDUCTION, 28));
  const t = octaves(x);
  const e = expm1Polynomial(remainder(x, t));
  const s = powerOfTwo(i32x4.sub(t, v128.load32_splat(REDUCTION, 4)));
  return madd(s, e, f32x4.sub(s, one()));
}

/** tanh|x| = −e/(e + 2) with e = exp(−2|x|) − 1. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const twice = f32x4.mul(f32x4.abs(x), v128.load32_splat(NUMBERS, 16));
  const e = expm1OfNegative(twice);
  return withSign(f32x4.div(f32x4.abs(e), f32x4.add(e, v128.load32_splat(NUMBERS, 12))), x);
}

/** 1/(1 + e) for x ≥ 0, else e/(1 + e), with e = exp(−|x|). */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const above = v128.bitselect(e, one(), f32x4.lt(x, f32x4.splat(0.0)));
  return f32x4.div(above, f32x4.add(one(), e));
}

/** ln(1 + f) + n·ln 2 for √½ ≤ 1 + f < √2. */
// @ts-ignore: decorator
@inline
function logReduced(f: v128, n: v128): v128 {
  const square = f32x4.mul(f, f);
  const fourth = f32x4.mul(square, square);
  const p1 = madd(f, v128.load32_splat(LOG, 28), v128.load32_splat(LOG, 32));
  const p3 = madd(f, v128.load32_splat(LOG, 20), v128.load32_splat(LOG, 24));
  const p5 = madd(f, v128.load32_splat(LOG, 12), v128.load32_splat(LOG, 16));
  const p7 = madd(f, v128.load32_splat(LOG, 4), v128.load32_splat(LOG, 8));
  const high = madd(fourth, v128.load32_splat(LOG, 0), madd(p7, square, p5));
  const p = madd(high, fourth, madd(p3, square, p1));
  let y = madd(n, v128.load32_splat(LOG, 36), f32x4.mul(f32x4.mul(p, f), square));
  y = f32x4.sub(y, f32x4.mul(square, v128.load32_splat(NUMBERS, 8)));
  return madd(n, v128.load32_splat(LOG, 40), f32x4.add(f, y));
}

/** ln x − octaves·ln 2 for normal numbers above 0: x is m·2ⁿ with m from √½ to √2. */
// @ts-ignore: decorator
@inline
function logLess(x: v128, octaves: v128): v128 {
  const bits = i32x4.sub(x, v128.load32_splat(WORDS, 0));
  const n = f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)), octaves);
  const m = i32x4.add(v128.and(bits, v128.load32_splat(WORDS, 4)), v128.load32_splat(WORDS, 0));
  return logReduced(f32x4.sub(m, one()), n);
}

/** ln of a normal number above 0. */
// @ts-ignore: decorator
@inline
export function logOfNormal(x: v128): v128 {
  return logLess(x, f32x4.splat(0.0));
}

// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const irregular = v128.or(
    i32x4.lt_s(x, v128.load32_splat(WORDS, 12)),
    i32x4.ge_s(x, infinity()),
  );
  return v128.any_true(irregular) ? logOfAny(x) : logOfNormal(x);
}

/** −∞ of 0, NaN of what is below, +∞ and NaN as they are. */
function logOfAny(x: v128): v128 {
  const zero = f32x4.splat(0.0);
  // Numbers below the normal ones are scaled by 2²³.
  const small = f32x4.lt(x, v128.load32_splat(WORDS, 12));
  const scaled = v128.bitselect(f32x4.mul(x, v128.load32_splat(WORDS, 8)), x, small);
  const y = logLess(scaled, v128.and(small, v128.load32_splat(NUMBERS, 20)));
  let special = v128.bitselect(v128.load32_splat(WORDS, 24), x, f32x4.lt(x, zero));
  special = v128.bitselect(v128.load32_splat(WORDS, 20), special, f32x4.eq(x, zero));
  return v128.bitselect(y, special, v128.and(f32x4.gt(x, zero), f32x4.lt(x, infinity())));
}

/** ln(u) with u = 1 + x rounded, and what rounding took away by its derivative. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const u = f32x4.add(x, one());
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, one())), u);
  const regular = v128.and(f32x4.gt(u, f32x4.splat(0.0)), f32x4.lt(u, infinity()));
  return withSign(f32x4.add(log(u), v128.and(lost, regular)), x);
}

/** max(x, 0) + ln(1 + exp(−|x|)). */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  // 1 + e is 2·(1 + (e − 1)/2) where it is above √2.
  const large = f32x4.gt(e, v128.load32_splat(WORDS, 28));
  const halved = f32x4.mul(f32x4.sub(e, one()), v128.load32_splat(NUMBERS, 8));
  const f = v128.bitselect(halved, e, large);
  const log = logReduced(f, v128.and(large, one()));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0.0)), log);
}
