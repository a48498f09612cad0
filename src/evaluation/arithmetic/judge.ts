/** From latents to what a classifier says of their images. */
import { nextTurn } from "../../core/next_turn.ts";
import { type LatentBatch, latentsOfSeeds } from "../../latent/latents.ts";
import type { Generator } from "../../latent/generator.ts";
import type {
  AttributeClassifier,
  Predictions,
} from "../../metrics/classifier/attribute_classifier.ts";

/** Judges the images of latents, [N, Z]. */
export type Judge = (latents: LatentBatch) => Promise<Predictions>;

/** Images drawn and classified between two looks at the signal. */
const AT_ONCE = 128;

/** What a judgement of many latents may be followed and stopped by. */
export interface JudgeWatch {
  /** Throws its reason once aborted. */
  readonly signal: AbortSignal;
  /** Told how many more images have been judged. */
  readonly onImages?: (count: number) => void;
}

/** A generator's images before a classifier that was trained on images of their shape. Borrows both. */
export function judgeOf(
  generator: Generator,
  classifier: AttributeClassifier,
  { signal, onImages }: JudgeWatch,
): Judge {
  const Z = generator.latentDim;
  return async ({ values, count }) => {
    const parts: Predictions[] = [];
    for (let from = 0; from < count; from += AT_ONCE) {
      await nextTurn(); // so that a stop is heard
      signal.throwIfAborted();
      const some = Math.min(AT_ONCE, count - from);
      const part = { values: values.slice(from * Z, (from + some) * Z), count: some };
      parts.push(await classifier.predict(await generator.draw(part, some)));
      onImages?.(some);
    }
    return joined(parts, classifier);
  };
}

/** Predictions one after the other. */
export function joined(
  parts: readonly Predictions[],
  { attributes, dim }: Pick<AttributeClassifier, "attributes" | "dim">,
): Predictions {
  const join = (key: keyof Predictions, width: number) => {
    const count = parts.reduce((sum, part) => sum + part[key].count, 0);
    const values = new Float32Array(count * width);
    let at = 0;
    for (const part of parts) {
      values.set(part[key].values, at);
      at += part[key].values.length;
    }
    return { values, count, dim: width };
  };
  return { answers: join("answers", attributes.length), features: join("features", dim) };
}

/** Samples by seed, and what is said of their images. */
export interface JudgedSamples extends Predictions {
  /** The first sample's seed; the others follow. */
  readonly firstSeed: number;
  readonly latents: LatentBatch;
}

/** Judges the samples of `count` seeds from `firstSeed` on. */
export async function judgeSeeds(
  judge: Judge,
  { firstSeed, count, latentDim }: { firstSeed: number; count: number; latentDim: number },
): Promise<JudgedSamples> {
  const seeds = Array.from({ length: count }, (_, i) => firstSeed + i);
  const latents = latentsOfSeeds(seeds, latentDim);
  return { firstSeed, latents, ...await judge(latents) };
}
