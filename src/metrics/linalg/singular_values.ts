/** Singular values, in float64. */
import { reflect } from "../../core/linalg/householder.ts";
import { transposed } from "../../core/linalg/products.ts";
import { diagonalise } from "../../core/linalg/tridiagonal.ts";

/**
 * Singular values of a matrix, [rows, columns] row-major, descending; there are min(rows, columns). Each
 * is right to within a few roundings of the largest: nothing is squared. By Golub and Kahan (1965):
 * reflections from both sides make the matrix bidiagonal, and the eigenvalues of the tridiagonal matrix
 * [0 Bᵀ; B 0], its rows interleaved, are ± the singular values. 8/3·n³ multiplications and additions.
 */
export function singularValues(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Float64Array<ArrayBuffer> {
  const tall = rows >= columns;
  const a = tall ? matrix.slice() : transposed(matrix, rows, columns);
  const [m, n] = tall ? [rows, columns] : [columns, rows];
  const off = bidiagonalise(a, m, n); // d0, e0, d1, e1, …: the off-diagonal of [0 Bᵀ; B 0]
  const values = new Float64Array(2 * n);
  diagonalise(values, off);
  return values.sort().subarray(n).reverse().map(Math.abs);
}

/** Makes [m, n], m ≥ n, upper bidiagonal. Returns its diagonal and superdiagonal, taking turns. */
function bidiagonalise(a: Float64Array, m: number, n: number): Float64Array {
  const bands = new Float64Array(2 * n);
  const [u, v, fromLeft] = [new Float64Array(m), new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    for (let i = k; i < m; i++) u[i] = a[i * n + k]!;
    const left = reflect(u, k, m - k);
    bands[2 * k] = left.beta;
    if (k === n - 1) break;
    multiplyFromLeft(a, m, n, k, left.tau, u, fromLeft);
    for (let j = k + 1; j < n; j++) v[j] = a[k * n + j]! - fromLeft[j]!; // row k, whose u is 1
    const right = reflect(v, k + 1, n - k - 1);
    bands[2 * k + 1] = right.beta;
    updateRows(a, m, n, k, u, fromLeft, v, right.tau);
  }
  return bands;
}

/** out = τ·uᵀ·A over rows k …, columns k + 1 …; two rows at a time. */
function multiplyFromLeft(
  a: Float64Array,
  m: number,
  n: number,
  k: number,
  tau: number,
  u: Float64Array,
  out: Float64Array,
): void {
  out.fill(0);
  let i = k;
  for (; i + 2 <= m; i += 2) {
    const [x, y] = [tau * u[i]!, tau * u[i + 1]!];
    const [first, second] = [i * n, (i + 1) * n];
    for (let j = k + 1; j < n; j++) out[j]! += x * a[first + j]! + y * a[second + j]!;
  }
  if (i < m) { for (let j = k + 1; j < n; j++) out[j]! += tau * u[i]! * a[i * n + j]!; }
}

/** Each row below k, right of column k: −= u[i]·fromLeft, then −= τ·(row · v)·v. */
function updateRows(
  a: Float64Array,
  m: number,
  n: number,
  k: number,
  u: Float64Array,
  fromLeft: Float64Array,
  v: Float64Array,
  tau: number,
): void {
  for (let i = k + 1; i < m; i++) {
    const row = i * n;
    const ui = u[i]!;
    let along = 0;
    for (let j = k + 1; j < n; j++) {
      const value = a[row + j]! - ui * fromLeft[j]!;
      a[row + j] = value;
      along += value * v[j]!;
    }
    along *= tau;
    for (let j = k + 1; j < n; j++) a[row + j]! -= along * v[j]!;
  }
}
