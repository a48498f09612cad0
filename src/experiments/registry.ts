/** Every experiment, by name. A new name in `ExperimentName` does not compile until it is here. */
import type { ExperimentName } from "../core/config.ts";
import { dcgan } from "./dcgan.ts";
import type { Experiment } from "./experiment.ts";
import { srgan } from "./srgan.ts";
import { superResolution } from "./super_resolution.ts";

/** Every experiment, by name. */
export const experiments = {
  dcgan,
  "super-resolution": superResolution,
  srgan,
} satisfies Record<ExperimentName, Experiment>;
