/**
 * Eigenvalues and eigenvectors of symmetric matrices, in double precision.
 *
 * Householder's reduction to tridiagonal form, then QL steps with implicit shifts (Golub & Van Loan,
 * "Matrix Computations", 4th ed., §8.3). Both keep the matrix's norm, so errors stay near machine
 * precision times the largest eigenvalue.
 */

/** A = Σ valuesᵢ · vᵢ vᵢᵀ. */
export interface SymmetricEigen {
  /** [n], falling. */
  readonly values: Float64Array<ArrayBuffer>;
  /**
   * [n, n] row-major: row i is the unit eigenvector of values[i], turned so that its component of
   * largest size is positive.
   */
  readonly vectors: Float64Array<ArrayBuffer>;
}

/** QL steps an eigenvalue takes at most; two or three are usual. */
const MOST_STEPS = 60;

type Doubles = Float64Array<ArrayBuffer>;

/** Row `i` of an [n, n] matrix, as a view. */
const row = (matrix: Doubles, n: number, i: number): Doubles => matrix.subarray(i * n, (i + 1) * n);

/** Throws a RangeError unless `matrix` is [n, n], finite and symmetric but for rounding. */
function assertSymmetric(matrix: ArrayLike<number>, n: number): void {
  if (matrix.length !== n * n || n === 0) {
    throw new RangeError(
      `Cannot decompose a matrix: expected ${n}×${n} numbers, got ${matrix.length}`,
    );
  }
  let largest = 0;
  for (let i = 0; i < n * n; i++) {
    const value = Math.abs(matrix[i]!);
    if (!(value < Infinity)) {
      throw new RangeError(`Cannot decompose a matrix: expected finite numbers, got ${matrix[i]}`);
    }
    if (value > largest) largest = value;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [matrix[i * n + j]!, matrix[j * n + i]!];
      if (Math.abs(below - above) > 1e-6 * largest) {
        throw new RangeError(
          `Cannot decompose a matrix: expected a symmetric one, got ${below} at [${i}, ${j}] and ` +
            `${above} at [${j}, ${i}]`,
        );
      }
    }
  }
}

/**
 * The reflection that turns x into a multiple of its first axis: I − β v vᵀ. Overwrites x by v and
 * returns β, and the multiple.
 */
function reflect(x: Doubles): { readonly beta: number; readonly multiple: number } {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0) return { beta: 0, multiple: 0 };
  let sum = 0; // of squares of x / largest: nothing overflows
  for (let i = 0; i < x.length; i++) {
    x[i] = x[i]! / largest;
    sum += x[i]! * x[i]!;
  }
  const length = x[0]! > 0 ? -Math.sqrt(sum) : Math.sqrt(sum); // away from x[0]: nothing cancels
  const first = x[0]! - length;
  x[0] = first;
  return { beta: 2 / (sum - (first + length) ** 2 + first * first), multiple: length * largest };
}

/** A tridiagonal matrix: its diagonal, and under it, [n], the last of which is 0. */
interface Tridiagonal {
  readonly diagonal: Doubles;
  readonly below: Doubles;
}

/** Subtracts v wᵀ + w vᵀ from the square of `a` whose rows and columns begin at `from`. */
function subtractOuter(a: Doubles, n: number, from: number, v: Doubles, w: Doubles): void {
  const size = n - from;
  for (let i = 0; i < size; i++) {
    const [vi, wi, start] = [v[i]!, w[i]!, (from + i) * n + from];
    for (let j = 0; j < size; j++) a[start + j]! -= vi * w[j]! + wi * v[j]!;
  }
}

/**
 * Qᵀ A Q = T. Overwrites `a` by Qᵀ, [n, n], whose rows the QL steps then turn into eigenvectors.
 */
function tridiagonalize(a: Doubles, n: number): Tridiagonal {
  const [diagonal, below] = [new Float64Array(n), new Float64Array(n)];
  const reflections: { readonly v: Doubles; readonly beta: number }[] = [];
  for (let k = 0; k < n - 1; k++) {
    diagonal[k] = a[k * n + k]!;
    const v = a.slice(k * n + k + 1, (k + 1) * n);
    const { beta, multiple } = reflect(v);
    reflections.push({ v, beta });
    below[k] = multiple;
    if (beta === 0) continue;
    const w = new Float64Array(v.length);
    let along = 0; // vᵀ w
    for (let i = 0; i < v.length; i++) {
      const start = (k + 1 + i) * n + k + 1;
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += a[start + j]! * v[j]!;
      w[i] = beta * sum;
      along += w[i]! * v[i]!;
    }
    for (let i = 0; i < v.length; i++) w[i]! -= 0.5 * beta * along * v[i]!;
    subtractOuter(a, n, k + 1, v, w);
  }
  diagonal[n - 1] = a[n * n - 1]!;
  a.fill(0);
  for (let i = 0; i < n; i++) a[i * n + i] = 1;
  applyReflections(a, n, reflections);
  return { diagonal, below };
}

