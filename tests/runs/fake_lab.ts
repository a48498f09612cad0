/**
 * A lab without TensorFlow.js: a trainer whose state depends on every batch it ever saw and every
 * number it ever drew, so that a resumed run that lost anything ends with other bytes.
 */
import { z } from "zod";
import type { ImageDataset } from "../../data/dataset.ts";
import type { ImageBatch } from "../../src/core/images.ts";
import type { NamedArray, Snapshot } from "../../src/core/named_arrays.ts";
import { Rng } from "../../src/core/rng.ts";
import type { Experiment } from "../../src/experiments/experiment.ts";
import { type ImageConfig, openImages } from "../../src/experiments/image_data.ts";
import { changeSettings, parseSettings } from "../../src/experiments/settings.ts";
import type { SessionHooks, SessionParts, TrainingRequest } from "../../src/runs/session.ts";
import type { Trainer } from "../../src/training/trainer.ts";
import { DEVICE } from "./fixtures.ts";

const fields = {
  data: z.string().default("fake"),
  attributes: z.string().nullable().default(null),
  mirror: z.boolean().default(true),
  seed: z.int().default(1),
  backend: z.enum(["auto", "webgpu", "simd", "cpu"]).default("cpu"),
  threads: z.int().default(1),
  exactConv: z.boolean().default(false),
  size: z.int().default(4),
  channels: z.literal([1, 3]).nullable().default(null),
  steps: z.int().min(1).default(20),
  batch: z.int().default(3),
  sampleEverySteps: z.int().default(5),
  checkpointEverySteps: z.int().default(5),
  milestoneEverySteps: z.int().default(0),
  keepCheckpoints: z.int().default(3),
  /** Values an array of the trainer has. */
  values: z.int().default(8),
  /** The step whose loss is not finite; 0 for none. */
  divergeAtStep: z.int().default(0),
  metrics: z.string().nullable().default(null),
};
const Settings = z.strictObject(fields);
type FakeConfig = z.infer<typeof Settings>;

const RESUMABLE = new Set(["steps", "threads", "divergeAtStep", "checkpointEverySteps"]);

class FakeTrainer implements Trainer<ImageBatch> {
  readonly parameters;
  readonly #config: FakeConfig;
  readonly #arrays: Map<string, NamedArray>;
  readonly #rng: Rng;
  #steps = 0;

  constructor(config: FakeConfig) {
    this.#config = config;
    this.parameters = { generator: 2 * config.values };
    this.#rng = new Rng(config.seed, "fake");
    const names = ["generator/w", "generator_ema/w", "discriminator/w", "optimizer/m"];
    this.#arrays = new Map(names.map((name) => [name, this.#draw()]));
  }

  #draw(): NamedArray {
    const { values } = this.#config;
    return { shape: [values], data: this.#rng.fillNormal(new Float32Array(values)) };
  }

  step(batch: ImageBatch) {
    this.#steps++;
    const seen = batch.pixels.reduce((sum, x, i) => sum + x * (i + 1), 0) / 1000;
    for (const { data } of this.#arrays.values()) {
      for (let i = 0; i < data.length; i++) data[i] = 0.9 * data[i]! + seen + this.#rng.normal();
    }
    const loss = this.#steps === this.#config.divergeAtStep ? NaN : seen;
    return Promise.resolve({ losses: { generator: loss }, scores: { "D(x)": 0.5 } });
  }

  sample() {
    const first = this.#arrays.get("generator_ema/w")!.data;
    const pixels = Float32Array.from({ length: 4 * 16 }, (_, i) => Math.tanh(first[i % 8]!));
    return Promise.resolve({ pixels, count: 4, size: 4, channels: 1 });
  }

  snapshot(): Promise<Snapshot> {
    const copies = (from: number, to: number) =>
      new Map(
        [...this.#arrays].slice(from, to).map(([name, { shape, data }]) =>
          [name, { shape, data: data.slice() }] as const
        ),
      );
    return Promise.resolve({
      generator: copies(0, 2),
      topology: "{}",
      state: copies(2, 4),
      meta: { steps: this.#steps, rng: Array.from(this.#rng.state) },
    });
  }

  restore({ generator, state, meta }: Snapshot): void {
    for (const [name, { data }] of [...generator, ...state]) this.#arrays.get(name)!.data.set(data);
    this.#rng.restore(meta.rng as number[]);
    this.#steps = meta.steps as number;
  }

  dispose(): void {}
}

const parse = (given: unknown) => parseSettings(Settings, given, "Cannot train the fake");

const fakeExperiment: Experiment<FakeConfig & ImageConfig, ImageBatch> = {
  name: "dcgan",
  settings: Settings.partial(),
  resumable: RESUMABLE,
  resolve: parse,
  parseConfig: parse,
  resume: (recorded, given) => parse(changeSettings(recorded, given as object as never, RESUMABLE)),
  openData: openImages,
  metering: ({ metrics, data: spec, size, seed, mirror }) =>
    metrics === null ? null : {
      metrics,
      extractor: "fake",
      samples: 10,
      data: { spec, size, channels: 1, seed, mirror },
    },
  build: (config) => new FakeTrainer(config),
};

/** Ten pictures of 4×4 grey pixels. */
export function fakeDataset(fingerprint = "fake/1"): ImageDataset {
  const length = 10;
  const info = { name: "fake", length, size: 4, channels: 1, fingerprint };
  return {
    info: { ...info, attributes: [], skipped: [] },
    length,
    size: 4,
    channels: 1,
    read: (index, out) =>
      out.fill(0).forEach((_, i) => out[i] = ((index * 7 + i * 3) % 11) / 5 - 1),
    attributes: () => [],
    [Symbol.dispose]: () => {},
  };
}

export const fakeParts: SessionParts = {
  probeDevice: () => Promise.resolve(DEVICE),
  openDevice: () => Promise.resolve(),
  openDataset: () => Promise.resolve(fakeDataset()),
  experiments: {
    dcgan: fakeExperiment,
    "super-resolution": fakeExperiment,
    srgan: fakeExperiment,
  },
  versions: { atelier: "0.1.0", deno: "2.9.6", tfjs: "4.22.0" },
};

/** Hooks that hear nothing and never stop, less what `changes` says. */
export function hooks(changes: Partial<SessionHooks> = {}): SessionHooks {
  return {
    shouldStop: () => false,
    onRun: () => {},
    onEvent: () => {},
    onProgress: () => {},
    ...changes,
  };
}

/** A request for a new fake run under `runsDir`, or to go on with one. */
export function fakeRequest(
  runsDir: string,
  settings: Partial<FakeConfig> = {},
  resume: string | null = null,
): TrainingRequest {
  return { experiment: "dcgan", settings, runsDir, cacheDir: runsDir, resume };
}
