/** What networks give, as one row an image. */
import type { FeatureMatrix } from "../extractor.ts";
import { type ModelOutput, shapeText } from "./model.ts";

/** An output as [count, D]: a map is averaged over its positions. */
export function asRows(
  { values, shape }: ModelOutput,
  name: string,
  channelsFirst: boolean,
  count: number,
): ModelOutput {
  const [batch, ...sides] = shape as [number, ...number[]];
  if ((sides.length !== 1 && sides.length !== 3) || batch < count) {
    throw new RangeError(
      `Cannot use the model's output "${name}": expected a row or a map of features an image, ` +
        `got ${shapeText(shape)} for ${count}`,
    );
  }
  const ruined = values.find((value) => !Number.isFinite(value));
  if (ruined !== undefined) {
    throw new RangeError(`Cannot use the model: it gives ${ruined} in "${name}"`);
  }
  const length = sides.reduce((product, side) => product * side, 1);
  const oneWide = sides.filter((side) => side !== 1).length <= 1; // pooled: whichever side it is
  const dim = oneWide ? length : channelsFirst ? sides[0]! : sides.at(-1)!;
  const area = length / dim;
  const rows = new Float32Array(count * dim);
  for (let i = 0; i < count * length; i++) {
    const [image, place] = [Math.floor(i / length), i % length];
    const feature = channelsFirst ? Math.floor(place / area) : place % dim;
    rows[image * dim + feature]! += values[i]! / area;
  }
  return { values: rows, shape: [count, dim] };
}

/** Rows of several batches, one below the other. */
export function stacked(parts: readonly ModelOutput[], dim: number): FeatureMatrix {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part.values, offset);
    offset += part.values.length;
  }
  return { values, count: dim === 0 ? 0 : values.length / dim, dim };
}

/** Rows that are probabilities as they are; of others, as logits, the softmax. */
export function asProbabilities({ values, count, dim }: FeatureMatrix): FeatureMatrix {
  const out = values.slice();
  for (let row = 0; row < count; row++) {
    const logits = out.subarray(row * dim, (row + 1) * dim);
    const sum = logits.reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) < 1e-3 && logits.every((p) => p >= 0)) continue;
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = logits.map((logit) => Math.exp(logit - largest));
    const total = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, i) => logits[i] = power / total);
  }
  return { values: out, count, dim };
}
