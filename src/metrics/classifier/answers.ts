/** From what a network returns to probabilities and values. */
import { type AnswerLayout, answerLayout } from "../../core/attributes.ts";
import type { ClassifiedAttribute } from "./telling.ts";

/** σ(x) = 1/(1 + e⁻ˣ). */
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Puts the softmax of `row[from … from + count]` in its place. */
function softmaxInPlace(row: Float32Array, from: number, count: number): void {
  const part = row.subarray(from, from + count);
  const largest = part.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(part, (x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  powers.forEach((power, i) => part[i] = power / sum);
}

/**
 * Turns raw answers, [N, K], in place into probabilities of binary attributes (those of a choice's options
 * add up to 1) and into numbers in their own units.
 */
export function readAnswers(
  raw: Float32Array,
  attributes: readonly ClassifiedAttribute[],
): void {
  const layout: AnswerLayout = answerLayout(attributes);
  const K = layout.count;
  for (let start = 0; start < raw.length; start += K) {
    const row = raw.subarray(start, start + K);
    const { binary, choices, continuous } = layout;
    for (let k = binary.from; k < binary.from + binary.count; k++) row[k] = sigmoid(row[k]!);
    for (const { from, count } of choices) softmaxInPlace(row, from, count);
    for (let k = continuous.from; k < continuous.from + continuous.count; k++) {
      row[k] = row[k]! * attributes[k]!.deviation + attributes[k]!.mean;
    }
  }
}
