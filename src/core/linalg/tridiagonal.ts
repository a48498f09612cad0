/** Eigenvalues of symmetric tridiagonal matrices. */

/** Sweeps that an eigenvalue may take on average; fewer than two are usual. */
const MOST_SWEEPS = 60;

/** Told of every sweep: rotations of neighbouring columns, one after the other. */
export interface RotationSink {
  /**
   * `cosines[t]`, `sines[t]` turn columns from − t·step, the low one, and from − t·step + step, the high
   * one, for t = 0 … count − 1. `step` is 1 or −1.
   */
  sweep(
    cosines: Float64Array,
    sines: Float64Array,
    from: number,
    count: number,
    step: number,
  ): void;
}

/** A block that no negligible off-diagonal cuts, in an order whose large end is the last. */
interface Block {
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
  /** Where its first row lies, and the way to the next. */
  readonly first: number;
  readonly step: number;
}

/**
 * Diagonalises in place by QL sweeps with implicit Wilkinson shifts (Golub & Van Loan, Matrix
 * Computations, §8.3; Bowdler et al., 1968). `diagonal`, [n], becomes the eigenvalues, in no order, each
 * to within a few roundings of the largest; `off`, [n − 1] or longer, is left alone. Throws a RangeError
 * where it does not converge, as for numbers that are not finite.
 */
export function diagonalise(diagonal: Float64Array, off: Float64Array, sink?: RotationSink): void {
  const n = diagonal.length;
  const scale = largest(diagonal, off, n);
  if (scale === 0) return;
  const e = new Float64Array(n);
  for (let i = 0; i < n; i++) diagonal[i]! /= scale; // so that no square overflows
  for (let i = 0; i < n - 1; i++) e[i] = off[i]! / scale;
  for (let first = 0; first < n;) {
    const last = blockEnd(diagonal, e, first);
    const block = takeBlock(diagonal, e, first, last);
    diagonaliseBlock(block, sink);
    block.diagonal.forEach((value, i) => diagonal[block.first + i * block.step] = value);
    first = last + 1;
  }
  for (let i = 0; i < n; i++) diagonal[i]! *= scale;
}

/**
 * Rows first … last, turned over where the first is the larger end: sweeps run from the last row, and
 * would drown what is small there in what is large (as in LAPACK's dsteqr).
 */
function takeBlock(d: Float64Array, e: Float64Array, first: number, last: number): Block {
  const [diagonal, off] = [d.slice(first, last + 1), e.slice(first, last + 1)];
  off[last - first] = 0;
  const top = Math.abs(d[first]!) + Math.abs(off[0]!);
  const bottom = Math.abs(d[last]!) + (last > first ? Math.abs(e[last - 1]!) : 0);
  if (top <= bottom) return { diagonal, off, first, step: 1 };
  diagonal.reverse();
  off.subarray(0, last - first).reverse();
  return { diagonal, off, first: last, step: -1 };
}

function diagonaliseBlock({ diagonal, off, first, step }: Block, sink?: RotationSink): void {
  const n = diagonal.length;
  const [cosines, sines] = [new Float64Array(n), new Float64Array(n)];
  let left = MOST_SWEEPS * n;
  for (let l = 0; l < n; l++) {
    for (;;) {
      const m = blockEnd(diagonal, off, l);
      if (m === l) break;
      if (left-- === 0) {
        throw new RangeError(
          `Cannot find eigenvalue ${l} of ${n} in ${MOST_SWEEPS * n} sweeps: is the matrix finite?`,
        );
      }
      const count = sweep(diagonal, off, l, m, cosines, sines);
      sink?.sweep(cosines, sines, first + (m - 1) * step, count, step);
    }
  }
}

function largest(diagonal: Float64Array, off: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++) {
    most = Math.max(most, Math.abs(diagonal[i]!), i < n - 1 ? Math.abs(off[i]!) : 0);
  }
  return most;
}

/** Off-diagonals below this part of the matrix's scale, 1, are none: its roundings are larger. */
const NEGLIGIBLE = Number.EPSILON / 1024;

/** The last row of the block that begins at `l` and that no negligible off-diagonal cuts. */
function blockEnd(d: Float64Array, e: Float64Array, l: number): number {
  let m = l;
  for (; m < d.length - 1; m++) {
    const near = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
    if (Math.abs(e[m]!) <= Number.EPSILON * near + NEGLIGIBLE) break;
  }
  return m;
}

/** One sweep over rows l … m, from below. Returns how many rotations it noted. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  cosines: Float64Array,
  sines: Float64Array,
): number {
  const ratio = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.abs(ratio) > 1e150 ? Math.abs(ratio) : Math.sqrt(ratio * ratio + 1);
  let g = d[m]! - d[l]! + e[l]! / (ratio + (ratio < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) { // the block falls in two: what is below is done
      d[i + 1]! -= p;
      e[m] = 0;
      return m - 1 - i;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    cosines[m - 1 - i] = c;
    sines[m - 1 - i] = s;
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
  return m - l;
}
