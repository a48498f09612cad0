/**
 * The one-dimensional transforms of filters, G, and of their gradients, Gᵀ, for the points of lines.ts: 2
 * taps at 5 points, 3 at 6, 5 at 8.
 */
import { madd } from "../fma";

const NUMBERS = memory.data<f32>([
  0.5, -0.5, 1.0 / 6.0, 1.0 / 3.0, // 5 points
  0.25, -1.0 / 6.0, 1.0 / 24.0, 1.0 / 12.0, 2, 4, // 6 points
  -2.0 / 9.0, 1.0 / 90.0, 1.0 / 45.0, 16, 8, // 8 points
  16.0 / 45.0, 8.0 / 45.0, 4.0 / 45.0, 2.0 / 45.0, 32.0 / 45.0,
]);
const HALF: usize = 0, MINUS_HALF: usize = 4, SIXTH: usize = 8, THIRD: usize = 12;
const QUARTER: usize = 16, MINUS_SIXTH: usize = 20, N1_24: usize = 24, N1_12: usize = 28;
const TWO: usize = 32, FOUR: usize = 36;
const MINUS_2_9: usize = 40, N1_90: usize = 44, N1_45: usize = 48, SIXTEEN: usize = 52, EIGHT: usize = 56;
const N16_45: usize = 60, N8_45: usize = 64, N4_45: usize = 68, N2_45: usize = 72, N32_45: usize = 76;

// @ts-ignore: decorator of AssemblyScript
@inline
function number(offset: usize): v128 {
  return v128.load32_splat(NUMBERS + offset);
}

/** G: `taps` values that lie `across` bytes apart, at every point, `step` bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function filterLine(points: i32, from: usize, across: usize, to: usize, step: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + across);
  if (points === 5) filterLine5(g0, g1, to, step);
  else if (points === 6) filterLine6(g0, g1, v128.load(from + 2 * across), to, step);
  else filterLine8(from, g0, g1, v128.load(from + 2 * across), across, to, step);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function filterLine5(g0: v128, g1: v128, to: usize, step: usize): void {
  v128.store(to, f32x4.mul(number(HALF), g0));
  to += step;
  v128.store(to, f32x4.mul(number(MINUS_HALF), f32x4.add(g0, g1)));
  to += step;
  v128.store(to, f32x4.mul(number(SIXTH), f32x4.sub(g1, g0)));
  to += step;
  v128.store(to, madd(number(THIRD), g1, f32x4.mul(number(SIXTH), g0)));
  to += step;
  v128.store(to, g1);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function filterLine6(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, f32x4.mul(number(QUARTER), g0));
  to += step;
  let even = f32x4.mul(number(MINUS_SIXTH), f32x4.add(g0, g2)), odd = f32x4.mul(number(MINUS_SIXTH), g1);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = f32x4.mul(number(N1_24), madd(number(FOUR), g2, g0));
  odd = f32x4.mul(number(N1_12), g1);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  v128.store(to, g2);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function filterLine8(from: usize, g0: v128, g1: v128, g2: v128, across: usize, to: usize, step: usize): void {
  const g3 = v128.load(from + 3 * across), g4 = v128.load(from + 4 * across);
  v128.store(to, f32x4.neg(g0));
  to += step;
  let even = f32x4.mul(number(MINUS_2_9), f32x4.add(f32x4.add(g0, g2), g4));
  let odd = f32x4.mul(number(MINUS_2_9), f32x4.add(g1, g3));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = f32x4.mul(number(N1_90), madd(number(SIXTEEN), g4, madd(number(FOUR), g2, g0)));
  odd = f32x4.mul(number(N1_45), madd(number(FOUR), g3, g1));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = madd(number(N32_45), g0, f32x4.mul(number(N2_45), madd(number(FOUR), g2, g4)));
  odd = f32x4.mul(number(N4_45), madd(number(FOUR), g1, g3));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  v128.store(to, g4);
}

/** Gᵀ: values at all points, `across` bytes apart, to `taps` values, `step` bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function gradientLine(points: i32, from: usize, across: usize, to: usize, step: usize): void {
  const first = v128.load(from);
  from += across;
  const a = v128.load(from);
  from += across;
  const b = v128.load(from);
  from += across;
  const c = v128.load(from);
  from += across;
  const d = v128.load(from);
  if (points === 5) gradientLine5(first, a, b, c, d, to, step);
  else if (points === 6) gradientLine6(first, a, b, c, d, v128.load(from + across), to, step);
  else gradientLine8(first, a, b, c, d, from + across, across, to, step);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function gradientLine5(first: v128, a: v128, b: v128, c: v128, last: v128, to: usize, step: usize): void {
  v128.store(to, madd(number(HALF), f32x4.sub(first, a), f32x4.mul(number(SIXTH), f32x4.sub(c, b))));
  const inner = madd(number(SIXTH), b, madd(number(THIRD), c, last));
  v128.store(to + step, madd(number(MINUS_HALF), a, inner));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function gradientLine6(first: v128, a: v128, b: v128, c: v128, d: v128, last: v128, to: usize, step: usize): void {
  const sum = f32x4.mul(number(MINUS_SIXTH), f32x4.add(a, b));
  const difference = f32x4.mul(number(MINUS_SIXTH), f32x4.sub(a, b));
  const outer = f32x4.add(c, d);
  v128.store(to, madd(number(QUARTER), first, madd(number(N1_24), outer, sum)));
  v128.store(to + step, madd(number(N1_12), f32x4.sub(c, d), difference));
  v128.store(to + 2 * step, madd(number(SIXTH), outer, f32x4.add(sum, last)));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function gradientLine8(
  first: v128, a: v128, b: v128, c: v128, d: v128, from: usize, across: usize, to: usize, step: usize,
): void {
  const e = v128.load(from), f = v128.load(from + across), last = v128.load(from + 2 * across);
  const one = f32x4.mul(number(MINUS_2_9), f32x4.add(a, b)), two = f32x4.add(c, d), half = f32x4.add(e, f);
  v128.store(to, madd(number(N32_45), half, madd(number(N1_90), two, f32x4.sub(one, first))));
  v128.store(to + 2 * step, madd(number(N8_45), half, madd(number(N2_45), two, one)));
  v128.store(to + 4 * step, madd(number(N2_45), half, madd(number(N8_45), two, f32x4.add(one, last))));
  const odd = f32x4.mul(number(MINUS_2_9), f32x4.sub(a, b));
  const two1 = f32x4.sub(c, d), half1 = f32x4.sub(e, f);
  v128.store(to + step, madd(number(N16_45), half1, madd(number(N1_45), two1, odd)));
  v128.store(to + 3 * step, madd(number(N4_45), f32x4.add(half1, two1), odd));
}
