/** Directions of what a classifier can tell, by linear probes in a generator's latent space. */
import { areRelated } from "../core/attributes.ts";
import type { Direction } from "../latent/directions/direction.ts";
import { linearProbe, type ProbeSamples } from "../latent/directions/linear_probe.ts";
import { canTell, type ClassifiedAttribute } from "../metrics/classifier/telling.ts";
import { having } from "./arithmetic/exemplars.ts";
import { type Judge, type JudgedSamples, judgeSeeds } from "./arithmetic/judge.ts";
import {
  parseReading,
  type ReadClassifier,
  type Reading,
  toldReadings,
} from "./arithmetic/reading.ts";

/** What is probed for: an attribute as yes or no, or a number as it is. */
export type Probed =
  | { readonly kind: "binary"; readonly name: string; readonly reading: Reading }
  | { readonly kind: "continuous"; readonly name: string; readonly column: number };

/** Everything that the classifier can tell, yes-or-no attributes first. */
export function toldProbes(classifier: ReadClassifier): Probed[] {
  const numbers = classifier.attributes.flatMap((attribute, column): Probed[] =>
    attribute.kind === "continuous" && canTell(attribute)
      ? [{ kind: "continuous", name: attribute.name, column }]
      : []
  );
  const readings = toldReadings(classifier).map((reading): Probed => (
    { kind: "binary", name: reading.name, reading }
  ));
  return [...readings, ...numbers];
}

/**
 * Reads the name of an attribute, or `NAME>=NUMBER` for a number as yes or no. Throws a RangeError for a
 * name that the classifier does not know and for what it cannot tell.
 */
export function parseProbed(text: string, classifier: ReadClassifier): Probed {
  const column = classifier.attributes.findIndex(({ name }) => name === text);
  const attribute = classifier.attributes[column];
  if (attribute?.kind !== "continuous") {
    const reading = parseReading(text, classifier);
    return { kind: "binary", name: reading.name, reading };
  }
  if (canTell(attribute)) return { kind: "continuous", name: text, column };
  const r2 = attribute.heldOut?.kind === "continuous" ? attribute.heldOut.r2.toFixed(2) : "unknown";
  throw new RangeError(
    `Cannot find a direction of "${text}": the classifier cannot tell it. Its R² on held-out images ` +
      `is ${r2}, expected 0.5 at least`,
  );
}

/** How directions are looked for. */
export interface AttributeDirectionsOptions {
  readonly latentDim: number;
  readonly attributes: readonly ClassifiedAttribute[];
  readonly probed: readonly Probed[];
  /** Samples that are drawn and judged. */
  readonly samples: number;
  readonly firstSeed: number;
  /** Make each direction orthogonal to all others found that it has nothing to do with. */
  readonly orthogonal: boolean;
}

function samplesOf(judged: JudgedSamples, probed: Probed): ProbeSamples {
  const { latents, answers: { values, count, dim } } = judged;
  if (probed.kind === "binary") return { latents, labels: having(judged, probed.reading) };
  const labels = Float32Array.from({ length: count }, (_, i) => values[i * dim + probed.column]!);
  return { latents, labels };
}

const attributeOf = (attributes: readonly ClassifiedAttribute[], probed: Probed) =>
  probed.kind === "binary" ? probed.reading.attribute : attributes[probed.column]!;

/**
 * Draws samples, has them judged, and probes for each attribute. Those that too few samples have are
 * returned by name with the reason. Throws where none can be found.
 */
export async function attributeDirections(
  judge: Judge,
  options: AttributeDirectionsOptions,
): Promise<{ directions: Direction[]; leftOut: { name: string; reason: string }[] }> {
  const { latentDim, attributes, probed, samples, firstSeed, orthogonal } = options;
  const judged = await judgeSeeds(judge, { firstSeed, count: samples, latentDim });
  const leftOut: { name: string; reason: string }[] = [];
  const found = probed.flatMap((one) => {
    try {
      return [{ one, direction: linearProbe(samplesOf(judged, one), one) }];
    } catch (error) {
      if (!(error instanceof RangeError) || probed.length === 1) throw error;
      leftOut.push({ name: one.name, reason: error.message });
      return [];
    }
  });
  if (!orthogonal) return { directions: found.map(({ direction }) => direction), leftOut };
  const directions = found.map(({ one }) => {
    const orthogonalTo = found.filter((other) =>
      !areRelated(attributeOf(attributes, one), attributeOf(attributes, other.one))
    ).map(({ direction }) => direction.vector);
    return linearProbe(samplesOf(judged, one), { ...one, orthogonalTo });
  });
  return { directions, leftOut };
}
