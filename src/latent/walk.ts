/**
 * Looped walks: ways through latent space that end where they begin, without a kink, and on which
 * every latent is of typical length. Typed arrays only: the page uses this file, too.
 */
import { Rng } from "../core/rng.ts";
import { assertFrames, slerp } from "./interpolation.ts";
import { type LatentBatch, latentsIn, normOf, stackLatents, type Vector } from "./latents.ts";

/** Below this share of its stops' length a spline's point has no direction of its own. */
const LEAST_SHARE = 1e-6;
/** Where a Gaussian is cut off, in standard deviations, as in SciPy. */
const CUT = 4;

/** n mod m, for negative n, too. */
const modulo = (n: number, m: number) => ((n % m) + m) % m;

/**
 * How much each of `count` stops weighs in the second derivatives of the closed cubic spline at stop 0:
 * the row of the inverse of the circulant (1, 4, 1), times 6 and the second difference.
 */
function curvatureWeights(count: number): number[] {
  const r = Math.sqrt(3) - 2; // the root of r² + 4r + 1 inside the unit circle
  const inverse = Array.from(
    { length: count },
    (_, m) => (r ** m + r ** (count - m)) / (2 * Math.sqrt(3) * (1 - r ** count)),
  );
  return inverse.map((_, m) =>
    6 * (inverse[modulo(m - 1, count)]! - 2 * inverse[m]! + inverse[modulo(m + 1, count)]!)
  );
}

/** The weight of every stop at `t` past stop `from` of the closed cubic spline with even knots. */
function splineWeights(count: number, from: number, t: number): number[] {
  const curvature = curvatureWeights(count);
  const [here, next] = [1 - t, t];
  return Array.from({ length: count }, (_, stop) => {
    const at = (place: number) => modulo(stop - place, count);
    const value = (at(from) === 0 ? here : 0) + (at(from + 1) === 0 ? next : 0);
    return value + (here ** 3 - here) / 6 * curvature[at(from)]! +
      (next ** 3 - next) / 6 * curvature[at(from + 1)]!;
  });
}

/** The spline's direction at the length that lies between its neighbouring stops'. */
function splinePoint(stops: readonly Vector[], from: number, t: number): Vector {
  const [a, b] = [stops[from]!, stops[(from + 1) % stops.length]!];
  if (t === 0) return a.slice();
  const weights = splineWeights(stops.length, from, t);
  const sums = new Float64Array(a.length);
  weights.forEach((weight, i) => stops[i]!.forEach((value, k) => sums[k]! += weight * value));
  const point = Float32Array.from(sums);
  const ease = t * t * (3 - 2 * t); // so that lengths change without a kink, too
  const length = (1 - ease) * normOf(a) + ease * normOf(b);
  const actual = normOf(point);
  if (actual <= LEAST_SHARE * length) return slerp(a, b, t);
  return point.map((value) => value * length / actual);
}

/**
 * A smooth closed walk through `stops` in their order, [frames, Z]: the closed cubic spline through
 * them, put back to the lengths that they have, as a spline between two far latents passes through the
 * sphere's inside. Begins at the first stop and ends one frame before it. Stops are frames themselves,
 * exactly, where `frames` is a multiple of their number.
 */
export function splineLoop(stops: LatentBatch, frames: number): LatentBatch {
  if (stops.count < 2) {
    throw new RangeError(`Cannot walk in a loop: expected two stops or more, got ${stops.count}`);
  }
  assertFrames(frames, 1, "to have something to show");
  const through = latentsIn(stops);
  return stackLatents(Array.from({ length: frames }, (_, i) => {
    const along = i * stops.count;
    const from = Math.floor(along / frames);
    return splinePoint(through, from, (along - from * frames) / frames);
  }));
}

/** A Gaussian of standard deviation `sigma` frames wound round a loop of `frames`, of length 1. */
function woundGaussian(frames: number, sigma: number): Float64Array {
  const wound = new Float64Array(frames);
  const reach = Math.floor(CUT * sigma + 0.5);
  for (let k = -reach; k <= reach; k++) {
    wound[modulo(k, frames)]! += Math.exp(-0.5 * (k / sigma) ** 2);
  }
  const length = Math.sqrt(wound.reduce((sum, weight) => sum + weight * weight, 0));
  return wound.map((weight) => weight / length);
}

/**
 * White noise, [frames, Z], smoothed along a closed loop by a Gaussian of standard deviation `sigma`
 * frames, and scaled back: noise of N(0, 1) gives N(0, 1) in every frame (as the videos of Karras et
 * al., 2018, https://arxiv.org/abs/1710.10196, which scale by the noise's own spread).
 */
export function smoothLoop({ values, count: frames }: LatentBatch, sigma: number): LatentBatch {
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new RangeError(`Cannot smooth a loop: expected a positive sigma, got ${sigma} frames`);
  }
  assertFrames(frames, 1, "to smooth them");
  const kernel = woundGaussian(frames, sigma);
  const Z = values.length / frames;
  const out = new Float32Array(values.length);
  for (let frame = 0; frame < frames; frame++) {
    const sums = new Float64Array(Z);
    for (let k = 0; k < frames; k++) {
      const weight = kernel[k]!;
      if (weight === 0) continue;
      const start = modulo(frame - k, frames) * Z;
      for (let i = 0; i < Z; i++) sums[i]! += weight * values[start + i]!;
    }
    out.set(sums, frame * Z);
  }
  return { values: out, count: frames };
}

/**
 * A random closed walk, [frames, Z], that begins at `start` and that `seed` names: a stationary
 * Gaussian process on the circle, conditioned on its first frame. Where `start` is of N(0, I), so is
 * every frame. `sigma`, in frames, is how long the walk remembers.
 */
export function noiseLoop(
  start: Float32Array,
  { frames, sigma, seed }: {
    readonly frames: number;
    readonly sigma: number;
    readonly seed: number;
  },
): LatentBatch {
  assertFrames(frames, 1, "to have something to show");
  const Z = start.length;
  const noise = new Rng(seed, "latent walk").fillNormal(new Float32Array(frames * Z));
  const { values } = smoothLoop({ values: noise, count: frames }, sigma);
  const first = values.slice(0, Z);
  const kernel = woundGaussian(frames, sigma);
  for (let frame = 0; frame < frames; frame++) {
    // The correlation with frame 0, by which a process moves when its first frame is moved.
    const share = kernel.reduce((sum, w, k) => sum + w * kernel[modulo(k + frame, frames)]!, 0);
    for (let i = 0; i < Z; i++) values[frame * Z + i]! += share * (start[i]! - first[i]!);
  }
  values.set(start);
  return { values, count: frames };
}
