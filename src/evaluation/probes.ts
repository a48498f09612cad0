/** What of a classifier's answers is probed for in a generator's latent space. */
import { areRelated } from "../core/attributes.ts";
import type { Direction } from "../latent/directions/direction.ts";
import { linearProbe, type ProbeSamples } from "../latent/directions/linear_probe.ts";
import type { Vector } from "../latent/latents.ts";
import { canTell, type ClassifiedAttribute } from "../metrics/classifier/telling.ts";
import { having } from "./arithmetic/exemplars.ts";
import type { JudgedSamples } from "./arithmetic/judge.ts";
import {
  parseReading,
  type ReadClassifier,
  type Reading,
  toldReadings,
} from "./arithmetic/reading.ts";

/** An attribute as yes or no, or a number as it is. */
export type Probed =
  & { readonly name: string; readonly attribute: ClassifiedAttribute }
  & (
    | { readonly kind: "binary"; readonly reading: Reading }
    | { readonly kind: "continuous"; readonly column: number }
  );

/** The attribute of a reading, to be probed for. */
export const probedReading = (reading: Reading): Probed => (
  { kind: "binary", name: reading.name, attribute: reading.attribute, reading }
);

/** Everything that the classifier can tell, yes-or-no attributes first. */
export function toldProbes(classifier: ReadClassifier): Probed[] {
  const numbers = classifier.attributes.flatMap((attribute, column): Probed[] =>
    attribute.kind === "continuous" && canTell(attribute)
      ? [{ kind: "continuous", name: attribute.name, attribute, column }]
      : []
  );
  return [...toldReadings(classifier).map(probedReading), ...numbers];
}

/**
 * Reads the name of an attribute, or `NAME>=NUMBER` for a number as yes or no. Throws a RangeError for a
 * name that the classifier does not know and for what it cannot tell.
 */
export function parseProbed(text: string, classifier: ReadClassifier): Probed {
  const column = classifier.attributes.findIndex(({ name }) => name === text);
  const attribute = classifier.attributes[column];
  if (attribute?.kind !== "continuous") return probedReading(parseReading(text, classifier));
  if (canTell(attribute)) return { kind: "continuous", name: text, attribute, column };
  const r2 = attribute.heldOut?.kind === "continuous" ? attribute.heldOut.r2.toFixed(2) : "unknown";
  throw new RangeError(
    `Cannot find a direction of "${text}": the classifier cannot tell it. Its R² on held-out images ` +
      `is ${r2}, expected 0.5 at least`,
  );
}

function samplesOf(judged: JudgedSamples, probed: Probed): ProbeSamples {
  const { latents, answers: { values, count, dim } } = judged;
  if (probed.kind === "binary") return { latents, labels: having(judged, probed.reading) };
  const labels = Float32Array.from({ length: count }, (_, i) => values[i * dim + probed.column]!);
  return { latents, labels };
}

/** The direction of an attribute, or its part that is orthogonal to others. Throws as `linearProbe`. */
export function probe(
  judged: JudgedSamples,
  probed: Probed,
  orthogonalTo: readonly Vector[] = [],
): Direction {
  const { name, kind } = probed;
  return linearProbe(samplesOf(judged, probed), { name, kind, orthogonalTo });
}

/** A direction and the attribute that it is of. */
export interface FoundDirection {
  readonly probed: Probed;
  readonly direction: Direction;
}

/** Directions, and what too few samples have, each with the reason. */
export interface FoundDirections {
  readonly found: readonly FoundDirection[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** Probes for each attribute; those that the samples do not suffice for are left out by name. */
export function probeEach(judged: JudgedSamples, all: readonly Probed[]): FoundDirections {
  const leftOut: { name: string; reason: string }[] = [];
  const found = all.flatMap((probed) => {
    try {
      return [{ probed, direction: probe(judged, probed) }];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      leftOut.push({ name: probed.name, reason: error.message });
      return [];
    }
  });
  return { found, leftOut };
}

/** The vectors of those that say nothing of an attribute by their meaning: what to hold while it moves. */
export function heldFor(
  attribute: ClassifiedAttribute,
  found: readonly FoundDirection[],
): Vector[] {
  return found.filter(({ probed }) => !areRelated(probed.attribute, attribute))
    .map(({ direction }) => direction.vector);
}
