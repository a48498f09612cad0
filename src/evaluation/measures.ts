/** What is computed of two gathered sets, family by family. */
import { densityCoverage } from "../metrics/density_coverage.ts";
import type { FeatureMatrix } from "../metrics/extractor.ts";
import { frechetDistance } from "../metrics/frechet.ts";
import { kernelInceptionDistance } from "../metrics/kid.ts";
import { memorisation } from "../metrics/memorisation.ts";
import {
  DENSITY_K,
  familyOf,
  type MetricFamily,
  type MetricInput,
  PRECISION_K,
} from "../metrics/names.ts";
import { patchDistance } from "../metrics/sliced_wasserstein.ts";
import { msSsimDiversity } from "../metrics/ms_ssim.ts";
import { precisionRecall } from "../metrics/precision_recall.ts";
import { classifierScore } from "../metrics/score.ts";
import { frechetStandardError } from "./frechet_error.ts";
import type { ImageSet } from "./image_set.ts";

/** A figure, and how far it scatters: a standard error, or null where none is known. */
export interface Figure {
  readonly value: number;
  readonly error: number | null;
  /** Images of A that it was computed of, where those are not all. */
  readonly images?: number;
  /** The same figure of B, of metrics that look at one set alone. */
  readonly reference?: number;
}

/** Figures by family: some measures give two at once. */
export type Figures = Partial<Record<MetricFamily, Figure>>;

/** What a measure needs of each set, at least. */
type Fewest = (dim: number) => number;

interface Measure {
  readonly families: readonly MetricFamily[];
  /** Images without which a figure cannot be had, or would mean nothing, by the features' number. */
  readonly fewest: Fewest;
  /** Of A, judged, and B, the reference. */
  measure(a: ImageSet, b: ImageSet, options: MeasureOptions): Promise<Figures> | Figures;
}

/** How sets are measured. */
export interface MeasureOptions {
  /** Chooses what metrics draw: subsets, projections, pairs. */
  readonly seed: number;
  /** Whether errors are wanted that take as long as the figures: fcd's. True unless told. */
  readonly slowErrors?: boolean | undefined;
}

/** The standard error of the part of `count` samples that something holds of. */
const ofPart = (value: number, count: number): Figure => (
  { value, error: Math.sqrt(value * (1 - value) / count) }
);

const featuresOf = ({ gathered }: ImageSet): FeatureMatrix => gathered.features!;

/** Of references, which several sets are judged by: by set and seed. */
const likenesses = new WeakMap<ImageSet, Map<number, number>>();

function likenessOf(set: ImageSet, seed: number): number {
  const known = likenesses.get(set) ?? new Map<number, number>();
  likenesses.set(set, known);
  const likeness = known.get(seed) ?? msSsimDiversity(set.gathered.pixels!, { seed }).value;
  known.set(seed, likeness);
  return likeness;
}

const MEASURES: readonly Measure[] = [
  {
    families: ["fcd"],
    fewest: (dim) => dim + 1, // or the covariance is singular whatever the pictures
    async measure(a, b, { slowErrors = true }) {
      const [left, right] = [
        { features: featuresOf(a), gaussian: await a.gaussian() },
        { features: featuresOf(b), gaussian: await b.gaussian() },
      ];
      const value = frechetDistance(left.gaussian, right.gaussian);
      return { fcd: { value, error: slowErrors ? frechetStandardError(left, right) : null } };
    },
  },
  {
    families: ["kid"],
    fewest: () => 100, // in subsets of a quarter
    async measure(a, b, { seed }) {
      const { value, standardError } = await kernelInceptionDistance(
        featuresOf(a),
        featuresOf(b),
        { seed },
      );
      return { kid: { value, error: standardError } };
    },
  },
  {
    families: ["precision", "recall"],
    fewest: () => PRECISION_K + 1,
    async measure(a, b) {
      const { precision, recall } = await precisionRecall(
        featuresOf(b),
        featuresOf(a),
        PRECISION_K,
      );
      return { precision: ofPart(precision, a.count), recall: ofPart(recall, b.count) };
    },
  },
  {
    families: ["density", "coverage"],
    fewest: () => DENSITY_K + 1,
    async measure(a, b) {
      const found = await densityCoverage(featuresOf(b), featuresOf(a), DENSITY_K);
      return {
        density: { value: found.density, error: found.densityError },
        coverage: ofPart(found.coverage, b.count),
      };
    },
  },
  {
    families: ["score"],
    fewest: () => 100, // ten splits of ten
    measure(a, b) {
      const { value, standardDeviation } = classifierScore(a.gathered.probabilities!);
      const reference = classifierScore(b.gathered.probabilities!).value;
      return { score: { value, error: standardDeviation, reference } };
    },
  },
  {
    families: ["swd"],
    fewest: () => 1,
    async measure(a, b, { seed }) {
      const { value } = await patchDistance(a.gathered.patches!, b.gathered.patches!, { seed });
      return { swd: { value, error: null } };
    },
  },
  {
    families: ["ms-ssim"],
    fewest: () => 2,
    measure(a, b, { seed }) {
      const images = a.gathered.pixels!;
      const { value, standardError } = msSsimDiversity(images, { seed });
      const reference = likenessOf(b, seed);
      return { "ms-ssim": { value, error: standardError, images: images.count, reference } };
    },
  },
  {
    families: ["nearest", "memorisation"],
    fewest: () => 2,
    async measure(a, b) {
      const found = await memorisation(featuresOf(a), b.gathered.bank!, null);
      return {
        nearest: { value: found.nearest, error: found.nearestError },
        memorisation: ofPart(found.ratio, a.count),
      };
    },
  },
];

/** The inputs that some families need. */
export function inputsOf(families: readonly MetricFamily[]): ReadonlySet<MetricInput> {
  return new Set(families.map((family) => familyOf(family).input));
}

/**
 * Throws a RangeError for sets too small for one of the families, naming it, what it needs and what
 * would do. `dim` is how many features the extractor gives.
 */
export function assertEnough(
  families: readonly MetricFamily[],
  sets: readonly Pick<ImageSet["source"], "label" | "count">[],
  dim: number,
): void {
  for (const { families: given, fewest } of MEASURES) {
    const family = given.find((each) => families.includes(each));
    const few = sets.find(({ count }) => count < fewest(dim));
    if (family === undefined || few === undefined) continue;
    throw new RangeError(
      `Cannot measure ${family}: expected at least ${
        fewest(dim)
      } images of each set, "${few.label}" ` +
        `has ${few.count}. Take more samples, or leave it out of --metrics`,
    );
  }
}

/** Computes some families of gathered sets, in the order of tables; `onStart` is told of each before. */
export async function measureSets(
  a: ImageSet,
  b: ImageSet,
  families: readonly MetricFamily[],
  options: MeasureOptions & { onStart(families: readonly MetricFamily[]): void },
): Promise<Figures> {
  let figures: Figures = {};
  for (const { families: given, measure } of MEASURES) {
    const wanted = given.filter((family) => families.includes(family));
    if (wanted.length === 0) continue;
    options.onStart(wanted);
    const found = await measure(a, b, options);
    for (const family of wanted) figures = { ...figures, [family]: found[family] };
  }
  return figures;
}
