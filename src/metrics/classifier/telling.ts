/** What a classifier knows of an attribute, and whether conclusions may be drawn from it. */
import type { AttributeSpec } from "../../core/attributes.ts";

/** How well answers agreed with labels on images that training never saw. */
export type HeldOutScores =
  & {
    /** How many images have a label. */
    readonly images: number;
  }
  & ({
    readonly kind: "binary";
    readonly accuracy: number;
    readonly balancedAccuracy: number;
    /** Area under the ROC curve. */
    readonly auc: number;
  } | {
    readonly kind: "continuous";
    /** Share of the variance explained, R². */
    readonly r2: number;
    /** In the attribute's own unit. */
    readonly meanAbsoluteError: number;
  });

/** An attribute, what training images have of it, and how well it is told. */
export interface ClassifiedAttribute extends AttributeSpec {
  /**
   * Mean over the labelled training images: of a binary attribute the share that has it. Whether an
   * image has it is decided there: under calibrated probabilities that is Bayes' rule for balanced
   * accuracy.
   */
  readonly mean: number;
  /** Standard deviation over the labelled training images, in the attribute's own unit. */
  readonly deviation: number;
  /** null where held-out images have no labels, or all the same. */
  readonly heldOut: HeldOutScores | null;
}

/** Balanced accuracy from which a binary attribute counts as told: four of five, 0.5 being blind. */
export const LEAST_BALANCED_ACCURACY = 0.8;
/** R² from which a number counts as told. */
export const LEAST_R2 = 0.5;

/** Whether held-out figures are good enough to draw conclusions from. */
export function passes(scores: HeldOutScores | null): boolean {
  if (scores === null) return false;
  return scores.kind === "binary"
    ? scores.balancedAccuracy >= LEAST_BALANCED_ACCURACY
    : scores.r2 >= LEAST_R2;
}

/** Whether the classifier can tell the attribute: what it cannot is left out of conclusions. */
export const canTell = ({ heldOut }: ClassifiedAttribute): boolean => passes(heldOut);
