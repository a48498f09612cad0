/**
 * The one-dimensional transforms of Winograd's minimal filtering (Lavin & Gray, 2016,
 * https://arxiv.org/abs/1509.09308), on vectors of four channels, by the number of points at which
 * the polynomials are evaluated:
 *
 *   5: 0, 1, −1, 2, ∞                F(4, 2): four outputs of two taps
 *   6: 0, ±1, ±2, ∞                  F(4, 3)
 *   8: 0, ±1, ±2, ±½, ∞              F(4, 5)
 *
 * A convolution is y = Aᵀ[(G g) ⊙ (Bᵀ d)]. Its filter gradient is the adjoint, g' = Gᵀ[(A y') ⊙ (Bᵀ d)],
 * so that B, A and G serve both. Each function transforms one line: `points` and the strides are
 * constants where it is inlined.
 */
import { madd } from "../fma";

// Loaded where they are used, as the engine would write constants out anew at each use.
const NUMBERS = memory.data<f32>([2, -2, 4, -4, -5, 0.5, 0.25, 8, 0.125, 5.25, -4.25, -1.25, -2.5]);
const TWO: usize = 0, MINUS_TWO: usize = 4, FOUR: usize = 8, MINUS_FOUR: usize = 12, MINUS_FIVE: usize = 16;
const HALF: usize = 20, QUARTER: usize = 24, EIGHT: usize = 28, EIGHTH: usize = 32;
const N21_4: usize = 36, MINUS_17_4: usize = 40, MINUS_5_4: usize = 44, MINUS_5_2: usize = 48;

// @ts-ignore: decorator of AssemblyScript
@inline
function number(offset: usize): v128 {
  return v128.load32_splat(NUMBERS + offset);
}

/** Bᵀ d: `d0` … `d7` to as many places, `step` bytes apart; those beyond `points` are not looked at. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function dataLine(
  points: i32, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, d6: v128, d7: v128,
  to: usize, step: usize,
): void {
  if (points === 5) dataLine5(d0, d1, d2, d3, d4, to, step);
  else if (points === 6) dataLine6(d0, d1, d2, d3, d4, d5, to, step);
  else dataLine8(d0, d1, d2, d3, d4, d5, d6, d7, to, step);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function dataLine5(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, to: usize, step: usize): void {
  const two = number(TWO), minusTwo = number(MINUS_TWO);
  const e = f32x4.sub(d3, d1), f = f32x4.sub(d3, d2);
  v128.store(to, madd(two, f32x4.sub(d0, d2), e));
  to += step;
  v128.store(to, madd(minusTwo, d1, f));
  to += step;
  v128.store(to, madd(two, f32x4.sub(d1, d2), f));
  to += step;
  v128.store(to, e);
  to += step;
  v128.store(to, madd(minusTwo, e, f32x4.sub(d4, d2)));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function dataLine6(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const four = number(FOUR), minusFour = number(MINUS_FOUR), minusFive = number(MINUS_FIVE);
  v128.store(to, madd(four, d0, madd(minusFive, d2, d4)));
  to += step;
  let even = madd(minusFour, d2, d4), odd = madd(minusFour, d1, d3);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = f32x4.sub(d4, d2);
  odd = f32x4.sub(d3, d1);
  odd = f32x4.add(odd, odd);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  v128.store(to, madd(four, d1, madd(minusFive, d3, d5)));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function dataLine8(
  d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, d6: v128, d7: v128, to: usize, step: usize,
): void {
  v128.store(to, madd(number(N21_4), f32x4.sub(d2, d4), f32x4.sub(d6, d0)));
  v128.store(to + 7 * step, madd(number(N21_4), f32x4.sub(d3, d5), f32x4.sub(d7, d1)));
  to += step;
  let even = madd(number(MINUS_17_4), d4, f32x4.add(d2, d6)), odd = madd(number(MINUS_17_4), d3, f32x4.add(d1, d5));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  const odd3 = f32x4.mul(number(MINUS_5_2), d3);
  even = madd(number(QUARTER), d2, madd(number(MINUS_5_4), d4, d6));
  odd = madd(number(HALF), d1, madd(number(TWO), d5, odd3));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = madd(number(FOUR), d2, madd(number(MINUS_FIVE), d4, d6));
  odd = madd(number(TWO), d1, madd(number(HALF), d5, odd3));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
}

/** Aᵀ: four outputs, `step` bytes apart, of values at points that lie `across` bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function outputLine(points: i32, from: usize, across: usize, to: usize, step: usize): void {
  const first = v128.load(from);
  from += across;
  const a = v128.load(from);
  from += across;
  const b = v128.load(from);
  from += across;
  let sum = f32x4.add(a, b), difference = f32x4.sub(a, b);
  const two = v128.load(from);
  if (points === 5) {
    const last = v128.load(from + across);
    v128.store(to, f32x4.add(f32x4.add(first, sum), two));
    v128.store(to + step, madd(number(TWO), two, difference));
    v128.store(to + 2 * step, madd(number(FOUR), two, sum));
    v128.store(to + 3 * step, f32x4.add(madd(number(EIGHT), two, difference), last));
    return;
  }
  from += across;
  const minusTwo = v128.load(from);
  from += across;
  const sum2 = f32x4.add(two, minusTwo), difference2 = f32x4.sub(two, minusTwo);
  let y0 = f32x4.add(f32x4.add(first, sum), sum2);
  let y1 = madd(number(TWO), difference2, difference);
  let y2 = madd(number(FOUR), sum2, sum);
  let y3 = madd(number(EIGHT), difference2, difference);
  if (points === 8) {
    const half = v128.load(from);
    from += across;
    const minusHalf = v128.load(from);
    from += across;
    sum = f32x4.add(half, minusHalf);
    difference = f32x4.sub(half, minusHalf);
    y0 = f32x4.add(y0, sum);
    y1 = madd(number(HALF), difference, y1);
    y2 = madd(number(QUARTER), sum, y2);
    y3 = madd(number(EIGHTH), difference, y3);
  }
  v128.store(to, y0);
  v128.store(to + step, y1);
  v128.store(to + 2 * step, y2);
  v128.store(to + 3 * step, f32x4.add(y3, v128.load(from)));
}

/** A: four values, at every point, `step` bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function spreadLine(points: i32, y0: v128, y1: v128, y2: v128, y3: v128, to: usize, step: usize): void {
  v128.store(to, y0);
  to += step;
  let even = f32x4.add(y0, y2), odd = f32x4.add(y1, y3);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = madd(number(FOUR), y2, y0);
  odd = madd(number(EIGHT), y3, f32x4.add(y1, y1));
  v128.store(to, f32x4.add(even, odd));
  to += step;
  if (points > 5) {
    v128.store(to, f32x4.sub(even, odd));
    to += step;
  }
  if (points > 6) {
    even = madd(number(QUARTER), y2, y0);
    odd = madd(number(EIGHTH), y3, f32x4.mul(number(HALF), y1));
    v128.store(to, f32x4.add(even, odd));
    to += step;
    v128.store(to, f32x4.sub(even, odd));
    to += step;
  }
  v128.store(to, y3);
}
