/** Reading a classifier's answers as yes or no: what an edit is to set or to remove. */
import { decisionScores } from "../../core/scores.ts";
import { nearest } from "../../core/suggest.ts";
import type { HeldOutAnswers } from "../../metrics/classifier/classifier_file.ts";
import {
  canTell,
  type ClassifiedAttribute,
  LEAST_BALANCED_ACCURACY,
} from "../../metrics/classifier/telling.ts";

/** What is read of a classifier: its attributes, and its answers on held-out images. */
export interface ReadClassifier {
  readonly attributes: readonly ClassifiedAttribute[];
  readonly heldOut: HeldOutAnswers;
}

/** An attribute as yes or no: an image has it where the answer is `threshold` or more. */
export interface Reading {
  /** `smiling`, `age>=40`. */
  readonly name: string;
  /** Of the classifier's answers. */
  readonly column: number;
  readonly attribute: ClassifiedAttribute;
  readonly threshold: number;
  /** On held-out images; 0.5 is blind. */
  readonly balancedAccuracy: number;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Balanced accuracy of a threshold on held-out images; null where labels all lie on one side of it. */
function scoreAt(classifier: ReadClassifier, column: number, threshold: number): number | null {
  const { count, labels, answers } = classifier.heldOut;
  const K = classifier.attributes.length;
  const rows = Array.from({ length: count }, (_, i) => i * K + column)
    .filter((place) => !Number.isNaN(labels[place]!));
  const above = (values: Float32Array) => rows.map((place) => Number(values[place]! >= threshold));
  const known = above(labels);
  return new Set(known).size < 2 ? null : decisionScores(above(answers), known).balancedAccuracy;
}

/** A binary attribute is decided at the share of training images that have it. */
function binaryReading(classifier: ReadClassifier, column: number): Reading {
  const attribute = classifier.attributes[column]!;
  const { name, mean: threshold, heldOut } = attribute;
  const balancedAccuracy = heldOut?.kind === "binary" ? heldOut.balancedAccuracy : 0.5;
  return { name, column, attribute, threshold, balancedAccuracy };
}

/**
 * The readings worth evaluating: every binary attribute that the classifier can tell; of a choice between
 * two only the rarer one, as the other is its absence.
 */
export function toldReadings(classifier: ReadClassifier): Reading[] {
  const { attributes } = classifier;
  return attributes.flatMap((attribute, column) => {
    const { kind, choice, mean } = attribute;
    if (kind !== "binary" || !canTell(attribute)) return [];
    const options = attributes.filter((other) => choice !== null && other.choice === choice);
    const commoner = options.length === 2 && mean > Math.min(...options.map(({ mean }) => mean));
    return commoner ? [] : [binaryReading(classifier, column)];
  });
}

/**
 * Reads `NAME`, a binary attribute, or `NAME>=NUMBER`, a number as yes or no. Throws a RangeError for a
 * name that the classifier does not know, a number without a bound, and what it cannot tell.
 */
export function parseReading(text: string, classifier: ReadClassifier): Reading {
  const { attributes } = classifier;
  const fail = (problem: string): never => {
    throw new RangeError(`Cannot evaluate "${text}": ${problem}`);
  };
  const columnOf = (name: string) => attributes.findIndex((attribute) => attribute.name === name);
  const [, name = text, bound] = columnOf(text) >= 0
    ? []
    : /^(.+?)\s*>=\s*([-+]?(?:\d+\.?\d*|\.\d+))$/.exec(text) ?? [];
  const column = columnOf(name);
  if (column < 0) {
    const known = attributes.map(({ name }) => name);
    const meant = nearest(name, known);
    return fail(
      `the classifier knows no "${name}"` +
        (meant === null ? `, but ${known.join(", ")}` : `. Did you mean "${meant}"?`),
    );
  }
  const { kind, mean } = attributes[column]!;
  if (kind === "binary") {
    if (bound !== undefined) return fail(`"${name}" is yes or no, and takes no bound`);
    return assertTold(binaryReading(classifier, column));
  }
  if (bound === undefined) {
    return fail(
      `it is a number. Say from where on it counts, such as "${name}>=${Math.round(mean)}"`,
    );
  }
  const threshold = Number(bound);
  const balancedAccuracy = scoreAt(classifier, column, threshold) ??
    fail(`no held-out image tells ${name} below ${threshold} from above`);
  const reading = { name: `${name}>=${threshold}`, column, threshold, balancedAccuracy };
  return assertTold({ ...reading, attribute: attributes[column]! });
}

/** Throws a RangeError for a reading that the classifier gets wrong too often. */
function assertTold(reading: Reading): Reading {
  if (reading.balancedAccuracy >= LEAST_BALANCED_ACCURACY) return reading;
  throw new RangeError(
    `Cannot evaluate "${reading.name}": the classifier cannot tell it. Its balanced accuracy on ` +
      `held-out images is ${percent(reading.balancedAccuracy)}, expected ` +
      `${percent(LEAST_BALANCED_ACCURACY)} at least`,
  );
}
