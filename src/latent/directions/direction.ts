/** Directions in latent space along which one thing about a picture changes. */
import type { Vector } from "../latents.ts";

/** Where directions come from: labels and a linear probe, GANSpace, or SeFa. */
export const DIRECTION_KINDS = ["attribute", "ganspace", "sefa"] as const;
/** Where a direction comes from. */
export type DirectionKind = typeof DIRECTION_KINDS[number];

/** A direction that was found for a generator. */
export interface Direction {
  /** Among a checkpoint's directions, one of a kind: `smiling`, `sefa-1`. */
  readonly name: string;
  readonly kind: DirectionKind;
  /** [Z], of length 1: z·vector has standard deviation 1 over latents of N(0, I). */
  readonly vector: Vector;
  /** Figures that say how much it is worth, by name: shares of variance, accuracies. */
  readonly evidence: Readonly<Record<string, number>>;
  /** The largest |alpha| that is sensible to move by, in standard deviations of z. */
  readonly range: number;
}

/** z + alpha·direction, [Z]. Throws a RangeError for a direction of another latent space. */
export function moveAlong(z: Float32Array, { name, vector }: Direction, alpha: number): Vector {
  if (vector.length !== z.length) {
    throw new RangeError(
      `Cannot move along "${name}": expected a direction of ${z.length} numbers, got ${vector.length}`,
    );
  }
  return Float32Array.from(z, (value, i) => value + alpha * vector[i]!);
}

/** The vector at length 1. Throws a RangeError for a zero, which points nowhere. */
export function unit(vector: ArrayLike<number>): Vector {
  const values = Float64Array.from(vector);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (!(length > 0 && Number.isFinite(length))) {
    throw new RangeError(`Cannot make a direction of a vector of length ${length}`);
  }
  return Float32Array.from(values, (value) => value / length);
}
