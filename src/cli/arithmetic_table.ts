/** The figures of evaluated arithmetic, for people and for programs. */
import type { Estimate } from "../core/intervals.ts";
import type {
  ArithmeticResult,
  AttributeResult,
  Method,
  MethodResult,
} from "../evaluation/arithmetic/evaluate_arithmetic.ts";
import type { AttributeClassifier } from "../metrics/classifier/attribute_classifier.ts";
import type { ClassifiedAttribute } from "../metrics/classifier/telling.ts";
import { tableLines, wrap } from "./layout.ts";

/** What was evaluated, how, and what came out. */
export interface Evaluated {
  /** `run@step`. */
  readonly checkpoint: string;
  readonly weights: "ema" | "raw";
  readonly classifier: AttributeClassifier;
  readonly notTold: readonly ClassifiedAttribute[];
  readonly settings: {
    readonly edits: number;
    readonly exemplars: number;
    readonly match: boolean;
    readonly strength: number;
    readonly alpha: number;
    readonly length: "keep" | "typical";
    readonly firstSeed: number;
  };
  readonly result: ArithmeticResult;
}

const WIDTH = 100;
const HEADINGS = [
  ...["CHANGE", "BY", "EDITS", "STEP", "DONE %", "KEPT %", "MOVED", "WHO MOVED", "WHO r"],
  "FEATURES",
];

const percent = (share: number) => (100 * share).toFixed(1);

/** From a figure to the farther end of its interval. */
const reach = ({ value, interval: [low, high] }: Estimate) => Math.max(value - low, high - value);

/** `81.2 ±2.5`, in percent. */
const share = (estimate: Estimate | null): string =>
  estimate === null ? "" : `${percent(estimate.value)} ±${percent(reach(estimate))}`;

/** `0.31 ±0.02`. */
const number = (estimate: Estimate | null): string =>
  estimate === null || Number.isNaN(estimate.value)
    ? ""
    : `${estimate.value.toFixed(2)} ±${reach(estimate).toFixed(2)}`;

function methodText(method: Method, { exemplars, strength, alpha, length }: Evaluated["settings"]) {
  const times = strength === 1 ? "" : ` × ${strength}`;
  const typical = length === "typical" ? ", typical length" : "";
  switch (method) {
    case "arithmetic":
      return `A − B of ${exemplars}${times}${typical}`;
    case "probe":
      return `probe, ${alpha}σ`;
    case "conditional probe":
      return `probe ⊥ others, ${alpha}σ`;
    case "random, as arithmetic":
    case "random, as probe":
      return "  at random, as far";
    case "another sample":
      return "another sample";
    default:
      return method satisfies never;
  }
}

function cells({ change, method, figures }: MethodResult, settings: Evaluated["settings"]) {
  return [
    change,
    methodText(method, settings),
    String(figures.edits),
    Number.isNaN(figures.step) ? "" : figures.step.toFixed(1),
    share(figures.done),
    share(figures.kept),
    number(figures.numbersMoved),
    number(figures.identityMoved),
    number(figures.identityCorrelation),
    number(figures.features),
  ];
}

function attributeLines({ reading, share, probe, results }: AttributeResult, all: Evaluated) {
  const { auc, balancedAccuracy } = probe.evidence;
  const rows = results.map((result) => cells(result, all.settings));
  // Of a dataset with few attributes some figures are of none: their columns are left out.
  const shown = HEADINGS.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== ""));
  const pick = (row: readonly string[]) => shown.map((i) => row[i]!);
  const lines = tableLines(pick(HEADINGS), rows.map(pick), new Set([0, 1]));
  return [
    "",
    `${reading.name}: told with balanced accuracy ${percent(reading.balancedAccuracy)} %, ` +
    `${percent(share)} % of samples have it; a linear probe of z tells it with ` +
    `${percent(balancedAccuracy!)} %, AUC ${auc!.toFixed(3)}`,
    ...lines.map((line) => `  ${line}`),
  ];
}

/** What the columns mean. */
function legend({ notTold, result }: Evaluated): string[] {
  const paragraphs = [
    "STEP: mean |z′ − z|. DONE: share of edits after which the classifier sees what was asked for. " +
    "KEPT: share of the other told yes-or-no attributes that stay as they were. MOVED and WHO MOVED: " +
    "mean change of told numbers, and of those that say who it is, as a share of the difference " +
    "between two samples. WHO r: their correlation before and after. FEATURES: distance of the " +
    "classifier's features (1 − cosine from the samples' mean), likewise as a share. ± to the farther " +
    "end of the 95 % interval: Wilson's of DONE, bootstrap over edits of the rest.",
    ...(notTold.length === 0
      ? []
      : [`Not told, and left out: ${notTold.map(({ name }) => name).join(", ")}`]),
    ...result.leftOut.map(({ name, reason }) => `Not evaluated: ${name}. ${reason}`),
  ];
  return paragraphs.flatMap((text) => ["", ...wrap(text, WIDTH)]);
}

/** A table for each attribute, and what its columns mean. */
export function evaluationLines(evaluated: Evaluated): string[] {
  const { checkpoint, weights, classifier, settings, result } = evaluated;
  const matched = settings.match ? ", matched in all else that is told" : "";
  return [
    `${checkpoint}, ${weights} weights, judged by a classifier of ${classifier.origin.dataset} at ` +
    `${classifier.size} px`,
    `exemplars${matched} and probes from ${result.learnSamples} samples, edits of ` +
    `${result.editSamples} others`,
    ...result.attributes.flatMap((attribute) => attributeLines(attribute, evaluated)),
    ...legend(evaluated),
  ];
}

/** All figures, for programs. */
export function evaluationRecord(evaluated: Evaluated): Record<string, unknown> {
  const { checkpoint, weights, classifier, settings, notTold, result } = evaluated;
  const { edits, exemplars, match, strength, alpha, length, firstSeed } = settings;
  return {
    checkpoint,
    weights,
    classifier: {
      fingerprint: classifier.fingerprint,
      size: classifier.size,
      origin: classifier.origin,
    },
    settings: { edits, exemplars, match, strength, alpha, length, firstSeed },
    learnSamples: result.learnSamples,
    editSamples: result.editSamples,
    notTold: notTold.map(({ name, heldOut }) => ({ name, heldOut })),
    leftOut: result.leftOut,
    attributes: result.attributes.map(({ reading, share, probe, results }) => ({
      name: reading.name,
      threshold: reading.threshold,
      balancedAccuracy: reading.balancedAccuracy,
      share,
      probe: probe.evidence,
      results: results.map(({ change, method, figures }) => ({ change, method, ...figures })),
    })),
  };
}
