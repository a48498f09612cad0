/** What a comparison of checkpoints found: the JSON report, and all that the page shows but pictures. */
import type { RunRecord } from "../../core/protocol.ts";
import type { ConfigurationDifference } from "./configuration.ts";
import type { MetricRow } from "./metric_rows.ts";
import type { Against, Shade } from "./picture_differences.ts";

/** A checkpoint, and the run it is of. */
export interface ComparedCheckpoint {
  /** What the report calls it: A, B, C. */
  readonly letter: string;
  readonly run: string;
  readonly step: number;
  readonly weights: "ema" | "raw";
  /** Numbers in a latent, side and channels of the images. */
  readonly latentDim: number;
  readonly size: number;
  readonly channels: number;
}

/** How a checkpoint's pictures differ from another's. */
export interface PicturesDifference {
  /** Place of the checkpoint compared with. */
  readonly from: number;
  /** Mean |difference| of all pixels of all seeds, in levels of 255. */
  readonly mean: number;
  /** The same of each seed. */
  readonly bySeed: readonly number[];
}

/** How pictures of one latent differ. */
export interface Differences {
  readonly against: Against;
  readonly shade: Shade;
  /** The colour scale's end, in levels of 255. */
  readonly scaleEnd: number;
  /** By checkpoint; null for the first, and where a seed is another latent than in the other. */
  readonly checkpoints: readonly (PicturesDifference | null)[];
}

/** How metrics were measured, and what they are. */
export interface Metrics {
  /** Null where all metrics look at pixels alone. */
  readonly extractor: string | null;
  /** The reference, in words. */
  readonly reference: string;
  /** Disjoint sets of samples, and how many each has. */
  readonly sets: number;
  readonly samplesOfSet: number;
  readonly firstSeed: number;
  readonly rows: readonly MetricRow[];
}

/** A run as reports tell of it. */
export type RunFacts =
  & Pick<
    RunRecord,
    "id" | "experiment" | "dataset" | "createdAt" | "status" | "step" | "totalSteps" | "seed"
  >
  & {
    readonly device: string | null;
    readonly versions: RunRecord["versions"];
    readonly parameters: RunRecord["parameters"];
    readonly pictures: number | null;
    readonly dataFingerprint: string | null;
  };

/** The whole report, less the pictures. */
export interface Comparison {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The command that makes it again. */
  readonly command: string;
  /** What it was computed on. */
  readonly device: string;
  readonly checkpoints: readonly ComparedCheckpoint[];
  /** Of the pictures. */
  readonly seeds: readonly number[];
  readonly differences: Differences;
  /** Null where none were asked for. */
  readonly metrics: Metrics | null;
  /** Each run once, in the checkpoints' order. */
  readonly runs: readonly RunFacts[];
  /** Over `runs`. */
  readonly configuration: ConfigurationDifference;
  /** What a reader must know of these checkpoints. */
  readonly notes: readonly string[];
}

/** `run@step`. */
export function addressOf({ run, step }: Pick<ComparedCheckpoint, "run" | "step">): string {
  return `${run}@${step}`;
}

/** A, B, … Z of places 0 … 25. */
export function letterOf(place: number): string {
  return String.fromCharCode("A".charCodeAt(0) + place);
}

/** What reports say of a run. */
export function factsOf(record: RunRecord): RunFacts {
  const { id, experiment, dataset, createdAt, status, step, totalSteps, seed } = record;
  return {
    ...{ id, experiment, dataset, createdAt, status, step, totalSteps, seed },
    device: record.device === null ? null : `${record.device.name} (${record.device.backend})`,
    versions: record.versions,
    parameters: record.parameters,
    pictures: record.data?.length ?? null,
    dataFingerprint: record.data?.fingerprint ?? null,
  };
}

/** In how many metrics a checkpoint is best, or not told from the best. */
export function leadsOf(rows: readonly MetricRow[], place: number): number {
  return rows.filter(({ leaders }) => leaders.includes(place)).length;
}

/** What the metrics say, in a sentence or two. */
export function verdictOf({ metrics, checkpoints }: Comparison): string {
  if (metrics === null || metrics.rows.length === 0) return "No metric was measured.";
  const { rows } = metrics;
  const all = rows.length === 1 ? "the one metric" : `all ${rows.length} metrics`;
  const count = (n: number) => n === rows.length ? all : `${n} of ${rows.length} metrics`;
  if (checkpoints.length === 2) return pairVerdict(rows, count);
  const leads = checkpoints.map((_, place) => leadsOf(rows, place));
  const most = Math.max(...leads);
  const leading = checkpoints.filter((_, place) => leads[place] === most).map((c) => c.letter);
  const others = checkpoints.filter((_, place) => leads[place] !== most)
    .map(({ letter }) => `${letter} in ${leads[letter.charCodeAt(0) - 65]!}`);
  const rest = others.length === 0 ? "" : `; ${others.join(", ")}`;
  return `${leading.join(" and ")} ${leading.length > 1 ? "are each" : "is"} best, or level with ` +
    `the best, in ${count(most)}${rest}.`;
}

function pairVerdict(rows: readonly MetricRow[], count: (n: number) => string): string {
  const verdicts = rows.map(({ differences }) => differences[0]!.verdict); // B by A's side
  const of = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const [better, worse, level] = [of("better"), of("worse"), of("level")];
  const parts = [
    ...(better > 0 ? [`B is better than A in ${count(better)}`] : []),
    ...(worse > 0 ? [`A is better than B in ${count(worse)}`] : []),
    ...(level > 0 ? [`they are not distinguishable in ${count(level)}`] : []),
  ];
  const text = parts.join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1) + ".";
}
