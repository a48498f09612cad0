/** Random tensors as functions of a seed: the same numbers on every backend, whatever was drawn before. */
import * as tf from "@tensorflow/tfjs";
import type { RandomAttributes } from "./kernel_names.ts";
import { hasKernel, runKernel } from "./kernels.ts";
import { philoxWords } from "./philox.ts";

/** Two words, integers in [0, 2³²): by convention a stream's and the number of the draw. */
export type RandomSeed = readonly [number, number];

/** Uniform in [0, 1), in steps of 2⁻²⁴. The caller owns the result. */
export const randomUniform = (shape: readonly number[], seed: RandomSeed): tf.Tensor =>
  random({ shape, distribution: "uniform", seed });

/** From N(0, 1). The caller owns the result. */
export const randomNormal = (shape: readonly number[], seed: RandomSeed): tf.Tensor =>
  random({ shape, distribution: "normal", seed });

function random(attributes: RandomAttributes): tf.Tensor {
  const { shape, distribution, seed } = attributes;
  if (seed.some((word) => word !== word >>> 0)) {
    throw new RangeError(
      `Cannot draw a tensor: expected a seed of two integers in [0, 2³²), got [${seed.join(", ")}]`,
    );
  }
  if (hasKernel("AtelierRandom")) return runKernel("AtelierRandom", {}, attributes)[0]!;
  const draw = distribution === "uniform" ? uniform : normal;
  return tf.tensor(draw(tf.util.sizeFromShape([...shape]), seed), [...shape], "float32");
}

/** A word's upper 24 bits, all that a float32 in [0, 1) holds exactly. */
const fraction = (word: number): number => (word >>> 8) * 2 ** -24;

const uniform = (count: number, seed: RandomSeed): Float32Array<ArrayBuffer> =>
  Float32Array.from(philoxWords(count, seed), fraction);

/** By Box and Muller, pairs of words to pairs of numbers. */
function normal(count: number, seed: RandomSeed): Float32Array<ArrayBuffer> {
  const words = philoxWords(count + count % 2, seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - fraction(words[i]!)));
    const angle = 2 * Math.PI * fraction(words[i + 1]!);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
