/** Nearest neighbours in feature space, exactly. */
import type { FeatureMatrix } from "./extractor.ts";
import { type BoundsRow, squaredDistance, visitBounds } from "./distances.ts";
import { assertFeatures, assertSameDim } from "./features.ts";

/** The k nearest of each query, nearest first; equally near ones by index. */
export interface Neighbours {
  /** Rows of the base, [N, k]. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Euclidean, [N, k]. */
  readonly distances: Float32Array<ArrayBuffer>;
}

/** `Neighbours` with what comparisons need: squared distances in float64. */
export interface SquaredNeighbours {
  readonly indices: Uint32Array<ArrayBuffer>;
  readonly squares: Float64Array<ArrayBuffer>;
}

/**
 * The `k` rows of `base` nearest to each row of `query`, by Euclidean distance. Exact in float64,
 * whatever the device computes in. 10,000 by 10,000 of 256 features take 2 s on two cores. Throws a
 * RangeError for fewer than `k` rows, features of different extractors, and ones that are not finite.
 */
export async function nearestNeighbours(
  query: FeatureMatrix,
  base: FeatureMatrix,
  k: number,
): Promise<Neighbours> {
  assertFeatures("nearest neighbours", "the set to search for", query, 1);
  assertFeatures("nearest neighbours", "the set to search", base, k);
  assertSameDim("nearest neighbours", query, base);
  const { indices, squares } = await squaredNeighbours(query, base, k, false);
  return { indices, distances: Float32Array.from(squares, Math.sqrt) };
}

/**
 * As `nearestNeighbours`, without its checks. `apart` is for a set searched in itself: row i is then no
 * neighbour of row i, while copies of it are.
 */
export async function squaredNeighbours(
  query: FeatureMatrix,
  base: FeatureMatrix,
  k: number,
  apart: boolean,
): Promise<SquaredNeighbours> {
  const indices = new Uint32Array(query.count * k);
  const squares = new Float64Array(query.count * k).fill(Infinity);
  const search = new RowSearch(k, base.count);
  await visitBounds(query, base, (row) => {
    const at = row.query * k;
    const [own, nearest] = [squares.subarray(at, at + k), indices.subarray(at, at + k)];
    const found = search.candidates(row, apart ? row.query - row.offset : -1, own[k - 1]!);
    for (const j of found) {
      const index = row.offset + j;
      insert(own, nearest, squaredDistance(query, row.query, base, index), index);
    }
  });
  return { indices, squares };
}

/** Puts a value into ascending `values`, and its index beside, where it is less than the last. */
function insert(values: Float64Array, indices: Uint32Array, value: number, index: number): void {
  let at = values.length;
  while (at > 0 && value < values[at - 1]!) at--;
  if (at === values.length) return;
  values.copyWithin(at + 1, at, values.length - 1);
  indices.copyWithin(at + 1, at, indices.length - 1);
  values[at] = value;
  indices[at] = index;
}

/** Finds, of a row of bounds, every column that may be among the k nearest. */
class RowSearch {
  readonly #upper: Float64Array;
  readonly #columns: Uint32Array<ArrayBuffer>;
  readonly #lower: Float64Array;

  constructor(k: number, most: number) {
    this.#upper = new Float64Array(k);
    this.#columns = new Uint32Array(most);
    this.#lower = new Float64Array(most);
  }

  /** In ascending order. `skipped` is a column to leave out; `bound` a square that is not of interest. */
  candidates(row: BoundsRow, skipped: number, bound: number): Uint32Array {
    const { length, products, baseLow, baseHigh, low, high } = row;
    const upper = this.#upper.fill(bound);
    const [columns, lower] = [this.#columns, this.#lower];
    const k = upper.length;
    let limit = bound - low; // of baseLow[j] − 2·products[j]
    let found = 0;
    for (let j = 0; j < length; j++) {
      const twice = 2 * products[j]!;
      const least = baseLow[j]! - twice;
      if (least > limit || j === skipped) continue;
      columns[found] = j;
      lower[found++] = least;
      const most = high + baseHigh[j]! - twice;
      if (most >= upper[k - 1]!) continue;
      let at = k - 1;
      for (; at > 0 && most < upper[at - 1]!; at--) upper[at] = upper[at - 1]!;
      upper[at] = most;
      limit = upper[k - 1]! - low;
    }
    let kept = 0;
    for (let t = 0; t < found; t++) if (lower[t]! <= limit) columns[kept++] = columns[t]!;
    return columns.subarray(0, kept);
  }
}
