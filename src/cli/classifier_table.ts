/** What a classifier can tell, as a table and as a record. */
import type { AttributeClassifier } from "../metrics/classifier/attribute_classifier.ts";
import {
  canTell,
  type ClassifiedAttribute,
  LEAST_BALANCED_ACCURACY,
  LEAST_R2,
} from "../metrics/classifier/telling.ts";
import { tableLines } from "./layout.ts";

const HEADINGS = ["ATTRIBUTE", "OF", "HAVE IT", "ACCURACY", "BALANCED", "AUC", "R²", "ERROR", ""];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function cells(attribute: ClassifiedAttribute): readonly string[] {
  const { name, choice, kind, mean, heldOut } = attribute;
  const told = canTell(attribute) ? "told" : heldOut === null ? "not measured" : "not told";
  const have = kind === "binary" ? percent(mean) : "";
  const figures = heldOut === null ? ["", "", "", "", ""] : heldOut.kind === "binary"
    ? [
      percent(heldOut.accuracy),
      percent(heldOut.balancedAccuracy),
      heldOut.auc.toFixed(3),
      "",
      "",
    ]
    : ["", "", "", heldOut.r2.toFixed(3), `±${heldOut.meanAbsoluteError.toPrecision(3)}`];
  return [name, choice ?? "", have, ...figures, told];
}

/** Figures by attribute, those of each kind from the best told on, and what they rest on. */
export function classifierLines(classifier: AttributeClassifier): string[] {
  const { origin, heldOut, attributes, size } = classifier;
  const score = ({ heldOut }: ClassifiedAttribute) =>
    heldOut === null
      ? -Infinity
      : heldOut.kind === "binary"
      ? heldOut.balancedAccuracy
      : heldOut.r2;
  const sorted = attributes.toSorted((a, b) =>
    a.kind === b.kind ? score(b) - score(a) : a.kind === "binary" ? -1 : 1
  );
  const unable = attributes.filter((attribute) => !canTell(attribute)).map(({ name }) => name);
  return [
    `${origin.dataset} at ${size} px: ${origin.steps} steps on ${origin.images} images, measured on ` +
    `${heldOut.count} held-out ones`,
    "",
    ...tableLines(HEADINGS, sorted.map(cells), new Set([0, 1, 8])),
    "",
    `Told: balanced accuracy of ${percent(LEAST_BALANCED_ACCURACY)} or R² of ${LEAST_R2} at least.`,
    unable.length === 0
      ? "Every attribute is told."
      : `Left out of conclusions: ${unable.join(", ")}`,
  ];
}

/** The same for programs. */
export function classifierRecord(classifier: AttributeClassifier): Record<string, unknown> {
  const { origin, size, channels, attributes, fingerprint, heldOut } = classifier;
  return {
    fingerprint,
    size,
    channels,
    origin,
    heldOutImages: heldOut.count,
    attributes: attributes.map((attribute) => ({ ...attribute, told: canTell(attribute) })),
  };
}
