/** `deno task runs`: the runs there are, newest first. */
import { z } from "zod";
import { RunStore } from "../runs/store.ts";
import type { ListedRun } from "../runs/survey.ts";
import { EXIT, runCommand } from "./command.ts";
import { runsFlag, shared, verboseFlag } from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { figureText } from "../core/figure_text.ts";
import { stderr, stdout } from "./terminal.ts";

const options = z.strictObject({
  runs: shared.runs,
  json: z.boolean().default(false).describe("print the records as JSON, for programs"),
  verbose: shared.verbose,
});

/** What the command line knows of `runs`. */
export const RUNS: Command<typeof options.shape> = {
  name: "runs",
  summary: "List the runs, newest first: what each trained on, how far it came, and how it stands.",
  operands: [],
  flags: [runsFlag, { name: "json", key: "json" }, verboseFlag],
  options,
  notes: [
    "BEST is the best of the checkpoints measured by train-gan --metrics: RUN@best names it.",
  ],
  examples: [["runs --json", "the same for a program: one array of run records"]],
};

const HEADINGS = ["RUN", "STATUS", "STEP", "DATA", "DEVICE", "UPDATED (UTC)", "BEST"] as const;

function cells(run: ListedRun): readonly string[] {
  const size = run.data === null ? "" : ` ${run.data.size} px`;
  return [
    run.id,
    run.status,
    `${run.step}/${run.totalSteps}`,
    run.dataset + size,
    run.device?.backend ?? "",
    run.updatedAt.slice(0, 16).replace("T", " "),
    run.best === null
      ? ""
      : `step ${run.best.step}, ${run.best.metric} ${figureText(run.best.value, null)}`,
  ];
}

/** Runs as an aligned table with headings, a line each, ending in a line break. */
function runsTable(runs: readonly ListedRun[]): string {
  const rows = [HEADINGS, ...runs.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd() + "\n"
  ).join("");
}

function listRuns({ runs: root, json }: OptionsOf<typeof options.shape>): Promise<number> {
  const store = new RunStore(root);
  const runs = store.list();
  if (json) stdout.write(JSON.stringify(runs, null, 2) + "\n");
  else if (runs.length > 0) stdout.write(runsTable(runs));
  else {
    stdout.write(`There are no runs in "${store.root}" yet. "deno task train-gan" makes one.\n`);
  }
  for (const { id, message } of store.broken()) stderr.write(`left out ${id}: ${message}\n`);
  return Promise.resolve(EXIT.ok);
}

if (import.meta.main) Deno.exit(await runCommand(RUNS, Deno.args, listRuns));
