/** A run with a small untrained network that enlarges, which adds something of its own to bicubic. */
import { type EnlargerName, enlargerNetworks } from "../../src/experiments/enlarger_networks.ts";
import { srgan } from "../../src/experiments/srgan.ts";
import { superResolution } from "../../src/experiments/super_resolution.ts";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import type { DeviceInfo } from "../../src/core/protocol.ts";
import { sha256Hex } from "../../src/core/fs.ts";
import { encodePng } from "../../src/core/png.ts";
import { Rng } from "../../src/core/rng.ts";
import type { RunWriter } from "../../src/runs/run_writer.ts";
import type { RunStore } from "../../src/runs/store.ts";

import { wavyPicture } from "../metrics/fidelity/pictures.ts";

const DEVICE: DeviceInfo = { backend: "cpu", name: "none", software: false, reason: "for tests" };

/** What it is of. */
export interface EnlargerRunOptions {
  readonly experiment?: "super-resolution" | "srgan";
  readonly scale?: 2 | 3 | 4;
  readonly model?: EnlargerName;
  /** One checkpoint each. */
  readonly steps?: readonly number[];
  /** Whether it has a sample, curves and metrics. */
  readonly told?: boolean;
}

/** Makes the run and returns its id. Needs an open backend. */
export async function makeEnlargerRun(
  store: RunStore,
  { experiment = "super-resolution", scale = 2, model = "edsr-compact", steps = [5], told = false }:
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
  if (told) await tell(writer, experiment);
  writer.update({ status: "stopped", step: steps.at(-1)! });
  return writer.id;
}

/** Events as such a training has them: two steps, and a sample of 2 pictures, three times each. */
async function tell(writer: RunWriter, experiment: string): Promise<void> {
  writer.append({ type: "started", step: 0, totalSteps: 100, resumed: false, device: DEVICE });
  const picture = wavyPicture(48, 32, 0);
  const png = await encodePng(picture);
  writer.writeSample(0, png);
  writer.append({
    ...{ type: "sample", step: 0, file: "samples/000000.png", sha256: await sha256Hex(png) },
    ...{ width: picture.width, height: picture.height, columns: 3, rows: 2 },
  });
  const reports = experiment === "srgan"
    ? {
      losses: { discriminator: 1.3, generator: 0.11, content: 0.1 },
      scores: { "D(x)": 0.6, "D(G(z))": 0.4 },
    }
    : { losses: { l1: 0.1 }, scores: {} };
  for (const step of [1, 2]) {
    writer.append({ type: "step", step, ...reports, imagesPerSecond: 30 });
    writer.append({ type: "metric", step, name: "psnr-y-crop2", value: 28 + step });
  }
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
