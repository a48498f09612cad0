/** The metrics of sets of images, and names that state their protocol: `fcd-lab-10k`. */
import type { Better } from "../core/protocol.ts";
import { nearest } from "../core/suggest.ts";

/**
 * What a metric looks at: an extractor's features, its class probabilities, the features of every picture
 * that the reference was taken from, patches of the images, or the images themselves.
 */
export type MetricInput = "features" | "probabilities" | "bank" | "patches" | "pixels";

/** Whether it takes no extractor. */
export function isOfPixels(input: MetricInput): boolean {
  return input === "patches" || input === "pixels";
}

interface Family {
  /** What people call it. */
  readonly title: string;
  readonly better: Better;
  readonly input: MetricInput;
  /** The settings that stand in the name: `k3`. */
  readonly settings?: string;
}

/** Neighbours that make the manifolds of precision and recall (Kynkäänniemi et al., 2019, §3.1). */
export const PRECISION_K = 3;
/** Neighbours of density and coverage (Naeem et al., 2020, §5). */
export const DENSITY_K = 5;

/** Every family, by the name it is asked for, in the order of tables. */
export const METRIC_FAMILIES = {
  fcd: { title: "Fréchet distance", better: "lower", input: "features" },
  kid: { title: "kernel distance", better: "lower", input: "features" },
  precision: {
    title: "precision",
    better: "higher",
    input: "features",
    settings: `k${PRECISION_K}`,
  },
  recall: { title: "recall", better: "higher", input: "features", settings: `k${PRECISION_K}` },
  density: { title: "density", better: "higher", input: "features", settings: `k${DENSITY_K}` },
  coverage: { title: "coverage", better: "higher", input: "features", settings: `k${DENSITY_K}` },
  score: { title: "classifier score", better: "higher", input: "probabilities" },
  swd: { title: "sliced Wasserstein distance", better: "lower", input: "patches" },
  "ms-ssim": { title: "likeness of pairs of samples", better: "lower", input: "pixels" },
  nearest: { title: "distance to the nearest picture", better: "lower", input: "bank" },
  memorisation: { title: "memorisation ratio", better: "lower", input: "bank" },
} as const satisfies Record<string, Family>;

/** A family of metrics: `fcd`, `precision`. */
export type MetricFamily = keyof typeof METRIC_FAMILIES;

/** Every family's name, in the order of tables. */
export const METRIC_FAMILY_NAMES = Object.keys(METRIC_FAMILIES) as readonly MetricFamily[];

/** What is known of a family. */
export function familyOf(name: MetricFamily): Family {
  return METRIC_FAMILIES[name];
}

/** Whether any of the families takes an extractor. */
export function needsExtractor(families: readonly MetricFamily[]): boolean {
  return families.some((family) => !isOfPixels(familyOf(family).input));
}

/** The extractor whose features give a Fréchet distance the name FID, and a score that of IS. */
const INCEPTION = "inception";
/** Names that only InceptionV3 gives, and that a person may ask for with it. */
const INCEPTION_NAMES: Readonly<Record<string, MetricFamily>> = { fid: "fcd", is: "score" };

/** `10k` of 10,000, `9780` of 9,780. */
export function countText(count: number): string {
  return count > 0 && count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

/**
 * A metric's name with its protocol: family, extractor where it has one, settings, images of the set
 * that is judged. `fid-10k` and `is-10k` are for InceptionV3 alone.
 */
export function metricName(family: MetricFamily, extractor: string, count: number): string {
  const { input, settings } = familyOf(family);
  const ending = [...(settings === undefined ? [] : [settings]), countText(count)];
  if (isOfPixels(input)) return [family, ...ending].join("-");
  const inception = Object.entries(INCEPTION_NAMES).find(([, of]) => of === family)?.[0];
  if (extractor === INCEPTION && inception !== undefined) return [inception, ...ending].join("-");
  return [family, extractor, ...ending].join("-");
}

/** What training measures of each checkpoint unless told. */
export const TRAINING_METRICS = "fcd,kid,precision,recall";

/**
 * Reads a list of families, `fcd,kid`, in its order and each once. Throws a RangeError that
 * names what is none, what was meant, and all there are.
 */
export function parseMetricList(text: string): readonly MetricFamily[] {
  const asked = text.split(",").map((part) => part.trim().toLowerCase());
  const families = new Set(asked.map((name) => {
    const family = INCEPTION_NAMES[name] ?? METRIC_FAMILY_NAMES.find((each) => each === name);
    if (family !== undefined) return family;
    const meant = nearest(name, METRIC_FAMILY_NAMES);
    throw new RangeError(
      `"${name}" is no metric${meant === null ? "" : `; did you mean ${meant}?`} ` +
        `Expected some of ${METRIC_FAMILY_NAMES.join(", ")}, with commas between`,
    );
  }));
  return [...families];
}

/** Whether a metric's name, protocol and all, is of a family: `fid-10k` is of `fcd`. */
export function isOfFamily(name: string, family: MetricFamily): boolean {
  const inception = Object.entries(INCEPTION_NAMES).find(([, of]) => of === family)?.[0];
  return [family, inception].some((each) => each !== undefined && name.startsWith(`${each}-`));
}

/**
 * Throws a RangeError where a list asks by name for what InceptionV3 alone gives and the extractor is
 * another one.
 */
export function assertNamesFit(text: string, extractor: string): void {
  const asked = text.split(",").map((part) => part.trim().toLowerCase());
  for (const name of asked) {
    const family = INCEPTION_NAMES[name];
    if (family === undefined || extractor === INCEPTION) continue;
    throw new RangeError(
      `Cannot measure ${name} in the features of "${extractor}": expected InceptionV3's ` +
        `(--extractor with its file). With "${extractor}" ask for ${family}`,
    );
  }
}