/** Multiplies the identity in `q` by all reflections, last first, and transposes: Qᵀ. */
function applyReflections(
  q: Doubles,
  n: number,
  reflections: readonly { readonly v: Doubles; readonly beta: number }[],
): void {
  for (let k = reflections.length - 1; k >= 0; k--) {
    const { v, beta } = reflections[k]!;
    const sums = new Float64Array(v.length); // vᵀ Q
    for (let i = 0; i < v.length; i++) {
      const start = (k + 1 + i) * n + k + 1;
      for (let j = 0; j < v.length; j++) sums[j]! += v[i]! * q[start + j]!;
    }
    for (let i = 0; i < v.length; i++) {
      const [factor, start] = [beta * v[i]!, (k + 1 + i) * n + k + 1];
      for (let j = 0; j < v.length; j++) q[start + j]! -= factor * sums[j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) [q[i * n + j], q[j * n + i]] = [q[j * n + i]!, q[i * n + j]!];
  }
}

/** Where the matrix from `from` on falls apart: the first place at or after it with nothing below. */
function splitAfter({ diagonal, below }: Tridiagonal, from: number): number {
  let at = from;
  for (; at < diagonal.length - 1; at++) {
    const around = Math.abs(diagonal[at]!) + Math.abs(diagonal[at + 1]!);
    if (Math.abs(below[at]!) <= Number.EPSILON * around) break;
  }
  return at;
}

/** One QL step with Wilkinson's shift on places `from` … `to`, turning the rows of `vectors` with it. */
function qlStep(t: Tridiagonal, vectors: Doubles, from: number, to: number): void {
  const { diagonal: d, below: e } = t;
  const n = d.length;
  const half = (d[from + 1]! - d[from]!) / (2 * e[from]!);
  const root = Math.hypot(half, 1);
  let g = d[to]! - d[from]! + e[from]! / (half + (half < 0 ? -root : root));
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = to - 1; i >= from; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!];
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) { // it fell apart here
      d[i + 1]! -= p;
      e[to] = 0;
      return;
    }
    [sine, cosine] = [f / length, g / length];
    g = d[i + 1]! - p;
    const turned = (d[i]! - g) * sine + 2 * cosine * b;
    p = sine * turned;
    d[i + 1] = g + p;
    g = cosine * turned - b;
    const [low, high] = [row(vectors, n, i), row(vectors, n, i + 1)];
    for (let j = 0; j < n; j++) {
      const [x, y] = [low[j]!, high[j]!];
      high[j] = sine * x + cosine * y;
      low[j] = cosine * x - sine * y;
    }
  }
  d[from]! -= p;
  e[from] = g;
  e[to] = 0;
}

/** Turns `t` into its eigenvalues, on its diagonal, and the rows of `vectors` into their vectors. */
function diagonalize(t: Tridiagonal, vectors: Doubles): void {
  for (let from = 0; from < t.diagonal.length; from++) {
    for (let steps = 0;; steps++) {
      const to = splitAfter(t, from);
      if (to === from) break;
      if (steps === MOST_STEPS) {
        throw new RangeError(
          `Cannot decompose a matrix: eigenvalue ${from} did not settle in ${MOST_STEPS} steps`,
        );
      }
      qlStep(t, vectors, from, to);
    }
  }
}

/**
 * Every eigenvalue and eigenvector of a symmetric matrix, [n, n] row-major, which is borrowed. Of a
 * pair that differs by rounding the lower one counts as much as the upper. Throws a RangeError for a
 * matrix that is not symmetric, or not finite. Some 9 n³ multiplications.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): SymmetricEigen {
  assertSymmetric(matrix, n);
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) rows[i * n + j] = (matrix[i * n + j]! + matrix[j * n + i]!) / 2;
  }
  const t = tridiagonalize(rows, n);
  diagonalize(t, rows);
  const order = Uint32Array.from({ length: n }, (_, i) => i)
    .sort((i, j) => t.diagonal[j]! - t.diagonal[i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const vector = row(rows, n, from);
    const extreme = vector.reduce((most, x) => Math.abs(x) > Math.abs(most) ? x : most, 0);
    for (let j = 0; j < n; j++) vectors[to * n + j] = extreme < 0 ? -vector[j]! : vector[j]!;
  });
  return { values: Float64Array.from(order, (i) => t.diagonal[i]!), vectors };
}
