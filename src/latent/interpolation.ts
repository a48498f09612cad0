/**
 * Ways from one latent to another. Typed arrays only: the page uses this file, too.
 *
 * Latents of N(0, I) lie near a sphere of radius √Z. A straight line between two of them passes
 * through its inside, where the generator was hardly trained; the arc between them does not (White,
 * 2016, "Sampling Generative Networks", §2, https://arxiv.org/abs/1609.04468).
 */
import { dot, type LatentBatch, latentsIn, normOf, stackLatents, type Vector } from "./latents.ts";

/** Along an arc, or along a straight line. */
export const INTERPOLATION_METHODS = ["slerp", "lerp"] as const;
/** How two latents are joined. */
export type InterpolationMethod = typeof INTERPOLATION_METHODS[number];

/** Below this angle, or this far from opposite, in radians, no arc is told from the numbers' noise. */
const LEAST_ANGLE = 1e-6;

/** a·x + b·y. */
function combine(a: number, x: Float32Array, b: number, y: Float32Array): Vector {
  return Float32Array.from(x, (value, i) => a * value + b * y[i]!);
}

function assertPair(a: Float32Array, b: Float32Array, t: number): void {
  if (a.length === b.length && a.length > 0 && Number.isFinite(t)) return;
  throw new RangeError(
    `Cannot interpolate: expected two latents of one length and a finite t, got lengths ` +
      `${a.length} and ${b.length}, t = ${t}`,
  );
}

/** The point at `t` of the straight line from `a` (t = 0) to `b` (t = 1), each [Z]. Ends are exact. */
export function lerp(a: Float32Array, b: Float32Array, t: number): Vector {
  assertPair(a, b, t);
  if (t === 0) return Float32Array.from(a);
  if (t === 1) return Float32Array.from(b);
  return combine(1 - t, a, t, b);
}

/** The angle between two latents, 0 … π; precise for near-parallel ones, too (Kahan). 0 beside a zero. */
export function angleBetween(a: Float32Array, b: Float32Array): number {
  const [lengthA, lengthB] = [normOf(a), normOf(b)];
  if (lengthA === 0 || lengthB === 0) return 0;
  let [apart, together] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! / lengthA, b[i]! / lengthB];
    apart += (u - v) ** 2;
    together += (u + v) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
}

/** A unit vector at right angles to `a`, always the same: from the axis that `a` has least of. */
function perpendicular(a: Float32Array): Vector {
  let least = 0;
  for (let i = 1; i < a.length; i++) if (Math.abs(a[i]!) < Math.abs(a[least]!)) least = i;
  const share = a[least]! / dot(a, a);
  const axis = Float32Array.from(a, (value, i) => (i === least ? 1 : 0) - share * value);
  const length = normOf(axis);
  return axis.map((value) => value / length);
}

/**
 * Half a turn from `a` to its opposite: lengths pass evenly from one to the other. In one dimension
 * there is no way round the origin, so the line through it is taken.
 */
function halfTurn(a: Float32Array, b: Float32Array, t: number): Vector {
  if (a.length === 1) return lerp(a, b, t);
  const length = (1 - t) * normOf(a) + t * normOf(b);
  const [along, across] = [Math.cos(Math.PI * t), Math.sin(Math.PI * t)];
  return combine(along * length / normOf(a), a, across * length, perpendicular(a));
}

/**
 * The point at `t` of the arc from `a` (t = 0) to `b` (t = 1), each [Z]: sin((1−t)ω)/sin ω · a +
 * sin(tω)/sin ω · b, ω the angle between them (White, 2016, §2). Ends are exact. Near-parallel latents,
 * and a zero with any other, are joined by a line; opposite ones, between which every arc is as good,
 * by one that is always the same.
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Vector {
  assertPair(a, b, t);
  if (t === 0 || t === 1) return lerp(a, b, t);
  const angle = angleBetween(a, b);
  if (angle < LEAST_ANGLE) return lerp(a, b, t);
  if (Math.PI - angle < LEAST_ANGLE) return halfTurn(a, b, t);
  const sine = Math.sin(angle);
  return combine(Math.sin((1 - t) * angle) / sine, a, Math.sin(t * angle) / sine, b);
}

/** `lerp` or `slerp`, by name. */
export function interpolate(
  method: InterpolationMethod,
  a: Float32Array,
  b: Float32Array,
  t: number,
): Vector {
  return method === "slerp" ? slerp(a, b, t) : lerp(a, b, t);
}

/** Throws a RangeError unless `frames` is a whole number of at least `least`. */
export function assertFrames(frames: number, least: number, why: string): void {
  if (Number.isInteger(frames) && frames >= least) return;
  throw new RangeError(
    `Cannot lay a path of ${frames} frames: expected a whole number, ${least} or more, ${why}`,
  );
}

/**
 * `frames` latents, [frames, Z], evenly along the way through `stops` in their order: the first and
 * the last frame are the first and the last stop. Stops between are frames themselves where
 * frames − 1 is a multiple of the legs. `closed` leads back to the first stop and ends one frame
 * before it, so that the frames repeat without a halt.
 */
export function interpolationPath(
  stops: LatentBatch,
  frames: number,
  method: InterpolationMethod,
  { closed = false }: { readonly closed?: boolean } = {},
): LatentBatch {
  if (stops.count === 0) throw new RangeError("Cannot lay a path: expected a latent, got none");
  assertFrames(frames, 1, "to have something to show");
  const at = latentsIn(stops);
  const legs = closed ? at.length : at.length - 1;
  const places = closed ? frames : frames - 1;
  return stackLatents(Array.from({ length: frames }, (_, i) => {
    const along = i * legs; // in places; whole multiples of `places` are stops, exactly
    const leg = places === 0 ? 0 : Math.min(Math.floor(along / places), Math.max(0, legs - 1));
    const t = places === 0 ? 0 : (along - leg * places) / places;
    return interpolate(method, at[leg]!, at[(leg + 1) % at.length]!, t);
  }));
}
