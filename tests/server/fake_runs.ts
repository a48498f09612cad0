/**
 * Runs that nobody trained, for tests and for work on the page:
 *
 *     deno run -A tests/server/fake_runs.ts DIR --steps 100000 [--live] [--rate 20]
 *
 * makes one under DIR; `--live` goes on appending events, `--rate` a second, until a stop is asked for
 * through the run's folder, or Ctrl-C.
 */
import { parseArgs } from "@std/cli/parse-args";
import { sha256Hex } from "../../src/core/fs.ts";
import { imageGrid } from "../../src/core/images.ts";
import type { Snapshot } from "../../src/core/named_arrays.ts";
import { encodePng } from "../../src/core/png.ts";
import type { DeviceInfo, FinishReason, StoredEvent } from "../../src/core/protocol.ts";
import { Rng } from "../../src/core/rng.ts";
import type { RunWriter } from "../../src/runs/run_writer.ts";
import { RunStore } from "../../src/runs/store.ts";

const LATENT_DIM = 8;
const IMAGE_SIZE = 16;
const IMAGE_VALUES = IMAGE_SIZE * IMAGE_SIZE * 3;
const GRID_COLUMNS = 8;

const DEVICE: DeviceInfo = {
  backend: "cpu",
  name: "a processor nobody has",
  software: false,
  reason: "made up for tests",
};

/** A generator of one dense layer, as TensorFlow.js writes it. */
const TOPOLOGY = JSON.stringify({
  class_name: "Sequential",
  config: {
    name: "generator",
    layers: [
      {
        class_name: "Dense",
        config: {
          name: "project",
          units: IMAGE_VALUES,
          activation: "tanh",
          use_bias: true,
          batch_input_shape: [null, LATENT_DIM],
          dtype: "float32",
        },
      },
      {
        class_name: "Reshape",
        config: { name: "image", target_shape: [IMAGE_SIZE, IMAGE_SIZE, 3] },
      },
    ],
  },
  keras_version: "tfjs-layers 4.22.0",
  backend: "tensor_flow.js",
});

function fakeSnapshot(step: number): Snapshot {
  const draw = (label: string, ...shape: number[]) => ({
    shape,
    data: new Rng(step, label).fillNormal(new Float32Array(shape.reduce((a, b) => a * b))),
  });
  const weights = (prefix: string) =>
    [
      [`${prefix}/project/kernel`, draw(`${prefix} kernel`, LATENT_DIM, IMAGE_VALUES)],
      [`${prefix}/project/bias`, draw(`${prefix} bias`, IMAGE_VALUES)],
    ] as const;
  return {
    generator: new Map([...weights("generator"), ...weights("generator_ema")]),
    topology: TOPOLOGY,
    state: new Map([["discriminator/kernel", draw("discriminator", 3, 3)]]),
    meta: { cursor: step },
  };
}

/** A grid of discs whose edges get sharper with the steps. */
async function fakeGrid(step: number): Promise<Uint8Array<ArrayBuffer>> {
  const count = GRID_COLUMNS * GRID_COLUMNS;
  const pixels = new Float32Array(count * IMAGE_VALUES);
  const blur = 0.3 + 6 / (1 + step / 200);
  for (let i = 0; i < pixels.length; i++) {
    const image = Math.floor(i / IMAGE_VALUES);
    const place = Math.floor((i % IMAGE_VALUES) / 3);
    const distance = Math.hypot(place % IMAGE_SIZE - 7.5, Math.floor(place / IMAGE_SIZE) - 7.5);
    const colour = Math.sin(image + 2 * (i % 3));
    pixels[i] = colour * Math.tanh((3 + image % 4 - distance) / blur);
  }
  return await encodePng(
    imageGrid({ pixels, count, size: IMAGE_SIZE, channels: 3 }, GRID_COLUMNS),
  );
}

export interface FakeRunOptions {
  /** Steps that the run means to take; 1,000 when left out. */
  readonly totalSteps?: number;
  /** Cadences in steps; 0, as when left out, for none. */
  readonly sampleEverySteps?: number;
  readonly checkpointEverySteps?: number;
  readonly seed?: number;
}

/** Writes a run as a trainer would, holding its lock until disposed. */
export class FakeTraining implements Disposable {
  readonly writer: RunWriter;
  readonly #options: Required<FakeRunOptions>;
  readonly #rng: Rng;
  #step = 0;
  #disposed = false;

