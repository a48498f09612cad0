/**
 * Nonlinearities of gates, four at a time. Two thirds of the instructions of those in vector_math.ts, and
 * as few digits wrong; but where a sigmoid is below 1e-37 it stays there, and tanh is 1 − 2⁻²² at most.
 */
import { madd } from "../fma";
import { loadPart as loadFew, storePart as storeFew } from "../parts";

/**
 * Loaded where they are used: constants that the compiler sees are built anew each time. e⁻ˣ as in Cephes'
 * expf (Moshier, 1989), odd coefficients negated; tanh as Eigen's quotient of an odd and an even polynomial.
 */
const CONSTANTS: usize = memory.data<f32>([
  1.0, 87.0, -87.0, -1.44269504, 12582912.0, 0.693359375, -2.12194440e-4, // 0
  -1.9875691500e-4, 1.3981999507e-3, -8.3334519073e-3, 4.1665795894e-2, -1.6666665459e-1, 5.0000001201e-1, // 28
  7.90531110763549805, -7.90531110763549805, // 52
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, // 60
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3, // 76
  1.19825839466702e-6, 1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3, // 88
], 16);

// @ts-ignore: decorator
@inline
function constant(offset: usize): v128 {
  return v128.load32_splat(CONSTANTS + offset);
}

// @ts-ignore: decorator
@inline
export function one(): v128 {
  return constant(0);
}

/** 1/(1 + e⁻ˣ), to 2 units in the last place. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  // e⁻ˣ = 2ⁿ·e⁻ʳ, r within ±ln 2/2. Adding and taking 1.5·2²³ rounds to n, and leaves it in the low bits.
  const y = f32x4.pmax(f32x4.pmin(x, constant(4)), constant(8));
  const shifted = madd(y, constant(12), constant(16));
  const n = f32x4.sub(shifted, constant(16));
  const r = madd(n, constant(24), madd(n, constant(20), y));
  let p = madd(constant(28), r, constant(32));
  p = madd(p, r, constant(36));
  p = madd(p, r, constant(40));
  p = madd(p, r, constant(44));
  p = madd(p, r, constant(48));
  p = madd(p, f32x4.mul(r, r), f32x4.sub(constant(0), r));
  const power = i32x4.add(i32x4.shl(shifted, 23), constant(0)); // the bits of 2ⁿ
  return f32x4.div(constant(0), madd(p, power, constant(0)));
}

/** tanh x, to 3 units in the last place. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, constant(52)), constant(56));
  const s = f32x4.mul(y, y);
  let p = madd(constant(60), s, constant(64));
  p = madd(p, s, constant(68));
  p = madd(p, s, constant(72));
  p = madd(p, s, constant(76));
  p = madd(p, s, constant(80));
  p = madd(p, s, constant(84));
  let q = madd(constant(88), s, constant(92));
  q = madd(q, s, constant(96));
  q = madd(q, s, constant(100));
  return f32x4.div(f32x4.mul(y, p), q);
}

/** The first `count` values at an address, at most 4, and zeros. */
// @ts-ignore: decorator
@inline
export function loadPart(from: usize, count: i32): v128 {
  return count >= 4 ? v128.load(from) : loadFew(from, count);
}

/** Stores the first `count` values, at most 4. */
// @ts-ignore: decorator
@inline
export function storePart(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, value);
  else storeFew(to, value, count);
}
