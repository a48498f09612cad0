/** Which pictures the Compare page draws, and in which order. */
import { type CheckpointRef, checkpointRef } from "../../generator/client.ts";
import { stackLatents, truncatedLatent, type Truncation } from "../../lab.ts";
import type { Panel } from "./compare.ts";
import { nearestStep } from "./panels.ts";
import type { Order } from "./picture_store.ts";

/** What is to be seen. */
export interface Scene {
  readonly panels: readonly Panel[];
  /** Of `panels`, those whose pictures are on the screen. */
  readonly inSight: ReadonlySet<number>;
  readonly seeds: readonly number[];
  readonly stops: readonly number[];
  /** The slider's place among the stops. */
  readonly stop: number;
  readonly truncation: Truncation | null;
}

/** Steps of the slider to either side that are drawn ahead. */
const AHEAD = 2;

/** Names what a checkpoint's pictures are made with, the seed aside. */
export function generationOf(
  { run, step, weights, version = "" }: CheckpointRef,
  truncation: Truncation | null,
): string {
  return `${run}@${step} ${version} ${weights}${
    truncation ? ` ${truncation.by}:${truncation.psi}` : ""
  }`;
}

/** What is in sight, and then what the slider, another view and the next page would show. */
export function ordersOf(
  scene: Scene,
): { readonly wanted: readonly Order[]; readonly ahead: readonly Order[] } {
  const { panels, inSight, seeds } = scene;
  const last = seeds.at(-1)!;
  const next = seeds.map((_, i) => last + 1 + i);
  const [shown, hidden] = [true, false].map((wish) =>
    panels.filter(({ index }) => inSight.has(index) === wish)
  );
  const near = Array.from({ length: AHEAD }, (_, i) => [i + 1, -i - 1]).flat();
  return {
    wanted: shown!.flatMap((panel) => order(scene, panel, seeds)),
    ahead: [
      ...near.flatMap((by) =>
        shown!.flatMap((panel) => order(scene, panel, seeds, neighbourOf(scene, panel, by)))
      ),
      ...hidden!.flatMap((panel) => order(scene, panel, seeds)),
      ...shown!.flatMap((panel) => order(scene, panel, next)),
    ],
  };
}

/** The checkpoint that a panel comes to when the slider moves by some stops; null for none other. */
export function neighbourOf(
  { stops, stop }: Pick<Scene, "stops" | "stop">,
  { source, checkpoint, locked }: Panel,
  by: number,
): CheckpointRef | null {
  const step = stops[stop + by];
  if (locked || step === undefined || source === null || checkpoint === null) return null;
  const near = nearestStep(source.steps.value, step);
  if (near === null || near === checkpoint.step) return null;
  return checkpointRef({ ...checkpoint, step: near }, source.checkpoints.value);
}

/** One order; none while it is not known what the generator takes. */
function order(
  { truncation }: Scene,
  { source, checkpoint: own }: Panel,
  seeds: readonly number[],
  checkpoint: CheckpointRef | null = own,
): Order[] {
  const shape = source?.shape.value ?? null;
  if (shape === null || checkpoint === null) return [];
  return [{
    generation: generationOf(checkpoint, truncation),
    checkpoint,
    seeds,
    latentsOf: (some) =>
      stackLatents(some.map((seed) => truncatedLatent(seed, shape.latentDim, truncation))).values,
  }];
}
