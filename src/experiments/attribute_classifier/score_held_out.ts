/** What a classifier can tell, measured on images that it never saw. */
import type { ImageDataset } from "../../../data/dataset.ts";
import { nextTurn } from "../../core/next_turn.ts";
import { areaUnderCurve, decisionScores, determination } from "../../core/scores.ts";
import type { AttributeClassifier } from "../../metrics/classifier/attribute_classifier.ts";
import type { HeldOutAnswers } from "../../metrics/classifier/classifier_file.ts";
import type { HeldOutScores } from "../../metrics/classifier/telling.ts";
import type { LabelledAttribute } from "./labels.ts";
import { readImages } from "./labelled_batches.ts";

/** Images read and classified at once. */
const AT_ONCE = 256;

/** Classifies the held-out images. Borrows everything. */
export async function answerHeldOut(
  classifier: AttributeClassifier,
  dataset: ImageDataset,
  heldOut: Uint32Array<ArrayBuffer>,
  attributes: readonly LabelledAttribute[],
): Promise<HeldOutAnswers> {
  const K = attributes.length;
  const answers = new Float32Array(heldOut.length * K);
  const labels = new Float32Array(heldOut.length * K);
  for (let from = 0; from < heldOut.length; from += AT_ONCE) {
    await nextTurn(); // so that Ctrl-C can end the process
    const images = readImages(dataset, heldOut.subarray(from, from + AT_ONCE));
    const predicted = await classifier.predict(images);
    answers.set(predicted.answers.values, from * K);
  }
  heldOut.forEach((index, i) => {
    attributes.forEach((attribute, k) => labels[i * K + k] = attribute.labels[index]!);
  });
  return { count: heldOut.length, labels, answers };
}

/**
 * Scores column `k`. null where the held-out images have no labels of it, or all the same, so that there
 * is nothing to score.
 */
export function scoreColumn(
  { count, labels, answers }: HeldOutAnswers,
  attributes: readonly Pick<LabelledAttribute, "kind" | "mean">[],
  k: number,
): HeldOutScores | null {
  const K = attributes.length;
  const { kind, mean } = attributes[k]!;
  const rows = Array.from({ length: count }, (_, i) => i * K + k)
    .filter((place) => !Number.isNaN(labels[place]!));
  const known = rows.map((place) => labels[place]!);
  const said = rows.map((place) => answers[place]!);
  if (new Set(known).size < 2) return null;
  if (kind === "binary") {
    const decisions = said.map((probability) => probability >= mean ? 1 : 0);
    const auc = areaUnderCurve(said, known);
    return { kind, images: rows.length, ...decisionScores(decisions, known), auc };
  }
  const errors = said.map((value, i) => Math.abs(value - known[i]!));
  const meanAbsoluteError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { kind, images: rows.length, r2: determination(said, known), meanAbsoluteError };
}
