/** Factors of covariances: L with L·Lᵀ = Σ, as many columns as Σ has rank. */

/** A factor, [n, rank] row-major. */
export interface Factor {
  readonly values: Float64Array<ArrayBuffer>;
  readonly rank: number;
}

/**
 * The Cholesky factor with complete pivoting of a symmetric positive semidefinite matrix, [n, n] (Higham,
 * Accuracy and Stability of Numerical Algorithms, §10.3). Ends where what is left of the diagonal is
 * rounding, so a matrix of low rank gives few columns. Rows stay in the matrix's order. Reads the upper
 * triangle. Takes n·rank² multiplications at most: 4 s for n = 2,048.
 */
export function pivotedFactor(matrix: Float64Array, n: number): Factor {
  const left = Array.from({ length: n }, (_, i) => i); // rows that were no pivot yet
  const remaining = Float64Array.from(left, (i) => matrix[i * n + i]!);
  const negligible = Number.EPSILON * remaining.reduce((most, value) => Math.max(most, value), 0);
  const factor = new Float64Array(n * n);
  let rank = 0;
  for (; rank < n; rank++) {
    let at = 0;
    for (let t = 1; t < left.length; t++) {
      if (remaining[left[t]!]! > remaining[left[at]!]!) at = t;
    }
    const pivot = left[at]!;
    if (!(remaining[pivot]! > negligible)) break;
    left[at] = left.at(-1)!;
    left.pop();
    const root = Math.sqrt(remaining[pivot]!);
    factor[pivot * n + rank] = root;
    for (const row of left) {
      const [a, b] = [row * n, pivot * n];
      const entry = row < pivot ? matrix[a + pivot]! : matrix[b + row]!;
      const value = (entry - dot(factor, a, b, rank)) / root;
      factor[a + rank] = value;
      remaining[row]! -= value * value;
    }
  }
  const values = new Float64Array(n * rank);
  for (let i = 0; i < n; i++) values.set(factor.subarray(i * n, i * n + rank), i * rank);
  return { values, rank };
}

/** values[a …] · values[b …] over `count`, in four sums so that none waits for another. */
function dot(values: Float64Array, a: number, b: number, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    s0 += values[a + k]! * values[b + k]!;
    s1 += values[a + k + 1]! * values[b + k + 1]!;
    s2 += values[a + k + 2]! * values[b + k + 2]!;
    s3 += values[a + k + 3]! * values[b + k + 3]!;
  }
  for (; k < count; k++) s0 += values[a + k]! * values[b + k]!;
  return s0 + s1 + (s2 + s3);
}
