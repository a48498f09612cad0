/** Linear systems of symmetric positive definite matrices, in double precision. */

/**
 * Solves A·x = b by Cholesky's factorization A = L·Lᵀ (Golub & Van Loan, "Matrix Computations", 4th ed.,
 * §4.2). `matrix` is [n, n] row-major, of which the lower triangle is read; neither argument is changed.
 * Throws a RangeError where A is not positive definite to working precision.
 */
export function solvePositiveDefinite(
  matrix: Float64Array,
  b: Float64Array,
): Float64Array<ArrayBuffer> {
  const n = b.length;
  if (matrix.length !== n * n) {
    throw new RangeError(
      `Cannot solve a linear system: expected ${n}×${n} coefficients for ${n} equations, got ` +
        `${matrix.length}`,
    );
  }
  const lower = factor(matrix, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) { // L·y = b
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) { // Lᵀ·x = y
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}

/** L of A = L·Lᵀ, [n, n] row-major, zero above the diagonal. */
function factor(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i > j) {
        lower[i * n + j] = sum / lower[j * n + j]!;
        continue;
      }
      if (!(sum > n * Number.EPSILON * Math.abs(matrix[i * n + i]!))) {
        throw new RangeError(
          `Cannot solve a linear system: its matrix is not positive definite, pivot ${i + 1} of ` +
            `${n} is ${sum}`,
        );
      }
      lower[i * n + i] = Math.sqrt(sum);
    }
  }
  return lower;
}
