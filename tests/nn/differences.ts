/** Gradient checks: derivatives by central differences, in float64. */
import { assert } from "@std/assert";

/** [f(x + h) − f(x − h)] / 2h for each entry of `x`. */
export function centralDifferences(
  f: (x: Float64Array) => number,
  x: ArrayLike<number>,
  h = 1e-5,
): Float64Array {
  const at = Float64Array.from(x);
  return at.map((value, i) => {
    at[i] = value + h;
    const above = f(at);
    at[i] = value - h;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * h);
  });
}

/** Throws where a value is off by more than `tolerance` of the largest one expected. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "value",
): void {
  assert(actual.length === expected.length, `${what}: ${actual.length} for ${expected.length}`);
  const scale = Array.from(expected).reduce(
    (most, value) => Math.max(most, Math.abs(value)),
    1e-12,
  );
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    assert(
      difference <= tolerance * scale,
      `${what}[${i}]: expected ${expected[i]}, got ${actual[i]}, ${difference / scale} off`,
    );
  }
}

/** Numbers of a formula, unlike one another: c + s·sin(1.7i + phase). */
export const waves = (count: number, phase: number, scale = 1, offset = 0): Float64Array =>
  Float64Array.from(
    { length: count },
    (_, i) => offset + scale * Math.sin(1.7 * i * (1 + i / 97) + phase),
  );

/** Σ w·y: a scalar whose gradient at y is w. */
export const dot = (w: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(y).reduce((sum, value, i) => sum + value * w[i]!, 0);
