/** Directions of what a classifier can tell, by linear probes in a generator's latent space. */
import type { Direction } from "../latent/directions/direction.ts";
import { type Judge, judgeSeeds } from "./arithmetic/judge.ts";
import { type FoundDirections, heldFor, probe, type Probed, probeEach } from "./probes.ts";

/** How directions are looked for. */
export interface AttributeDirectionsOptions {
  readonly latentDim: number;
  readonly probed: readonly Probed[];
  /** What each direction is made orthogonal to, as far as it has nothing to do with it. */
  readonly held: readonly Probed[];
  /** Samples that are drawn and judged. */
  readonly samples: number;
  readonly firstSeed: number;
}

/**
 * Draws samples, has them judged, and probes for each attribute. Those that too few samples have are
 * returned by name with the reason; one asked for alone throws it.
 */
export async function attributeDirections(
  judge: Judge,
  options: AttributeDirectionsOptions,
): Promise<{ directions: Direction[]; leftOut: FoundDirections["leftOut"] }> {
  const { latentDim, probed, held, samples, firstSeed } = options;
  const judged = await judgeSeeds(judge, { firstSeed, count: samples, latentDim });
  if (probed.length === 1) probe(judged, probed[0]!); // throws what there is to say
  const { found, leftOut } = probeEach(judged, probed);
  const others = probeEach(judged, held).found;
  const directions = found.map(({ probed, direction }) => {
    const orthogonalTo = heldFor(probed.attribute, others);
    return orthogonalTo.length === 0 ? direction : probe(judged, probed, orthogonalTo);
  });
  return { directions, leftOut };
}
