/** A comparison's metrics: a row each, over all checkpoints, with what may be said of every pair. */
import type { Better } from "../../core/protocol.ts";
import { type Difference, differenceOf, type Estimate, estimateOf } from "./repeated.ts";

/** A checkpoint's figures of one metric. */
export interface Cell extends Estimate {
  /** One a set. */
  readonly figures: readonly number[];
}

/** What one checkpoint is by another's side. */
export interface PairDifference extends Difference {
  /** Places of both among the checkpoints; the difference is `of` less `from`. */
  readonly of: number;
  readonly from: number;
}

/** One metric of all checkpoints. */
export interface MetricRow {
  /** With its protocol, of one set: `fcd-lab-2k`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly better: Better;
  readonly cells: readonly Cell[];
  /** The checkpoint with the best mean; null where all figures are equal. */
  readonly best: number | null;
  /** The best one, and those that the noise does not tell from it. */
  readonly leaders: readonly number[];
  /** Every pair, `from` before `of`. */
  readonly differences: readonly PairDifference[];
  /** The reference's own figure, of metrics that look at one set alone; null for others. */
  readonly reference: number | null;
}

/** One metric as it was measured: by checkpoint, and in it by set. */
export interface MeasuredRow extends Pick<MetricRow, "name" | "title" | "better" | "reference"> {
  readonly figures: readonly (readonly number[])[];
}

/** Compares every pair of checkpoints by one metric. */
export function metricRow({ figures, ...metric }: MeasuredRow): MetricRow {
  const { better } = metric;
  const cells = figures.map((each): Cell => ({ ...estimateOf(each), figures: each }));
  const differences = figures.flatMap((each, of) =>
    figures.slice(0, of).map((other, from): PairDifference => ({
      ...{ of, from },
      ...differenceOf(each, other, better),
    }))
  );
  const means = cells.map(({ mean }) => mean);
  const extreme = better === "lower" ? Math.min(...means) : Math.max(...means);
  const equal = means.every((mean) => mean === extreme);
  const best = means.indexOf(extreme);
  const leaders = means.map((_, place) => place).filter((place) =>
    place === best || between(differences, place, best).verdict === "level"
  );
  return { ...metric, cells, best: equal ? null : best, leaders, differences };
}

/** The difference of one checkpoint from another, whichever comes first. */
export function between(
  differences: readonly PairDifference[],
  of: number,
  from: number,
): PairDifference {
  const known = differences.find((each) => each.of === of && each.from === from);
  if (known !== undefined) return known;
  const turned = differences.find((each) => each.of === from && each.from === of);
  if (turned === undefined) throw new RangeError(`No difference of ${of} from ${from} is known`);
  const verdict = turned.verdict === "level"
    ? "level"
    : turned.verdict === "better"
    ? "worse"
    : "better";
  return { ...turned, of, from, mean: 0 - turned.mean, verdict };
}
