/** Which samples lie in which spheres around others: what precision, recall, density and coverage count. */
import { type BoundsRow, squaredDistance, visitBounds } from "./distances.ts";
import type { FeatureMatrix } from "./extractor.ts";
import { squaredNeighbours } from "./neighbours.ts";

/** Spheres that reach from each sample to its k-th nearest neighbour among the others. */
export interface Spheres {
  readonly centres: FeatureMatrix;
  /** Squared radii, [N]. */
  readonly squares: Float64Array<ArrayBuffer>;
}

/** How samples and spheres meet. */
export interface Containment {
  /** How many spheres hold each point. */
  readonly spheresOfPoint: Uint32Array<ArrayBuffer>;
  /** How many points each sphere holds. */
  readonly pointsOfSphere: Uint32Array<ArrayBuffer>;
}

/** The spheres of a set. Expects checked features of more than `k` samples. */
export async function spheresOf(centres: FeatureMatrix, k: number): Promise<Spheres> {
  const { squares } = await squaredNeighbours(centres, centres, k, true);
  return {
    centres,
    squares: Float64Array.from({ length: centres.count }, (_, i) => squares[i * k + k - 1]!),
  };
}

/** Counts points in spheres, exactly in float64. `closed` spheres hold what lies on their surface. */
export async function countContained(
  points: FeatureMatrix,
  { centres, squares }: Spheres,
  closed: boolean,
): Promise<Containment> {
  const spheresOfPoint = new Uint32Array(points.count);
  const pointsOfSphere = new Uint32Array(centres.count);
  const isWithin = (point: number, sphere: number) => {
    const square = squaredDistance(points, point, centres, sphere);
    return closed ? square <= squares[sphere]! : square < squares[sphere]!;
  };
  await visitBounds(points, centres, (row: BoundsRow) => {
    const { query, offset, length, products, baseLow, baseHigh, low, high } = row;
    let count = 0;
    for (let j = 0; j < length; j++) {
      const twice = 2 * products[j]!;
      const radius = squares[offset + j]!;
      if (low + baseLow[j]! - twice > radius) continue;
      const surely = high + baseHigh[j]! - twice < radius;
      if (!surely && !isWithin(query, offset + j)) continue;
      count++;
      pointsOfSphere[offset + j]!++;
    }
    spheresOfPoint[query]! += count;
  });
  return { spheresOfPoint, pointsOfSphere };
}
