/** A dataset's attributes as a classifier is to learn them, and which images it never trains on. */
import type { Attribute, ImageDataset } from "../../../data/dataset.ts";
import { type AttributeSpec, inAnswerOrder } from "../../core/attributes.ts";
import { hash32, hashText } from "../../core/rng.ts";

/** One image in so many is held out. */
const HELD_OUT_ONE_IN = 8;
/** Held-out images that figures come from: more would not change them by a percent. */
const MOST_HELD_OUT = 2048;
/** Images of a binary attribute's rarer side below which there is nothing to learn from. */
const LEAST_OF_EACH = 10;

const SPLIT = hashText("held out");

/** Indices of images, rising. */
export interface Split {
  readonly training: Uint32Array<ArrayBuffer>;
  readonly heldOut: Uint32Array<ArrayBuffer>;
}

/** Splits a dataset by a hash of each image's number: always the same images, whatever the seed. */
export function splitImages(length: number): Split {
  const all = Uint32Array.from({ length }, (_, index) => index);
  const isHeldOut = (index: number) => hash32(SPLIT, index) < 2 ** 32 / HELD_OUT_ONE_IN;
  return {
    training: all.filter((index) => !isHeldOut(index)),
    heldOut: all.filter(isHeldOut).slice(0, MOST_HELD_OUT),
  };
}

/** An attribute with its labels, and their mean and deviation over the training images. */
export interface LabelledAttribute extends AttributeSpec {
  readonly mean: number;
  readonly deviation: number;
  /** By image of the dataset, in the attribute's own unit; NaN where unknown. */
  readonly labels: Float32Array<ArrayBuffer>;
}

/** Mean and standard deviation of the labels that are known, and how many those are. */
function moments(labels: Float32Array, images: Uint32Array) {
  let [count, mean, squares] = [0, 0, 0];
  for (const index of images) {
    const label = labels[index]!;
    if (Number.isNaN(label)) continue;
    count += 1;
    const change = label - mean;
    mean += change / count; // Welford (1962): exact however far labels are from 0
    squares += change * (label - mean);
  }
  return { count, mean, deviation: Math.sqrt(squares / Math.max(count, 1)) };
}

/** Why an attribute cannot be learnt, or null. */
function problemOf(attribute: Attribute, { training }: Split): string | null {
  const { count, mean, deviation } = moments(attribute.values, training);
  if (count === 0) return "no training image has a label";
  if (attribute.kind === "continuous") {
    return deviation > 0 ? null : `all training images have ${mean}`;
  }
  const having = Math.round(count * mean);
  const rarer = Math.min(having, count - having);
  return rarer >= LEAST_OF_EACH
    ? null
    : `${having} of ${count} training images have it; expected at least ${LEAST_OF_EACH} with and ` +
      `${LEAST_OF_EACH} without`;
}

/**
 * The attributes to learn, in answer order. Those without enough labels of either kind are left out,
 * each with a notice; a choice that lost an option becomes single attributes. Throws a RangeError for a
 * dataset without attributes, and where none is left.
 */
export function learnableAttributes(
  dataset: ImageDataset,
  split: Split,
  onNotice?: (message: string) => void,
): LabelledAttribute[] {
  const { name } = dataset.info;
  const attributes = dataset.attributes();
  if (attributes.length === 0) {
    throw new RangeError(
      `Cannot train a classifier on "${name}": its images have no attributes. Give a table of them ` +
        `with --attributes FILE, or sort the pictures into a folder each class`,
    );
  }
  const kept = attributes.filter((attribute) => {
    const problem = problemOf(attribute, split);
    if (problem !== null) onNotice?.(`"${attribute.name}" is left out: ${problem}`);
    return problem === null;
  });
  if (kept.length === 0) {
    const { name: first } = attributes[0]!;
    throw new RangeError(
      `Cannot train a classifier on "${name}": none of its ${attributes.length} attributes can be ` +
        `learnt. "${first}": ${problemOf(attributes[0]!, split)}`,
    );
  }
  const broken = new Set(
    attributes.filter((attribute) => !kept.includes(attribute)).map(({ choice }) => choice),
  );
  return inAnswerOrder(kept.map(({ name, kind, values, choice, of, identity }) => {
    const { mean, deviation } = moments(values, split.training);
    const whole = choice !== undefined && !broken.has(choice) ? choice : null;
    return {
      name,
      kind,
      choice: whole,
      of: of ?? null,
      identity: identity ?? false,
      mean,
      deviation,
      labels: values,
    };
  }));
}
