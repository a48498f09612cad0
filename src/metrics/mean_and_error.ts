/** A mean, and how far it may be off. */

/**
 * The mean of independent values, and its standard error: their standard deviation (n − 1 in the
 * denominator) over √n, or 0 of one value.
 */
export function meanAndError(
  values: ArrayLike<number>,
): { readonly mean: number; readonly standardError: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / Math.max(1, n - 1) / n) };
}
