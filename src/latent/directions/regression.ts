/** Ridge and logistic regression on latents, in double precision. */
import { solvePositiveDefinite } from "../../core/linalg/positive_definite.ts";
import type { LatentBatch } from "../latents.ts";

/** x ↦ weights·x + intercept: of a number its value, of yes or no its log-odds. */
export interface LinearModel {
  /** [Z]. */
  readonly weights: Float64Array<ArrayBuffer>;
  readonly intercept: number;
}

/** weights·x + intercept for each latent, [N]. */
export function scoresOf(
  { weights, intercept }: LinearModel,
  { values, count }: LatentBatch,
): Float64Array<ArrayBuffer> {
  const Z = weights.length;
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = intercept;
    for (let k = 0; k < Z; k++) sum += weights[k]! * values[i * Z + k]!;
    return sum;
  });
}

/**
 * Least squares of `labels`, [N], with `ridge`·|weights|² added (Hoerl & Kennard, 1970); the intercept is
 * free.
 */
export function ridgeRegression(
  latents: LatentBatch,
  labels: ArrayLike<number>,
  ridge: number,
): LinearModel {
  const even = new Float64Array(latents.count).fill(1);
  const system = normalEquations(latents, even, Float64Array.from(labels), ridge);
  return unpack(solvePositiveDefinite(system.matrix, system.right));
}

/** Newton steps at most; seven are usual. */
const MOST_STEPS = 50;

/**
 * Maximum likelihood of `labels`, 0 or 1, under logistic log-odds, with `ridge`/2·|weights|² subtracted:
 * a prior N(0, 1/ridge) that keeps separable labels finite. Newton's method, its steps halved until the
 * loss falls; to a step of 1e-8.
 */
export function logisticRegression(
  latents: LatentBatch,
  labels: ArrayLike<number>,
  ridge: number,
): LinearModel {
  const Z = latents.values.length / latents.count;
  let model: LinearModel = { weights: new Float64Array(Z), intercept: 0 };
  let loss = logisticLoss(model, latents, labels, ridge);
  for (let step = 0; step < MOST_STEPS; step++) {
    const move = newtonStep(model, latents, labels, ridge);
    let share = 1;
    let next = model;
    let nextLoss = Infinity;
    for (; share > 1e-10; share /= 2) {
      next = moved(model, move, share);
      nextLoss = logisticLoss(next, latents, labels, ridge);
      if (nextLoss <= loss) break;
    }
    if (nextLoss > loss) break; // rounding is all that is left
    [model, loss] = [next, nextLoss];
    if (share * largest(move) < 1e-8) break;
  }
  return model;
}

const largest = (values: Float64Array) =>
  values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** −log σ(x) for label 1 and −log(1 − σ(x)) for 0, without overflow, summed. */
function logisticLoss(
  model: LinearModel,
  latents: LatentBatch,
  labels: ArrayLike<number>,
  ridge: number,
): number {
  let loss = ridge / 2 * model.weights.reduce((sum, w) => sum + w * w, 0);
  scoresOf(model, latents).forEach((x, i) => {
    const signed = labels[i] === 1 ? -x : x;
    loss += Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
  });
  return loss;
}

/** H⁻¹·(−gradient), intercept last. */
function newtonStep(
  model: LinearModel,
  latents: LatentBatch,
  labels: ArrayLike<number>,
  ridge: number,
): Float64Array<ArrayBuffer> {
  const probabilities = scoresOf(model, latents).map((x) => 1 / (1 + Math.exp(-x)));
  // A floor, as σ′ is 0 to rounding far out; it changes steps, not where they end.
  const curvature = probabilities.map((p) => Math.max(p * (1 - p), 1e-9));
  const residual = probabilities.map((p, i) => (labels[i]! - p) / curvature[i]!);
  const { matrix, right } = normalEquations(latents, curvature, residual, ridge);
  model.weights.forEach((w, k) => right[k]! -= ridge * w);
  return solvePositiveDefinite(matrix, right);
}

const moved = (
  { weights, intercept }: LinearModel,
  move: Float64Array,
  share: number,
): LinearModel => ({
  weights: weights.map((w, k) => w + share * move[k]!),
  intercept: intercept + share * move.at(-1)!,
});

const unpack = (solution: Float64Array<ArrayBuffer>): LinearModel => ({
  weights: solution.slice(0, -1),
  intercept: solution.at(-1)!,
});

/** Xᵀ·diag(s)·X + ridge·I and Xᵀ·diag(s)·y, X being the latents and a last column of ones. */
function normalEquations(
  { values, count }: LatentBatch,
  s: Float64Array,
  y: Float64Array,
  ridge: number,
): { matrix: Float64Array<ArrayBuffer>; right: Float64Array<ArrayBuffer> } {
  const Z = values.length / count;
  const n = Z + 1;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  const x = new Float64Array(n).fill(1);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < Z; k++) x[k] = values[i * Z + k]!;
    for (let a = 0; a < n; a++) {
      const scaled = s[i]! * x[a]!;
      right[a]! += scaled * y[i]!;
      const row = a * n;
      for (let b = 0; b <= a; b++) matrix[row + b]! += scaled * x[b]!; // the lower triangle
    }
  }
  for (let k = 0; k < Z; k++) matrix[k * n + k]! += ridge;
  return { matrix, right };
}
