/** `deno task train-gan`: trains in a worker, serves the page, and says how it goes. */
import { assertSpec } from "../../data/open.ts";
import { dcgan } from "../experiments/dcgan.ts";
import { runCommand } from "./command.ts";
import { settingsOf, trainCommand, type TrainingCommand } from "./train.ts";
import { TRAIN_GAN } from "./train_gan_flags.ts";

const command: TrainingCommand = {
  name: TRAIN_GAN.name,
  experiment: dcgan,
  flags: TRAIN_GAN.flags,
  assertData: assertSpec,
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      TRAIN_GAN,
      Deno.args,
      (options, given) => trainCommand(command, options, settingsOf(command, options, given)),
    ),
  );
}
