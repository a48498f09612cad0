/** A classifier small enough to work out by hand: it looks at the mean of a grey picture of 8 pixels. */
import * as tf from "@tensorflow/tfjs";
import type { NamedArray } from "../../../src/core/named_arrays.ts";
import type { ClassifierFile } from "../../../src/metrics/classifier/classifier_file.ts";
import type { ClassifiedAttribute } from "../../../src/metrics/classifier/telling.ts";

const attribute = (
  name: string,
  rest: Partial<ClassifiedAttribute> = {},
): ClassifiedAttribute => ({
  name,
  kind: "binary",
  choice: null,
  of: null,
  identity: false,
  mean: 0.5,
  deviation: 0.5,
  heldOut: { kind: "binary", images: 2, accuracy: 1, balancedAccuracy: 1, auc: 1 },
  ...rest,
});

/** Answers: 2m for `light`, 0, m and −m for the tones, 3m for `shade`; m is the picture's mean. */
export const ATTRIBUTES: readonly ClassifiedAttribute[] = [
  attribute("light", { mean: 0.25 }),
  ...["none", "warm", "cold"].map((name) => attribute(name, { choice: "tone", mean: 1 / 3 })),
  attribute("shade", {
    kind: "continuous",
    mean: 40,
    deviation: 10,
    heldOut: { kind: "continuous", images: 2, r2: 0.9, meanAbsoluteError: 1 },
  }),
];
const SLOPES = [2, 0, 1, -1, 3];

/**
 * All that the classifier's file holds. Features: the mean, twice. Other sides and channels give the same
 * answers; with `steepness` those are that many times as far from none.
 */
export function tinyClassifierFile(
  changes: Partial<ClassifierFile> = {},
  { size = 8, channels = 1, steepness = 1 } = {},
): ClassifierFile {
  const image = tf.input({ name: "image", shape: [size, size, channels] });
  const mean = tf.layers.globalAveragePooling2d({ name: "mean", dataFormat: "channelsLast" })
    .apply(image) as tf.SymbolicTensor;
  const features = tf.layers.dense({ name: "features", units: 2, useBias: false })
    .apply(mean) as tf.SymbolicTensor;
  const answers = tf.layers.dense({ name: "answers", units: 5, useBias: false })
    .apply(features) as tf.SymbolicTensor;
  const model = tf.model({ inputs: image, outputs: [features, answers] });
  const topology = model.toJSON() as string;
  model.dispose();
  const array = (shape: number[], data: number[]): NamedArray => ({
    shape,
    data: Float32Array.from(data),
  });
  return {
    size,
    channels,
    attributes: ATTRIBUTES,
    origin: { dataset: "tones", fingerprint: "f", images: 10, steps: 1 },
    topology,
    weights: new Map([
      ["features/kernel", array([channels, 2], Array(2 * channels).fill(1 / channels))],
      [
        "answers/kernel",
        array([2, 5], [...SLOPES, ...SLOPES].map((slope) => steepness * slope / 2)),
      ],
    ]),
    heldOut: {
      count: 2,
      labels: Float32Array.of(1, 0, 1, 0, 30, 0, 1, 0, 0, NaN),
      answers: Float32Array.of(0.9, 0.1, 0.8, 0.1, 31, 0.2, 0.7, 0.2, 0.1, 40),
    },
    ...changes,
  };
}
