/** What edits did to images, as a classifier sees them: shares, distances and their intervals. */
import { bootstrap, type Estimate, shareOf } from "../../core/intervals.ts";
import type { Predictions } from "../../metrics/classifier/attribute_classifier.ts";
import type { ClassifiedAttribute } from "../../metrics/classifier/telling.ts";
import type { Change } from "./edits.ts";
import { featureDistance, type Spread } from "./spread.ts";
import type { Reading } from "./reading.ts";

/** How one other attribute of yes or no fared. */
export interface KeptShare {
  readonly name: string;
  readonly identity: boolean;
  /** Share of the edits that left it as it was. */
  readonly kept: Estimate;
}

/** How one other attribute that is a number fared. */
export interface MovedNumber {
  readonly name: string;
  readonly identity: boolean;
  /** Mean |change|, as a share of the mean difference between two samples: 0 stayed, 1 forgotten. */
  readonly moved: Estimate;
  /** Mean |change| in standard deviations of the training labels. */
  readonly deviations: Estimate;
  /** Pearson's correlation of before and after; NaN where all are equal. */
  readonly correlation: Estimate;
}

/** All that is measured of a set of edits. */
export interface EditFigures {
  readonly edits: number;
  /** Mean |z′ − z|. */
  readonly step: number;
  /** Share of the edits after which the attribute is as asked for. */
  readonly done: Estimate;
  readonly binary: readonly KeptShare[];
  readonly numbers: readonly MovedNumber[];
  /** Means over the attributes above, each counting alike; null where there are none. */
  readonly kept: Estimate | null;
  readonly numbersMoved: Estimate | null;
  readonly identityMoved: Estimate | null;
  readonly identityCorrelation: Estimate | null;
  /** Distance of features before and after, as a share of that between two samples. */
  readonly features: Estimate;
}

/** What was edited and how it looks: rows of `before` and `after` are one edit each. */
export interface MeasuredEdits {
  readonly before: Predictions;
  readonly after: Predictions;
  readonly change: Change;
  readonly reading: Reading;
  readonly attributes: readonly ClassifiedAttribute[];
  /** Columns of other attributes that the edits were to leave alone. */
  readonly others: readonly number[];
  /** Of samples that were not edited. */
  readonly spread: Spread;
  readonly step: number;
  readonly seed: number;
  /** Of the bootstrap. */
  readonly resamples: number;
}

/** Rows of one attribute before and after. */
interface Column {
  readonly attribute: ClassifiedAttribute;
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Mean difference between two samples. */
  readonly between: number;
}

function columnsOf({ before, after, attributes, others, spread }: MeasuredEdits): Column[] {
  const { count, dim } = before.answers;
  const rows = ({ answers }: Predictions, column: number) =>
    Float64Array.from({ length: count }, (_, i) => answers.values[i * dim + column]!);
  return others.map((column) => ({
    attribute: attributes[column]!,
    before: rows(before, column),
    after: rows(after, column),
    between: spread.answers[column]!,
  }));
}

const isKept = ({ attribute: { mean }, before, after }: Column, i: number) =>
  (before[i]! >= mean) === (after[i]! >= mean);

/** Means and a correlation of the edits that were drawn, each as often as it was. */
function numberStatistics({ before, after, between, attribute }: Column, drawn: Uint16Array) {
  let [n, moved, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < drawn.length; i++) {
    const times = drawn[i]!;
    // About the attribute's mean, so that squares keep their digits.
    const [a, b] = [before[i]! - attribute.mean, after[i]! - attribute.mean];
    n += times;
    moved += times * Math.abs(a - b);
    x += times * a;
    y += times * b;
    xx += times * a * a;
    yy += times * b * b;
    xy += times * a * b;
  }
  const spread = Math.sqrt((xx / n - (x / n) ** 2) * (yy / n - (y / n) ** 2));
  return {
    moved: moved / n / between,
    deviations: moved / n / attribute.deviation,
    correlation: (xy / n - x / n * (y / n)) / spread,
  };
}

/** Share of kept attributes an edit, [N]. */
function keptShares(columns: readonly Column[], count: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => columns.filter((column) => isKept(column, i)).length / columns.length,
  );
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

function drawnMean(values: Float64Array, drawn: Uint16Array): number {
  let [sum, n] = [0, 0];
  for (let i = 0; i < drawn.length; i++) {
    sum += drawn[i]! * values[i]!;
    n += drawn[i]!;
  }
  return sum / n;
}

/** Means over all edits with their intervals. Figures of no attribute at all come as null. */
export function figuresOf(edits: MeasuredEdits): EditFigures {
  const { before, after, reading, change, spread } = edits;
  const { count, dim } = before.answers;
  const columns = columnsOf(edits);
  const binary = columns.filter(({ attribute }) => attribute.kind === "binary");
  const numbers = columns.filter(({ attribute }) => attribute.kind === "continuous");
  const shares = keptShares(binary, count);
  const features = featureDistance(before.features, after.features, spread);
  const who = numbers.map(({ attribute }) => attribute.identity);
  const statistics = (drawn: Uint16Array): number[] => {
    const each = numbers.map((column) => numberStatistics(column, drawn));
    const identity = each.filter((_, k) => who[k]);
    return [
      drawnMean(shares, drawn),
      mean(each.filter((_, k) => !who[k]).map(({ moved }) => moved)),
      mean(identity.map(({ moved }) => moved)),
      mean(identity.map(({ correlation }) => correlation)),
      drawnMean(features, drawn) / spread.features,
      ...each.flatMap(({ moved, deviations, correlation }) => [moved, deviations, correlation]),
    ];
  };
  const estimates = bootstrap(count, statistics, edits);
  const [kept, numbersMoved, identityMoved, identityCorrelation, distance] = estimates.map((e) =>
    Number.isNaN(e.value) ? null : e
  );
  const wanted = change === "set";
  const done =
    Array.from({ length: count }, (_, i) => after.answers.values[i * dim + reading.column]!)
      .filter((answer) => (answer >= reading.threshold) === wanted).length;
  return {
    edits: count,
    step: edits.step,
    done: shareOf(done, count),
    binary: binary.map((column) => ({
      name: column.attribute.name,
      identity: column.attribute.identity,
      kept: shareOf(column.before.filter((_, i) => isKept(column, i)).length, count),
    })),
    numbers: numbers.map(({ attribute: { name, identity } }, k) => {
      const [moved, deviations, correlation] = estimates.slice(5 + 3 * k, 8 + 3 * k);
      return { name, identity, moved: moved!, deviations: deviations!, correlation: correlation! };
    }),
    kept: kept!,
    numbersMoved: numbersMoved!,
    identityMoved: identityMoved!,
    identityCorrelation: identityCorrelation!,
    features: distance ?? { value: NaN, interval: [NaN, NaN] },
  };
}
