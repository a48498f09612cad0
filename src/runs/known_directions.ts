/** What directions there are to move along at a checkpoint. */
import type { Direction } from "../latent/directions/direction.ts";
import { firstLayerOf, sefaDirections } from "../latent/directions/sefa.ts";
import { weightsOf } from "./checkpoint_format.ts";
import type { StoredRun } from "./stored_run.ts";

/** SeFa's directions that every checkpoint has: later ones change little. */
const SEFA_COUNT = 10;

/**
 * The directions stored for a checkpoint; where none of SeFa's are among them, its first ten of the
 * moving average's weights as well, which take no samples and a moment.
 */
export async function knownDirections(run: StoredRun, step: number): Promise<Direction[]> {
  const stored = run.directions(step);
  if (stored.some(({ kind }) => kind === "sefa")) return stored;
  const weights = weightsOf(await run.readGenerator(step), "ema");
  return [...stored, ...sefaDirections(firstLayerOf(weights), SEFA_COUNT)];
}
