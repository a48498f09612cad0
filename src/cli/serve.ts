/** `deno task serve`: the page over the runs there are, without training. */
import { z } from "zod";
import { RunStore } from "../runs/store.ts";
import { EXIT, runCommand } from "./command.ts";
import {
  backendFlag,
  cacheFlag,
  portFlag,
  runsFlag,
  shared,
  threadsFlag,
  verboseFlag,
} from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { interruption } from "./interruption.ts";
import { openPage, pageLine } from "./page.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  runs: shared.runs,
  cache: shared.cache,
  port: shared.port,
  backend: shared.backend.describe("where to draw for browsers that cannot"),
  threads: shared.threads,
  verbose: shared.verbose,
});

/** What the command line knows of `serve`. */
export const SERVE: Command<typeof options.shape> = {
  name: "serve",
  summary: "Show the runs in a browser, live where one is training, until Ctrl-C.",
  operands: [],
  flags: [runsFlag, cacheFlag, portFlag, backendFlag, threadsFlag, verboseFlag],
  options,
  notes: [
    "The page is for this machine alone: it listens on 127.0.0.1 and answers no other host name.",
    "Generators run in the browser. Where it cannot run them, they are drawn here, on simd or, where " +
    "that does not work, on cpu: a GPU may be training, and is used only with --backend webgpu.",
  ],
  examples: [["serve --runs /mnt/archive/runs --port 9000", "runs kept elsewhere"]],
};

/** Shows the runs until Ctrl-C. */
export async function serve(
  { runs, cache, port, backend, threads }: OptionsOf<typeof options.shape>,
): Promise<number> {
  const interrupted = interruption();
  const store = new RunStore(runs);
  await using page = openPage(store, {
    port,
    report: (error) => stderr.write(`server: ${String(error)}\n`),
    cacheDir: cache,
    backend: backend === "auto" ? null : backend,
    threads,
  });
  stdout.write(`runs    ${store.root}\n${pageLine(page)}\nCtrl-C ends it\n`);
  await interrupted;
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(SERVE, Deno.args, serve));
