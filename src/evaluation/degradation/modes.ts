/** Modes of a set of pictures: clusters of those that look alike from afar. */
import type { Rng } from "../../core/rng.ts";
import type { FeatureMatrix } from "../../metrics/extractor.ts";

/** Rounds of Lloyd's algorithm. */
const ROUNDS = 20;

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** The place of the nearest of `centres`. */
function nearest(point: Float32Array, centres: readonly Float32Array[]): number {
  const distances = centres.map((centre) => squaredDistance(point, centre));
  return distances.indexOf(Math.min(...distances));
}

/** First centres far from each other (k-means++; Arthur & Vassilvitskii, 2007). */
function firstCentres(points: readonly Float32Array[], k: number, rng: Rng): Float32Array[] {
  const centres = [points[rng.below(points.length)]!];
  while (centres.length < k) {
    const squares = points.map((point) =>
      squaredDistance(point, centres[nearest(point, centres)]!)
    );
    let left = rng.uniform(0, squares.reduce((a, b) => a + b, 0));
    const chosen = squares.findIndex((square) => (left -= square) < 0);
    centres.push(points[Math.max(0, chosen)]!);
  }
  return centres;
}

function meanOf(points: readonly Float32Array[]): Float32Array {
  const sums = new Float64Array(points[0]!.length);
  for (const point of points) point.forEach((value, i) => sums[i]! += value);
  return Float32Array.from(sums, (sum) => sum / points.length);
}

/**
 * Sorts rows into `k` clusters by Lloyd's algorithm: the cluster of each row. Clusters are numbered by
 * how far their centres are from that of number 0, which `rng` chooses, so that the first few are
 * neighbours: a region of the set.
 */
export function clusters({ values, count, dim }: FeatureMatrix, k: number, rng: Rng): Uint32Array {
  const points = Array.from({ length: count }, (_, i) => values.subarray(i * dim, (i + 1) * dim));
  let centres = firstCentres(points, k, rng);
  let labels = points.map((point) => nearest(point, centres));
  for (let round = 0; round < ROUNDS; round++) {
    centres = centres.map((centre, cluster) => {
      const own = points.filter((_, i) => labels[i] === cluster);
      return own.length === 0 ? centre : meanOf(own);
    });
    labels = points.map((point) => nearest(point, centres));
  }
  const origin = centres[rng.below(k)]!;
  const far = centres.map((centre) => squaredDistance(centre, origin));
  const order = centres.map((_, i) => i).toSorted((a, b) => far[a]! - far[b]!);
  return Uint32Array.from(labels, (label) => order.indexOf(label));
}
