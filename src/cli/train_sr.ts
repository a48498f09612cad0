/** `deno task train-sr`: trains a network to enlarge pictures, by pixels or against a discriminator. */
import { assertPairsSpec } from "../../data/pairs/open.ts";
import type { Experiment } from "../experiments/experiment.ts";
import { srgan } from "../experiments/srgan.ts";
import { EnlargerRunConfig, superResolution } from "../experiments/super_resolution.ts";
import { GENERATOR_FILE } from "../runs/checkpoint_format.ts";
import { resolveCheckpoint } from "../runs/open_generator.ts";
import { RunStore } from "../runs/store.ts";
import { runCommand } from "./command.ts";
import { type OptionsOf, UsageError } from "./flags.ts";
import type { Settings } from "./settings.ts";
import { settingsOf, trainCommand, type TrainingCommand } from "./train.ts";
import { TRAIN_SR, type TrainSrShape } from "./train_sr_flags.ts";

type TrainSrOptions = OptionsOf<TrainSrShape>;

/** Which of the two the command line asks for: the run's own where one is resumed. */
function experimentOf({ adversarial, resume, runs }: TrainSrOptions): Experiment {
  if (resume === null) return adversarial === null ? superResolution : srgan;
  const store = new RunStore(runs);
  using run = store.open(store.resolve(resume));
  return run.record().experiment === srgan.name ? srgan : superResolution;
}

/** Throws a UsageError for a flag that the experiment has no use for. */
function assertUseful(experiment: Experiment, given: ReadonlySet<string>): void {
  const known = [
    ...Object.keys(superResolution.settings.shape),
    ...Object.keys(srgan.settings.shape),
  ];
  for (const { name, key } of TRAIN_SR.flags) {
    if (!given.has(key) || !known.includes(key) || key in experiment.settings.shape) continue;
    throw new UsageError(
      experiment === srgan
        ? `--${name} is for training by pixels; with --adversarial, --content says what to compare`
        : `--${name} is for training against a discriminator: pass --adversarial too`,
    );
  }
}

/** What going on from a network takes of it: its file, and what kind it is. */
function pretrainedSettings(model: string, runs: string): Settings {
  if (/\.safetensors$/i.test(model)) return { pretrained: model };
  const store = new RunStore(runs);
  const { run: id, step } = resolveCheckpoint(store, model);
  using run = store.open(id);
  const kind = EnlargerRunConfig.safeParse(run.record().config);
  if (!kind.success) {
    const { experiment } = run.record();
    const mend = experiment === srgan.name ? `. --resume ${id} goes on with it` : "";
    throw new RangeError(
      `Cannot go on from run "${id}": it is of "${experiment}", expected one that train-sr ` +
        `has trained by pixels${mend}`,
    );
  }
  const { model: network, scale, blocks, channels } = kind.data;
  const folder = run.checkpointPath(step, GENERATOR_FILE);
  return { pretrained: folder, model: network, scale, blocks, channels };
}

/** Throws a UsageError for settings that are not those of the network to go on from. */
function assertSameNetwork(model: string, start: Settings, given: Settings): void {
  for (const { name, key } of TRAIN_SR.flags) {
    if (!(key in start) || !(key in given)) continue;
    if (start[key] === given[key]) continue;
    const own = start[key] === null ? "the network's own" : start[key];
    throw new UsageError(
      `--${name} is ${
        given[key]
      }, and ${own} in what --adversarial ${model} goes on from: leave --${name} out, ` +
        "or go on from another run",
    );
  }
}

/** Trains. Returns the exit status once training and page are done with. */
function trainSr(options: TrainSrOptions, given: ReadonlySet<string>): Promise<number> {
  if (options.adversarial !== null && options.resume !== null) {
    throw new UsageError("--adversarial begins a new run: it cannot go with --resume");
  }
  const experiment = experimentOf(options);
  assertUseful(experiment, given);
  const command: TrainingCommand = {
    name: TRAIN_SR.name,
    experiment,
    flags: TRAIN_SR.flags,
    assertData: assertPairsSpec,
  };
  const start = options.adversarial === null
    ? {}
    : pretrainedSettings(options.adversarial, options.runs);
  const asked = settingsOf(command, options, given);
  assertSameNetwork(options.adversarial ?? "", start, asked);
  const settings = { ...start, ...asked };
  return trainCommand(command, options, settings);
}

if (import.meta.main) Deno.exit(await runCommand(TRAIN_SR, Deno.args, trainSr));
