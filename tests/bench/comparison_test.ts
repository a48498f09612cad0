import { assertEquals } from "@std/assert";
import {
  caveats,
  compare,
  type Comparison,
  comparisonJson,
  comparisonLines,
} from "../../src/bench/comparison.ts";
import type { Contestant } from "../../src/bench/contestant.ts";

/** Prints one figure a process: the next of `speeds`, counted in a file of its own. */
function contestant(name: string, folder: string, speeds: readonly number[]): Contestant {
  const body = `
    const log = ${JSON.stringify(`${folder}/log`)};
    Deno.writeTextFileSync(log, ${JSON.stringify(name)} + "\\n", { append: true, create: true });
    const turn = Deno.readTextFileSync(log).split(${JSON.stringify(name)}).length - 2;
    const items_per_s = ${JSON.stringify(speeds)}[turn];
    console.log(JSON.stringify({ workload: Deno.args[0], step_ms: 1, items_per_s, threads: 2 }));
  `;
  return { name, words: [Deno.execPath(), "eval", body, "--"] };
}

Deno.test("compare() alternates, and takes the peer's best against our median", async () => {
  const folder = Deno.makeTempDirSync();
  const ours = contestant("ours", folder, [30, 10, 20]);
  const peer = contestant("peer", folder, [40, 80, 50]);
  const comparison = await compare("mnist", { ours, peer }, 3);
  const { ratio, ours: own, peer: other, oursRuns, peerRuns } = comparison;
  assertEquals([ratio, own.items_per_s, other.items_per_s], [0.25, 20, 80]);
  assertEquals([oursRuns, peerRuns], [[30, 10, 20], [40, 80, 50]]);
  const order = Deno.readTextFileSync(`${folder}/log`).trim().split("\n");
  assertEquals(order, ["peer", "ours", "ours", "peer", "peer", "ours"]);
  Deno.removeSync(folder, { recursive: true });
});

const figure = (items: number, threads: number) => (
  { workload: "mnist", step_ms: 5, items_per_s: items, threads }
);
const comparison: Comparison = {
  workload: "mnist",
  ratio: 1 / 3,
  ours: figure(50.5, 1),
  peer: figure(151.5, 2),
  oursRuns: [50.5, 60],
  peerRuns: [151.5, 90],
};

Deno.test("comparisonLines() aligns ratios and every run", () => {
  assertEquals(comparisonLines([comparison, { ...comparison, workload: "a-longer-name" }]), [
    "WORKLOAD       RATIO  OURS/S  PEER/S  OURS, EACH RUN  PEER, EACH RUN",
    "mnist           0.33    50.5   151.5  50.5 60         151.5 90",
    "a-longer-name   0.33    50.5   151.5  50.5 60         151.5 90",
  ]);
});

Deno.test("comparisonJson() holds both figures and every run", () => {
  assertEquals(JSON.parse(comparisonJson(comparison)), {
    workload: "mnist",
    ratio: 0.333,
    ours: figure(50.5, 1),
    peer: figure(151.5, 2),
    ours_runs: [50.5, 60],
    peer_runs: [151.5, 90],
  });
});

Deno.test("caveats() tells of unequal threads, and of nothing else", () => {
  assertEquals(caveats([comparison]), [
    "mnist: ours with --threads 1, the peer with 2",
  ]);
  assertEquals(caveats([{ ...comparison, ours: figure(1, 2) }]), []);
});
