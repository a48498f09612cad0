/**
 * A world whose truth is known: "images" are the latents themselves, and the judge reads attributes off
 * single numbers of z, each N(0, 1).
 */
import type { ReadClassifier } from "../../../src/evaluation/arithmetic/reading.ts";
import { type LatentBatch, latentsOfSeeds } from "../../../src/latent/latents.ts";
import type { Predictions } from "../../../src/metrics/classifier/attribute_classifier.ts";
import type { ClassifiedAttribute } from "../../../src/metrics/classifier/telling.ts";

export const Z = 16;

const attribute = (
  name: string,
  rest: Partial<ClassifiedAttribute> = {},
): ClassifiedAttribute => ({
  ...{ name, kind: "binary", choice: null, of: null, identity: false, mean: 0.5, deviation: 0.5 },
  heldOut: { kind: "binary", images: 9, accuracy: 1, balancedAccuracy: 1, auc: 1 },
  ...rest,
});
const number = (name: string, rest: Partial<ClassifiedAttribute> = {}): ClassifiedAttribute =>
  attribute(name, {
    ...{ kind: "continuous", mean: 0, deviation: 1 },
    heldOut: { kind: "continuous", images: 9, r2: 1, meanAbsoluteError: 0 },
    ...rest,
  });

/** Attribute k is read off z[k]. `vague` cannot be told; `size` is an amount of `hat`. */
export const ATTRIBUTES: readonly ClassifiedAttribute[] = [
  attribute("smiling"),
  attribute("hat"),
  attribute("vague", {
    heldOut: { kind: "binary", images: 9, accuracy: 0.5, balancedAccuracy: 0.5, auc: 0.5 },
  }),
  number("jaw", { identity: true }),
  number("age"),
  number("size", { of: "hat" }),
];

/** σ(4·z[k]) of binary attributes, z[k] of numbers; the features are z[6 … 13]. */
export function judge({ values, count }: LatentBatch): Promise<Predictions> {
  const answers = new Float32Array(count * ATTRIBUTES.length);
  const features = new Float32Array(count * 8);
  for (let i = 0; i < count; i++) {
    const z = values.subarray(i * Z, (i + 1) * Z);
    ATTRIBUTES.forEach(({ kind }, k) =>
      answers[i * ATTRIBUTES.length + k] = kind === "binary"
        ? 1 / (1 + Math.exp(-4 * z[k]!))
        : z[k]!
    );
    features.set(z.subarray(6, 14), i * 8);
  }
  return Promise.resolve({
    answers: { values: answers, count, dim: ATTRIBUTES.length },
    features: { values: features, count, dim: 8 },
  });
}

/** The world's classifier, with held-out answers that are its labels but for some noise in `age`. */
export async function worldClassifier(): Promise<ReadClassifier> {
  const count = 400;
  const latents = latentsOfSeeds(Array.from({ length: count }, (_, i) => 1e6 + i), Z);
  const { answers } = await judge(latents);
  const labels = answers.values.map((value, at) =>
    ATTRIBUTES[at % ATTRIBUTES.length]!.kind === "binary" ? Number(value >= 0.5) : value
  );
  const said = answers.values.slice();
  for (let i = 0; i < count; i++) said[i * 6 + 4]! += 0.2 * latents.values[i * Z + 15]!;
  return { attributes: ATTRIBUTES, heldOut: { count, labels, answers: said } };
}

/** Φ, the distribution of N(0, 1), by its series (Marsaglia, 2004). */
export function normalDistribution(x: number): number {
  let [sum, term] = [x, x];
  for (let i = 3; Math.abs(term) > 1e-16; i += 2) sum += term *= x * x / i;
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}
