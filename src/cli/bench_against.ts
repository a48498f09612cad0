/** `deno task bench --against`: ours and a peer's figures, by turns. */
import { fromFileUrl } from "@std/path";
import {
  caveats,
  compare,
  type Comparison,
  comparisonJson,
  comparisonLines,
} from "../bench/comparison.ts";
import type { Contestant } from "../bench/contestant.ts";
import { splitCommand } from "../bench/split_command.ts";
import { UsageError } from "./flags.ts";
import { StatusLine, stderr, stdout } from "./terminal.ts";

/** Where `deno task` finds this project's tasks. */
const PROJECT = fromFileUrl(new URL("../..", import.meta.url));

/** What a comparison takes. */
export interface AgainstOptions {
  readonly workloads: readonly string[];
  /** The peer's command. */
  readonly against: string;
  readonly rounds: number;
  readonly backend: string;
  readonly threads: number;
  readonly exactConv: boolean;
  readonly repeats: number;
}

/** This very command, to be run in a process of its own. */
function ourselves({ backend, threads, exactConv, repeats }: AgainstOptions): Contestant {
  const flags = ["--backend", backend, "--threads", String(threads), "--repeats", String(repeats)];
  if (exactConv) flags.push("--exact-conv");
  return {
    name: "deno task bench",
    words: [Deno.execPath(), "task", "--quiet", "bench", ...flags],
    folder: PROJECT,
  };
}

function peerOf(command: string): Contestant {
  try {
    return { name: `"${command}"`, words: splitCommand(command) };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--against: ${error.message}`);
    throw error;
  }
}

/** Table first, then the same in JSON, for programs that take the lines that begin with a brace. */
function print(comparisons: readonly Comparison[], { against, rounds }: AgainstOptions): void {
  if (comparisons.length === 0) return;
  const runs = rounds === 1 ? "1 process each" : `${rounds} processes each, by turns`;
  const lines = [
    `Ours against ${against}: ${runs}; the peer at its best, ours at the median`,
    ...comparisonLines(comparisons),
    ...caveats(comparisons).map((caveat) => `note: ${caveat}`),
    "",
    ...comparisons.map(comparisonJson),
  ];
  stdout.write(lines.join("\n") + "\n");
}

/** Compares all workloads and prints the ratios; where one fails, those before it. */
export async function benchAgainst(options: AgainstOptions): Promise<void> {
  const contestants = { ours: ourselves(options), peer: peerOf(options.against) };
  const { workloads, rounds } = options;
  const comparisons: Comparison[] = [];
  const status = new StatusLine(stderr);
  try {
    for (const [i, workload] of workloads.entries()) {
      status.draw(() => `measuring ${workload}, ${i + 1} of ${workloads.length}`);
      comparisons.push(await compare(workload, contestants, rounds));
    }
  } finally {
    status.clear();
    print(comparisons, options);
  }
}
