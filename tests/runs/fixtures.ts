/** What the tests of runs share: small snapshots, runs made of nothing, folders that go away. */
import { fromFileUrl, join } from "@std/path";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import type { DeviceInfo, RunEvent } from "../../src/core/protocol.ts";
import { Rng } from "../../src/core/rng.ts";
import type { TrainingRequest } from "../../src/runs/session.ts";
import type { RunInit } from "../../src/runs/run_writer.ts";

export const DEVICE: DeviceInfo = {
  backend: "cpu",
  name: "a processor",
  software: false,
  reason: "asked for by name",
};

/** What a run of four steps on nothing much is made of. */
export const RUN_INIT: RunInit = {
  experiment: "dcgan",
  dataset: "faces",
  seed: 1,
  config: { steps: 4, seed: 1 },
  device: DEVICE,
  versions: { atelier: "0.1.0", deno: "2.9.6", tfjs: "4.22.0" },
  data: {
    name: "faces",
    length: 100,
    size: 32,
    channels: 3,
    fingerprint: "faces/1",
    attributes: ["smile"],
    skipped: [],
  },
  parameters: { generator: 12, discriminator: 8 },
  totalSteps: 4,
};

/** A snapshot whose every value depends on the step, of `values` values an array. */
export function snapshotAt(step: number, values = 16): Snapshot {
  const rng = new Rng(step, "snapshot");
  const array = (): NamedArray => ({
    shape: [values],
    data: rng.fillNormal(new Float32Array(values)),
  });
  return {
    generator: new Map([["generator/w", array()], ["generator_ema/w", array()]]),
    topology: '{"class_name":"Sequential"}',
    state: new Map([["discriminator/w", array()], ["optimizer/m", array()]]),
    meta: { step, latents: Array.from(rng.state) },
  };
}

/** An event of one update. */
export function stepEvent(step: number): RunEvent {
  return {
    type: "step",
    step,
    losses: { generator: 1 / step, discriminator: step },
    scores: { "D(x)": 0.5 },
    imagesPerSecond: 100,
  };
}

/** A folder that goes away with the block that uses it. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "atelier-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Every file under a folder, hidden ones too, by relative path, with its bytes. */
export function filesUnder(folder: string, prefix = ""): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { name, isDirectory } of Deno.readDirSync(join(folder, prefix))) {
    const path = join(prefix, name);
    if (isDirectory) {
      for (const [inner, bytes] of filesUnder(folder, path)) files.set(inner, bytes);
    } else files.set(path, Deno.readFileSync(join(folder, path)));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `work` throws; fails the test where it throws nothing. */
export async function thrownBy(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`Expected an Error to be thrown, got ${error}`);
  }
  throw new Error("Expected an error to be thrown, got none");
}

/** Runs a script of module code, with this project's import map, in a process of its own. */
export function runScript(script: string): Promise<Deno.CommandOutput> {
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const address = `data:application/typescript,${encodeURIComponent(script)}`;
  const args = ["run", "-A", "--quiet", "--config", config, address];
  return new Deno.Command(Deno.execPath(), { args }).output();
}

/** A request for the smallest DCGAN there is, 20 steps on the cpu backend, or to go on with one. */
export function tinyDcgan(runsDir: string, resume: string | null = null): TrainingRequest {
  const settings = {
    backend: "cpu",
    size: 32,
    filters: 2,
    latentDim: 4,
    batch: 2,
    steps: 20,
    mirror: true,
    sampleEverySteps: 20,
    checkpointEverySteps: 20,
  };
  return {
    experiment: "dcgan",
    settings: resume === null ? settings : {},
    runsDir,
    cacheDir: runsDir,
    resume,
  };
}
