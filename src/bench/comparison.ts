/**
 * Ours against a peer. They run by turns, each time in a process of its own and never at once, several
 * rounds each. The peer is taken at the best of its processes, as some vary severalfold from one to the
 * next, and ours at the median: a ratio of 1 means that ours as it usually is equals the peer's best.
 */
import type { Contestant } from "./contestant.ts";
import { figuresOf } from "./contestant.ts";
import type { Figure } from "./figure.ts";

/** How a workload came out. */
export interface Comparison {
  readonly workload: string;
  /** Of items a second, ours by the peer's. */
  readonly ratio: number;
  /** The median of our runs. */
  readonly ours: Figure;
  /** The best of the peer's runs. */
  readonly peer: Figure;
  /** Items a second of each run, in the order in which they were. */
  readonly oursRuns: readonly number[];
  readonly peerRuns: readonly number[];
}

const fastest = (figures: readonly Figure[]): Figure =>
  figures.reduce((best, figure) => figure.items_per_s > best.items_per_s ? figure : best);

/** The one in the middle by items a second; the slower one of two. */
const middle = (figures: readonly Figure[]): Figure =>
  figures.toSorted((a, b) => a.items_per_s - b.items_per_s)[(figures.length - 1) >> 1]!;

/** Runs both on a workload, `rounds` times each; who begins changes each round. */
export async function compare(
  workload: string,
  { ours, peer }: { readonly ours: Contestant; readonly peer: Contestant },
  rounds: number,
): Promise<Comparison> {
  const found = { ours: [] as Figure[], peer: [] as Figure[] };
  for (let round = 0; round < rounds; round++) {
    const turns = round % 2 === 0 ? ["peer", "ours"] as const : ["ours", "peer"] as const;
    for (const turn of turns) {
      const figures = await figuresOf(turn === "ours" ? ours : peer, workload);
      found[turn].push(fastest(figures));
    }
  }
  const [own, other] = [middle(found.ours), fastest(found.peer)];
  return {
    workload,
    ratio: own.items_per_s / other.items_per_s,
    ours: own,
    peer: other,
    oursRuns: found.ours.map((figure) => figure.items_per_s),
    peerRuns: found.peer.map((figure) => figure.items_per_s),
  };
}

const HEADINGS = ["WORKLOAD", "RATIO", "OURS/S", "PEER/S", "OURS, EACH RUN", "PEER, EACH RUN"];

/** How it came out, as an aligned table; items a second but for the ratio. */
export function comparisonLines(comparisons: readonly Comparison[]): string[] {
  const rows = comparisons.map(({ workload, ratio, ours, peer, oursRuns, peerRuns }) => [
    workload,
    ratio.toFixed(2),
    String(ours.items_per_s),
    String(peer.items_per_s),
    oursRuns.join(" "),
    peerRuns.join(" "),
  ]);
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...rows].map((row) => row[column]!.length))
  );
  const numeric = (column: number) => column >= 1 && column <= 3;
  return [HEADINGS, ...rows].map((row) =>
    row.map((cell, column) =>
      numeric(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    ).join("  ").trimEnd()
  );
}

/** The same as a line of JSON. */
export function comparisonJson({ workload, ratio, ours, peer, ...runs }: Comparison): string {
  return JSON.stringify({
    workload,
    ratio: Number(ratio.toFixed(3)),
    ours,
    peer,
    ours_runs: runs.oursRuns,
    peer_runs: runs.peerRuns,
  });
}

/** What makes a comparison unfair, in words; empty where nothing does. */
export function caveats(comparisons: readonly Comparison[]): string[] {
  return comparisons.filter(({ ours, peer }) => ours.threads !== peer.threads).map((
    { workload, ours, peer },
  ) => `${workload}: ours with --threads ${ours.threads}, the peer with ${peer.threads}`);
}
