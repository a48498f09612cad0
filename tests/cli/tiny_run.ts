/** A run with a generator of a few hundred weights, never trained, for tests of what draws from runs. */
import { buildGenerator, type DcganConfig } from "../../models/dcgan.ts";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import { Rng } from "../../src/core/rng.ts";
import { everything } from "../../src/nn/weights.ts";
import { RunStore } from "../../src/runs/store.ts";
import { RUN_INIT } from "../runs/fixtures.ts";

/** The generator of `makeTinyRun`. */
export const TINY: DcganConfig = { size: 32, filters: 2, latentDim: 8, channels: 3 };

/**
 * Makes a run in `root` with one checkpoint, of step 4, and returns its id. `change` may alter the
 * weights, by name, before they are written. Needs a TensorFlow.js backend.
 */
export async function makeTinyRun(
  root: string,
  { config = TINY, change = () => {} }: {
    readonly config?: DcganConfig;
    readonly change?: (weights: Map<string, NamedArray>) => void;
  } = {},
): Promise<string> {
  const model = buildGenerator(config, new Rng(1));
  const weights = new Map<string, NamedArray>();
  for (const { name, variable } of everything(model)) {
    const data = new Float32Array(await variable.data());
    // Ten times the initial weights: pictures that differ from grey, and from one another.
    const large = name.endsWith("/kernel") ? data.map((value) => 10 * value) : data;
    weights.set(name, { shape: variable.shape, data: large });
  }
  change(weights);
  const under = (prefix: string) => [...weights].map(([name, w]) => [prefix + name, w] as const);
  const snapshot: Snapshot = {
    generator: new Map([...under("generator/"), ...under("generator_ema/")]),
    topology: model.toJSON() as unknown as string,
    state: new Map([["none", { shape: [1], data: new Float32Array(1) }]]),
    meta: {},
  };
  model.dispose();
  using writer = new RunStore(root).create(RUN_INIT);
  await writer.writeCheckpoint(4, snapshot, { keepCheckpoints: 1, milestoneEverySteps: 0 });
  return writer.id;
}
