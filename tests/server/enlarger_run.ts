/** A run with a small untrained network that enlarges, which adds something of its own to bicubic. */
import { type EnlargerName, enlargerNetworks } from "../../src/experiments/enlarger_networks.ts";
import { srgan } from "../../src/experiments/srgan.ts";
import { superResolution } from "../../src/experiments/super_resolution.ts";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import type { DeviceInfo } from "../../src/core/protocol.ts";
import { Rng } from "../../src/core/rng.ts";
import type { RunStore } from "../../src/runs/store.ts";

const DEVICE: DeviceInfo = { backend: "cpu", name: "none", software: false, reason: "for tests" };

/** What it is of. */
export interface EnlargerRunOptions {
  readonly experiment?: "super-resolution" | "srgan";
  readonly scale?: 2 | 3 | 4;
  readonly model?: EnlargerName;
  /** One checkpoint each. */
  readonly steps?: readonly number[];
}

/** Makes the run and returns its id. Needs an open backend. */
export async function makeEnlargerRun(
  store: RunStore,
  { experiment = "super-resolution", scale = 2, model = "edsr-compact", steps = [5] }:
    EnlargerRunOptions = {},
): Promise<string> {
  const sizes = enlargerNetworks[model].sizable ? { blocks: 1, channels: 4 } : {};
  const given = { model, scale, backend: "cpu", ...sizes };
  const config = experiment === "srgan"
    ? srgan.parseConfig(srgan.settings.parse({ ...given, pretrained: "x.safetensors" }))
    : superResolution.resolve(given, DEVICE);
  using writer = store.create({
    experiment,
    dataset: "faces",
    seed: config.seed,
    config: { ...config },
    device: DEVICE,
    versions: { atelier: "0.1.0", deno: Deno.version.deno, tfjs: "4.22.0" },
    data: null,
    parameters: { generator: 1234 },
    totalSteps: 100,
  });
  const retention = { keepCheckpoints: 1, milestoneEverySteps: 0 };
  for (const step of steps) {
    await writer.writeCheckpoint(step, snapshotOf(config, step), retention);
  }
  writer.update({ status: "stopped", step: steps.at(-1)! });
  return writer.id;
}

function snapshotOf(
  { model, ...size }: {
    model: EnlargerName;
    scale: 2 | 3 | 4;
    blocks: number | null;
    channels: number | null;
  },
  step: number,
): Snapshot {
  const network = enlargerNetworks[model].build(size, new Rng(step, "enlarger run"));
  const generator = new Map<string, NamedArray>();
  for (const prefix of ["generator/", "generator_ema/"]) {
    const rng = new Rng(step, prefix);
    for (const { originalName, shape } of network.weights) {
      const data = rng.fillNormal(new Float32Array(shape.reduce<number>((a, b) => a * b!, 1)));
      const scaled = data.map((value) => 0.1 * value);
      generator.set(prefix + originalName, { shape: shape as number[], data: scaled });
    }
  }
  const topology = JSON.stringify(network.toJSON(null, false));
  network.dispose();
  const state = new Map([["none", { shape: [1], data: Float32Array.of(0) }]]);
  return { generator, topology, state, meta: {} };
}
