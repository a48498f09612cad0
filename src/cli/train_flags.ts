/** What the commands that train have in common on the command line. */
import { z } from "zod";
import { portFlag, shared, verboseFlag } from "./common_flags.ts";
import type { Flag } from "./flags.ts";

/** Options beside the settings of what is trained. */
export const trainingOptions = {
  resume: z.string().min(1).nullable().default(null)
    .describe("go on with a run: its id, the beginning or end of it, its folder, or latest"),
  config: z.string().min(1).nullable().default(null)
    .describe("JSON file of settings, as --print-config prints them; flags win over it"),
  printConfig: z.boolean().default(false)
    .describe("print the resolved settings as JSON and train nothing"),
  runs: shared.runs,
  cache: shared.cache,
  port: shared.port,
  serve: z.boolean().default(true).describe("show no page; end after the last step"),
  verbose: shared.verbose,
} as const;

/** Puts flags under a heading in help. */
export function group<Key extends string>(
  heading: string,
  flags: readonly Flag<Key>[],
): Flag<Key>[] {
  return flags.map((flag) => ({ ...flag, group: heading }));
}

/** The flag of `trainingOptions.resume`. */
export const resumeFlag = {
  name: "resume",
  key: "resume",
  placeholder: "RUN",
  default: "start a new run",
} as const satisfies Flag;

/** The flags of the other ones, under their heading. */
export const settingsAndPage = group("Settings and page", [
  { name: "config", key: "config", placeholder: "FILE", default: "none" },
  { name: "print-config", key: "printConfig" },
  portFlag,
  { name: "no-serve", key: "serve" },
  verboseFlag,
]);
