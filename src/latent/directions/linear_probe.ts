/**
 * Directions of labelled attributes: the normal of the plane that parts latents of images with an
 * attribute from those without, as InterFaceGAN finds it (Shen et al., 2020,
 * https://arxiv.org/abs/1907.10786, §2). Labels may come from a classifier of the images. Pure
 * functions of typed arrays.
 */
import { areaUnderCurve, decisionScores, determination } from "../../core/scores.ts";
import type { LatentBatch, Vector } from "../latents.ts";
import { type Direction, unit } from "./direction.ts";
import { type LinearModel, logisticRegression, ridgeRegression, scoresOf } from "./regression.ts";
import { SIGMA_RANGE } from "./sefa.ts";

/** Latents and what their images have. */
export interface ProbeSamples {
  readonly latents: LatentBatch;
  /** [N]: 0 or 1 of a binary attribute, else numbers. */
  readonly labels: ArrayLike<number>;
}

/** What is probed for, and how. */
export interface ProbeOptions {
  readonly name: string;
  readonly kind: "binary" | "continuous";
  /** Added to the loss as ridge/2·|weights|²; 1 unless told, a prior N(0, 1) on the weights. */
  readonly ridge?: number;
  /**
   * Directions that are to stay as they are: the found one is made orthogonal to all of them, so that
   * moving along it changes what they stand for as little as a linear account can tell
   * ("conditional manipulation", §3).
   */
  readonly orthogonalTo?: readonly Vector[];
}

/** One sample in so many is held out from the fit, for evidence. */
const HELD_OUT_ONE_IN = 4;
/** Samples of a binary attribute's rarer side below which a plane would be a guess. */
const LEAST_OF_EACH = 30;
/** Length below which nothing is left of a unit vector after its projection. */
const NOTHING = 1e-3;

/** The samples whose number leaves `rest` (or not) when divided by HELD_OUT_ONE_IN. */
function part({ latents, labels }: ProbeSamples, heldOut: boolean) {
  const Z = latents.values.length / latents.count;
  const rows = Array.from({ length: latents.count }, (_, i) => i)
    .filter((i) => (i % HELD_OUT_ONE_IN === HELD_OUT_ONE_IN - 1) === heldOut);
  const values = new Float32Array(rows.length * Z);
  rows.forEach((row, i) => values.set(latents.values.subarray(row * Z, (row + 1) * Z), i * Z));
  const some = Float64Array.from(rows, (row) => labels[row]!);
  return { latents: { values, count: rows.length }, labels: some };
}

function assertEnough({ latents, labels }: ProbeSamples, { name, kind }: ProbeOptions): void {
  const Z = latents.values.length / Math.max(latents.count, 1);
  const least = 4 * (Z + 1);
  if (latents.count !== labels.length || latents.count < least) {
    throw new RangeError(
      `Cannot find a direction of "${name}": expected ${least} samples or more for latents of ${Z} ` +
        `numbers, each with a label, got ${latents.count} and ${labels.length} labels`,
    );
  }
  if (kind === "continuous") {
    if (Array.from(labels).some((label) => label !== labels[0])) return;
    throw new RangeError(
      `Cannot find a direction of "${name}": all ${labels.length} samples have ${labels[0]}`,
    );
  }
  const having = Array.from(labels).filter((label) => label === 1).length;
  if (Math.min(having, labels.length - having) >= LEAST_OF_EACH) return;
  throw new RangeError(
    `Cannot find a direction of "${name}": expected at least ${LEAST_OF_EACH} samples with it and ` +
      `${LEAST_OF_EACH} without, got ${having} of ${labels.length} with it. Take more samples, or ` +
      `another attribute`,
  );
}

/**
 * A unit vector along the part of `vector` that is orthogonal to all of `others`. Throws a RangeError
 * where nothing is left. The others need not be orthogonal to each other.
 */
export function orthogonalTo(
  vector: ArrayLike<number>,
  others: readonly ArrayLike<number>[],
): Vector {
  const product = (a: ArrayLike<number>, b: Float64Array) =>
    b.reduce((sum, value, i) => sum + value * a[i]!, 0);
  const basis: Float64Array[] = [];
  /** What `basis` leaves of a unit vector; twice, as one pass leaves rounding (Parlett, 1998, §6.9). */
  const rest = (of: ArrayLike<number>): Float64Array => {
    const left = Float64Array.from(unit(of));
    for (let pass = 0; pass < 2; pass++) {
      for (const axis of basis) {
        const along = product(left, axis);
        axis.forEach((value, i) => left[i]! -= along * value);
      }
    }
    return left;
  };
  for (const other of others) {
    const left = rest(other);
    const length = Math.hypot(...left);
    if (length > NOTHING) basis.push(left.map((value) => value / length));
  }
  const left = rest(vector);
  if (!(Math.hypot(...left) > NOTHING)) {
    throw new RangeError(
      `Cannot make a direction orthogonal to ${others.length} others: it lies in what they span`,
    );
  }
  return unit(left);
}

/**
 * The direction along which an attribute grows, with how well it tells held-out samples. Binary ones by
 * logistic regression; evidence `accuracy`, `balancedAccuracy` (decided at the share that has it),
 * `auc` and `logOdds`, the change of log-odds for a step of one standard deviation. Numbers by ridge
 * regression; evidence `r2` and `slope`, the change of the number for such a step. Both with `samples`
 * and `heldOut`. Throws a RangeError for too few samples, and for samples all alike.
 */
export function linearProbe(samples: ProbeSamples, options: ProbeOptions): Direction {
  assertEnough(samples, options);
  const { name, kind, ridge = 1, orthogonalTo: others = [] } = options;
  const fit = kind === "binary" ? logisticRegression : ridgeRegression;
  const [training, heldOut] = [part(samples, false), part(samples, true)];
  const { weights } = fit(training.latents, training.labels, ridge);
  const vector = others.length === 0 ? unit(weights) : orthogonalTo(weights, others);
  // The plane's place, and how steep it is, along the direction as it now is.
  const along: LinearModel = { weights: Float64Array.from(vector), intercept: 0 };
  const positions = (of: LatentBatch): LatentBatch => ({
    values: Float32Array.from(scoresOf(along, of)),
    count: of.count,
  });
  const line = fit(positions(training.latents), training.labels, ridge);
  const said = scoresOf(line, positions(heldOut.latents));
  const counts = { samples: training.labels.length, heldOut: heldOut.labels.length };
  const evidence = kind === "binary"
    ? binaryEvidence(said, heldOut.labels, training.labels, line.weights[0]!)
    : { r2: determination(said, heldOut.labels), slope: line.weights[0]! };
  return {
    name,
    kind: "attribute",
    vector,
    evidence: { ...evidence, ...counts },
    range: SIGMA_RANGE,
  };
}

function binaryEvidence(
  logOdds: Float64Array,
  labels: Float64Array,
  training: Float64Array,
  steepness: number,
): Readonly<Record<string, number>> {
  const share = training.reduce((sum, label) => sum + label, 0) / training.length;
  const least = Math.log(share / (1 - share));
  const decisions = logOdds.map((value) => value >= least ? 1 : 0);
  return {
    ...decisionScores(decisions, labels),
    auc: areaUnderCurve(logOdds, labels),
    logOdds: steepness,
  };
}
