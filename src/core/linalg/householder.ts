/** Householder reflections, and the reduction of a symmetric matrix to a tridiagonal one. */

/** A reflection I − τ·v·vᵀ with v[0] = 1 that turns x into [beta, 0, …]. */
export interface Reflection {
  readonly tau: number;
  readonly beta: number;
}

/**
 * Replaces x = values[from … from + count − 1] by its reflection's v (Golub & Van Loan, §5.1.2). τ is 0
 * where x is a multiple of the first axis already.
 */
export function reflect(values: Float64Array, from: number, count: number): Reflection {
  const first = values[from]!;
  let scale = 0;
  for (let i = 1; i < count; i++) scale = Math.max(scale, Math.abs(values[from + i]!));
  values[from] = 1;
  if (scale === 0) return { tau: 0, beta: first };
  scale = Math.max(scale, Math.abs(first));
  let squares = 0; // of x / scale, so that none overflows or vanishes
  for (let i = 1; i < count; i++) squares += (values[from + i]! / scale) ** 2;
  const norm = scale * Math.sqrt(squares + (first / scale) ** 2);
  const beta = first > 0 ? -norm : norm;
  const denominator = first - beta;
  for (let i = 1; i < count; i++) values[from + i]! /= denominator;
  return { tau: -denominator / beta, beta };
}

/** A symmetric matrix as Q·T·Qᵀ, T tridiagonal. */
export interface Tridiagonal {
  readonly diagonal: Float64Array<ArrayBuffer>;
  readonly off: Float64Array<ArrayBuffer>;
  /** τ of reflection k, whose v lies in row k of the reduced matrix, right of the diagonal. */
  readonly taus: Float64Array<ArrayBuffer>;
}

/**
 * Reduces a symmetric matrix, [n, n], in place, reading its upper triangle (Golub & Van Loan, §8.3.1).
 * Each step's update waits for the next one's product, so that the matrix passes the cache once a step.
 */
export function tridiagonalise(matrix: Float64Array, n: number): Tridiagonal {
  const [diagonal, off, taus] = [n, n, n].map((length) => new Float64Array(length)) as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
  ];
  // Rows k + 1 … of the matrix still lack − v·wᵀ − w·vᵀ of the step before; zeros at first.
  let [v, w, nextV, nextW] = [0, 0, 0, 0].map(() => new Float64Array(n)) as Float64Array[];
  for (let k = 0; k < n; k++) {
    updateRow(matrix, n, k, v!, w!);
    diagonal[k] = matrix[k * n + k]!;
    if (k === n - 1) break;
    const { tau, beta } = reflect(matrix, k * n + k + 1, n - k - 1);
    off[k] = beta;
    taus[k] = tau;
    nextV!.fill(0);
    nextV!.set(matrix.subarray(k * n + k + 1, (k + 1) * n), k + 1);
    updateAndMultiply(matrix, n, k + 1, [v!, w!], nextV!, nextW!);
    finishW(nextV!, nextW!, tau, k + 1, n);
    [v, w, nextV, nextW] = [nextV, nextW, v, w];
  }
  return { diagonal, off, taus };
}

/** Row i, right of and on the diagonal, −= v[i]·w + w[i]·v. */
function updateRow(
  matrix: Float64Array,
  n: number,
  i: number,
  v: Float64Array,
  w: Float64Array,
): void {
  const [vi, wi] = [v[i]!, w[i]!];
  const row = i * n;
  for (let j = i; j < n; j++) matrix[row + j]! -= vi * w[j]! + wi * v[j]!;
}

/**
 * Rows `from` … of the upper triangle take the update that is due, and `product` becomes the updated
 * symmetric block times `x`. (The row above them, which holds a reflection by now, is left alone.)
 */
function updateAndMultiply(
  matrix: Float64Array,
  n: number,
  from: number,
  [v, w]: readonly [Float64Array, Float64Array],
  x: Float64Array,
  product: Float64Array,
): void {
  product.fill(0);
  for (let i = from; i < n; i++) {
    const [vi, wi, xi] = [v[i]!, w[i]!, x[i]!];
    const row = i * n;
    const onDiagonal = matrix[row + i]! - 2 * vi * wi;
    matrix[row + i] = onDiagonal;
    let sum = onDiagonal * xi;
    for (let j = i + 1; j < n; j++) {
      const a = matrix[row + j]! - vi * w[j]! - wi * v[j]!;
      matrix[row + j] = a;
      sum += a * x[j]!;
      product[j]! += a * xi;
    }
    product[i]! += sum;
  }
}

/** From p = A·v to w = τ·p − ½·τ²·(pᵀv)·v. */
function finishW(v: Float64Array, p: Float64Array, tau: number, from: number, n: number): void {
  let along = 0;
  for (let i = from; i < n; i++) along += p[i]! * v[i]!;
  const half = 0.5 * tau * tau * along;
  for (let i = from; i < n; i++) p[i] = tau * p[i]! - half * v[i]!;
}

/** Q, [n, n], of the reflections that `tridiagonalise` left in `reduced`. */
export function orthogonalFactor(
  reduced: Float64Array,
  taus: Float64Array,
  n: number,
): Float64Array<ArrayBuffer> {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const along = new Float64Array(n); // vᵀ·Q
  for (let k = n - 2; k >= 0; k--) {
    const tau = taus[k]!;
    if (tau === 0) continue;
    along.fill(0);
    const v = k * n;
    for (let i = k + 1; i < n; i++) {
      const [vi, row] = [reduced[v + i]!, i * n];
      for (let j = k + 1; j < n; j++) along[j]! += vi * q[row + j]!;
    }
    for (let i = k + 1; i < n; i++) {
      const [factor, row] = [tau * reduced[v + i]!, i * n];
      for (let j = k + 1; j < n; j++) q[row + j]! -= factor * along[j]!;
    }
  }
  return q;
}
