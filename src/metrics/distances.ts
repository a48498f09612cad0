/**
 * Distances between all pairs of two sets of features. The products run in float32 on the open device;
 * every comparison that their rounding could decide is repeated in float64, so results are those of
 * float64 throughout.
 */
import * as tf from "@tensorflow/tfjs";
import type { FeatureMatrix } from "./extractor.ts";
import { meanOf } from "./features.ts";

/** Values of a block of products, at most: 16 MB. */
const BLOCK_VALUES = 2 ** 22;
/** Values of a chunk of the base on the device, at most: 64 MB. */
const BASE_VALUES = 2 ** 24;

/** Features less a common shift, and the squared length of each row, in float64. */
interface Shifted {
  readonly values: Float32Array<ArrayBuffer>;
  readonly squares: Float64Array<ArrayBuffer>;
}

/**
 * One row of bounds on squared distances, query `query` to base `offset + j`, j < length. With
 * s = −2·products[j]: lower bound `low + baseLow[j] + s`, upper bound `high + baseHigh[j] + s`.
 */
export interface BoundsRow {
  readonly query: number;
  /** The first base row of this chunk. */
  readonly offset: number;
  readonly length: number;
  readonly products: Float32Array;
  readonly baseLow: Float64Array;
  readonly baseHigh: Float64Array;
  readonly low: number;
  readonly high: number;
}

/**
 * Calls `visit` with each query's bounds to each chunk of the base; chunks come one after another,
 * queries in order within them. The row's arrays are reused: keep nothing of them.
 *
 * ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b loses digits where a and b are near; shifting both by the base's mean
 * keeps the lengths small, and what is left is bounded by (D + 4)·2⁻²⁴·(‖a‖² + ‖b‖²): Higham, Accuracy
 * and Stability of Numerical Algorithms, §3.1, in any order of summation.
 */
export async function visitBounds(
  query: FeatureMatrix,
  base: FeatureMatrix,
  visit: (row: BoundsRow) => void,
): Promise<void> {
  const { dim } = base;
  const mean = meanOf(base);
  const queries = shifted(query, mean);
  const slack = (dim + 4) * 2 ** -24;
  const chunk = Math.max(1, Math.floor(BASE_VALUES / dim));
  for (let offset = 0; offset < base.count; offset += chunk) {
    const length = Math.min(chunk, base.count - offset);
    const values = base.values.subarray(offset * dim, (offset + length) * dim);
    const others = shifted({ values, count: length, dim }, mean);
    const baseLow = others.squares.map((square) => square * (1 - slack));
    const baseHigh = others.squares.map((square) => square * (1 + slack));
    await visitProducts(queries.values, others.values, dim, (index, products) => {
      const square = queries.squares[index]!;
      const [low, high] = [square * (1 - slack), square * (1 + slack)];
      visit({ query: index, offset, length, products, baseLow, baseHigh, low, high });
    });
  }
}

function shifted({ values, count, dim }: FeatureMatrix, shift: Float64Array): Shifted {
  const out = new Float32Array(count * dim);
  const squares = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < dim; j++) {
      const value = values[i * dim + j]! - shift[j]!;
      out[i * dim + j] = value;
      sum += value * value;
    }
    squares[i] = sum;
  }
  return { values: out, squares };
}

/** Rows of A·Bᵀ of A, [M, D], and B, [N, D], on the open device, block after block of rows of A. */
async function visitProducts(
  a: Float32Array<ArrayBuffer>,
  b: Float32Array<ArrayBuffer>,
  dim: number,
  visit: (row: number, products: Float32Array) => void,
): Promise<void> {
  const [m, n] = [a.length / dim, b.length / dim];
  const rows = Math.max(1, Math.floor(BLOCK_VALUES / n));
  const right = tf.tensor2d(b, [n, dim]);
  try {
    for (let from = 0; from < m; from += rows) {
      const some = Math.min(rows, m - from);
      const block = tf.tidy(() => {
        const left = tf.tensor2d(a.slice(from * dim, (from + some) * dim), [some, dim]);
        return tf.matMul(left, right, false, true);
      });
      try {
        const products = await block.data() as Float32Array;
        for (let i = 0; i < some; i++) visit(from + i, products.subarray(i * n, (i + 1) * n));
      } finally {
        block.dispose();
      }
    }
  } finally {
    right.dispose();
  }
}

/** ‖a − b‖² of row `i` of one set and row `j` of another, in float64; the same with sides exchanged. */
export function squaredDistance(
  { values: a, dim }: FeatureMatrix,
  i: number,
  { values: b }: FeatureMatrix,
  j: number,
): number {
  const [p, q] = [i * dim, j * dim];
  let sum = 0;
  for (let k = 0; k < dim; k++) {
    const difference = a[p + k]! - b[q + k]!;
    sum += difference * difference;
  }
  return sum;
}
