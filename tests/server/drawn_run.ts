/** A run with the lab's own network in it, small and untrained, whose pictures are full of contrast. */
import { buildGenerator } from "../../models/dcgan.ts";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import type { DatasetInfo, DeviceInfo } from "../../src/core/protocol.ts";
import { Rng } from "../../src/core/rng.ts";
import { dcgan } from "../../src/experiments/dcgan.ts";
import type { RunStore } from "../../src/runs/store.ts";

const DEVICE: DeviceInfo = { backend: "cpu", name: "none", software: false, reason: "for tests" };

/** What is drawn. */
export interface DrawnRunOptions {
  readonly channels?: 1 | 3;
  readonly latentDim?: number;
  readonly mirror?: boolean;
  /** As in a run's settings; the dataset it names, opened. */
  readonly data?: string;
  readonly info?: DatasetInfo | null;
  /** Whether its weights are no numbers, as of a training that diverged. */
  readonly ruined?: boolean;
  /** One checkpoint each. */
  readonly steps?: readonly number[];
}

/** Makes the run, its checkpoints with weights of their own, and returns its id. Needs an open backend. */
export async function makeDrawnRun(
  store: RunStore,
  {
    channels = 3,
    latentDim = 12,
    mirror = false,
    data = "faces",
    info = null,
    ruined = false,
    steps = [1],
  }: DrawnRunOptions = {},
): Promise<string> {
  const settings = { data, mirror, size: 32, channels, filters: 4, latentDim, backend: "cpu" };
  const config = dcgan.resolve(settings, DEVICE);
  using writer = store.create({
    experiment: "dcgan",
    dataset: data,
    seed: config.seed,
    config: { ...config },
    device: DEVICE,
    versions: { atelier: "0.1.0", deno: Deno.version.deno, tfjs: "4.22.0" },
    data: info,
    parameters: {},
    totalSteps: 100,
  });
  const retention = { keepCheckpoints: 1, milestoneEverySteps: 0 };
  for (const step of steps) {
    const snapshot = snapshotOf({ size: 32, filters: 4, latentDim, channels }, step);
    if (ruined) { for (const { data } of snapshot.generator.values()) data.fill(NaN); }
    await writer.writeCheckpoint(step, snapshot, retention);
  }
  writer.update({ status: "stopped", step: steps.at(-1)! });
  return writer.id;
}

function snapshotOf(network: Parameters<typeof buildGenerator>[0], step: number): Snapshot {
  const model = buildGenerator(network, new Rng(step, "drawn run"));
  const generator = new Map<string, NamedArray>();
  for (const prefix of ["generator/", "generator_ema/"]) {
    const rng = new Rng(step, prefix);
    for (const { originalName, shape } of model.weights) {
      const array = weight(originalName, shape as number[], rng);
      generator.set(prefix + originalName, array);
    }
  }
  const topology = JSON.stringify(model.toJSON(null, false));
  model.dispose();
  return {
    generator,
    topology,
    state: new Map([["none", { shape: [1], data: Float32Array.of(0) }]]),
    meta: {},
  };
}

/** Kernels that keep the variance of what they are given, and normalization that moves it a little. */
function weight(name: string, shape: number[], rng: Rng): NamedArray {
  const data = rng.fillNormal(new Float32Array(shape.reduce((a, b) => a * b)));
  const kernel = name.endsWith("kernel");
  const fanIn = shape.length === 4 ? shape[3]! * 4 : shape[0]!; // of 16 taps, a stride of 2 meets 4
  const scale = kernel ? Math.sqrt(2 / fanIn) : 0.1;
  const centre = /gamma|variance/.test(name) ? 1 : 0;
  return { shape, data: data.map((value) => centre + scale * value) };
}