  constructor(runs: RunStore, options: FakeRunOptions = {}) {
    const defaults = { totalSteps: 1000, sampleEverySteps: 0, checkpointEverySteps: 0, seed: 1 };
    this.#options = { ...defaults, ...options };
    const { totalSteps, seed } = this.#options;
    this.#rng = new Rng(seed, "fake run");
    this.writer = runs.create({
      experiment: "dcgan",
      dataset: "faces",
      seed,
      config: { data: "faces", size: IMAGE_SIZE, batch: 8, ...this.#options },
      device: DEVICE,
      versions: { atelier: "0.1.0", deno: Deno.version.deno, tfjs: "4.22.0" },
      data: {
        name: "faces",
        length: 1000,
        size: IMAGE_SIZE,
        channels: 3,
        fingerprint: "fake",
        attributes: ["glasses", "smile"],
        skipped: [],
      },
      parameters: { generator: 3_576_704, discriminator: 2_765_568 },
      totalSteps,
    });
    this.#start(false);
  }

  get id(): string {
    return this.writer.id;
  }

  get step(): number {
    return this.#step;
  }

  /** Takes steps, with the samples and checkpoints that fall due. Returns the last step's event. */
  async advance(steps: number): Promise<StoredEvent | null> {
    const { sampleEverySteps, checkpointEverySteps, totalSteps } = this.#options;
    const due = (every: number) => every > 0 && this.#step % every === 0;
    let last: StoredEvent | null = null;
    for (let taken = 0; taken < steps && this.#step < totalSteps; taken++) {
      this.#step++;
      last = this.#storeStep();
      if (due(sampleEverySteps)) await this.sample();
      if (due(checkpointEverySteps)) await this.checkpoint();
    }
    return last;
  }

  async sample(): Promise<void> {
    const png = await fakeGrid(this.#step);
    this.writer.writeSample(this.#step, png);
    this.writer.append({
      type: "sample",
      step: this.#step,
      file: `samples/${String(this.#step).padStart(6, "0")}.png`,
      sha256: await sha256Hex(png),
      width: GRID_COLUMNS * IMAGE_SIZE,
      height: GRID_COLUMNS * IMAGE_SIZE,
      columns: GRID_COLUMNS,
      rows: GRID_COLUMNS,
    });
    this.writer.update({ step: this.#step });
  }

  /** `ruined`: with weights that are not numbers, as of a training that diverged. */
  async checkpoint({ ruined = false } = {}): Promise<void> {
    const retention = { keepCheckpoints: 3, milestoneEverySteps: 0 };
    const snapshot = fakeSnapshot(this.#step);
    if (ruined) { for (const { data } of snapshot.generator.values()) data.fill(NaN); }
    const { files } = await this.writer.writeCheckpoint(this.#step, snapshot, retention);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.writer.append({ type: "checkpoint", step: this.#step, bytes });
  }

  /** Stores figures of a checkpoint, made or not. */
  measure(step: number, values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.writer.append({ type: "metric", step, name, value });
    }
  }

  warn(message: string): StoredEvent {
    return this.writer.append({ type: "warning", step: this.#step, message });
  }

  /** Goes back to `step`, as a resumed run does. */
  rewind(step: number): void {
    this.#step = step;
    this.#start(true);
  }

  finish(reason: FinishReason): void {
    this.writer.update({ status: reason, step: this.#step });
    this.writer.append({ type: "finished", step: this.#step, reason });
  }

  [Symbol.dispose](): void {
    if (!this.#disposed) this.writer[Symbol.dispose]();
    this.#disposed = true;
  }

  #start(resumed: boolean): void {
    const { totalSteps } = this.#options;
    const started = { type: "started", step: this.#step, totalSteps, resumed, device: DEVICE };
    this.writer.rewind({ ...started, type: "started" });
  }

  #storeStep(): StoredEvent {
    const progress = this.#step / (this.#step + 3000);
    const noise = () => 0.1 * this.#rng.normal();
    const losses = {
      discriminator: 1.39 - 0.5 * progress + noise(),
      generator: 0.7 + 1.2 * progress + 2 * noise(),
    };
    const scores = {
      "D(x)": Math.min(1, Math.max(0, 0.6 + 0.1 * progress + noise() / 2)),
      "D(G(z))": Math.min(1, Math.max(0, 0.4 - 0.1 * progress + noise() / 2)),
    };
    const imagesPerSecond = 160 + 50 * noise();
    return this.writer.append({
      type: "step",
      step: this.#step,
      losses,
      scores,
      imagesPerSecond,
    });
  }
}

/** Appends `rate` steps a second until a stop is asked for or the steps are taken. */
async function goOn(training: FakeTraining, rate: number): Promise<void> {
  const started = Date.now();
  for (let taken = 0; !training.writer.stopRequested();) {
    const due = Math.floor((Date.now() - started) / 1000 * rate) - taken;
    if (due > 0 && await training.advance(due) === null) return training.finish("completed");
    taken += due;
    training.writer.update({ step: training.step });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await training.checkpoint();
  training.finish("stopped");
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    boolean: ["live"],
    default: { steps: 2000, rate: 20, seed: 1 },
  });
  const steps = Number(flags.steps);
  let now = Date.now() - steps * 50;
  using training = new FakeTraining(
    new RunStore(String(flags._[0] ?? "data/runs"), () => flags.live ? Date.now() : now += 50),
    {
      totalSteps: flags.live ? 2 * steps : steps,
      sampleEverySteps: Math.ceil(steps / 40),
      checkpointEverySteps: Math.ceil(steps / 8),
      seed: Number(flags.seed),
    },
  );
  console.log(training.writer.folder);
  await training.sample();
  await training.advance(steps);
  training.warn("a warning that means nothing: this run is made up");
  if (flags.live) await goOn(training, Number(flags.rate));
  else training.finish("completed");
}
