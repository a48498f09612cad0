/** Sets of images against each other, in every metric asked for. */
import type { Better } from "../core/protocol.ts";
import {
  familyOf,
  METRIC_FAMILY_NAMES,
  type MetricFamily,
  type MetricInput,
  metricName,
} from "../metrics/names.ts";
import { gather, type Gathering, type ImageSet } from "./image_set.ts";
import {
  assertEnough,
  type Figure,
  inputsOf,
  type MeasureOptions,
  measureSets,
} from "./measures.ts";
import { assertComparable, type ImageSource } from "./source.ts";

/** A metric of two sets. */
export interface MeasuredMetric extends Figure {
  readonly family: MetricFamily;
  /** With its protocol: `fcd-lab-10k`. */
  readonly name: string;
  readonly better: Better;
}

/** Two sets measured, A judged and B the reference. */
export interface Evaluation {
  readonly a: Pick<ImageSource, "label" | "described" | "count">;
  readonly b: Pick<ImageSource, "label" | "described" | "count">;
  readonly metrics: readonly MeasuredMetric[];
}

/** What is measured, and with what. */
export interface EvaluationOptions extends Gathering, MeasureOptions {
  /** Null for all that can be measured of the sets: that takes an extractor. */
  readonly families: readonly MetricFamily[] | null;
}

/** A reference, gathered once, against which any number of sets is judged. */
export class Reference {
  readonly #source: ImageSource;
  readonly #options: EvaluationOptions;
  #set: ImageSet | null = null;

  /** Borrows the source. */
  constructor(source: ImageSource, options: EvaluationOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Judges a set. Throws a RangeError for sets of other shapes, for one that is too small for a metric,
   * and for a metric that cannot be had of them; the signal's reason; and what extracting throws.
   */
  async judge(source: ImageSource): Promise<Evaluation> {
    const { seed, slowErrors, onProgress } = this.#options;
    const extractor = this.#options.extractor?.name ?? "none";
    assertComparable(source, this.#source);
    const possible = this.assertMeasurable(source);
    const a = await gather(source, this.#inputs(possible, "a"), this.#options);
    const b = this.#set ??= await gather(
      this.#source,
      this.#inputs(possible, "b"),
      this.#options,
    );
    const wanted = possible.filter((each) => this.#hasInput(each, a));
    let done = 0;
    const figures = await measureSets(a, b, wanted, {
      seed,
      slowErrors,
      onStart: (of) => {
        const label = `Computing ${of.join(", ")}`;
        onProgress?.({ label, done: done++, total: wanted.length, unit: "metrics" });
        this.#options.signal?.throwIfAborted();
      },
    });
    const metrics = wanted.map((family): MeasuredMetric => {
      const figure = figures[family]!;
      const name = metricName(family, extractor, figure.images ?? source.count);
      return { family, name, better: familyOf(family).better, ...figure };
    });
    return { a: summary(source), b: summary(this.#source), metrics };
  }

  /**
   * The families that are to be measured of a set. Throws a RangeError where one of them cannot be, for
   * want of images: before anything is computed.
   */
  assertMeasurable(source: Pick<ImageSource, "label" | "count">): readonly MetricFamily[] {
    const { families, extractor } = this.#options;
    const wanted = families ?? METRIC_FAMILY_NAMES.filter((each) => this.#isUsual(each));
    assertEnough(wanted, [source, this.#source], extractor?.dim ?? 0);
    return wanted;
  }

  /** Which metrics are measured where nobody says: those that look at a dataset need one. */
  #isUsual(family: MetricFamily): boolean {
    return familyOf(family).input !== "bank" || this.#source.kept !== null;
  }

  /** Only the reference's whole dataset counts. */
  #inputs(families: readonly MetricFamily[], side: "a" | "b"): ReadonlySet<MetricInput> {
    const inputs = new Set(inputsOf(families));
    if (side === "a" && inputs.delete("bank")) inputs.add("features");
    return inputs;
  }

  /** Leaves a score that nobody asked for out where the extractor is no classifier. */
  #hasInput(family: MetricFamily, a: ImageSet): boolean {
    if (familyOf(family).input !== "probabilities" || a.gathered.probabilities !== null) {
      return true;
    }
    if (this.#options.families === null) return false;
    throw new RangeError(
      `Cannot measure ${family}: expected an extractor that is a classifier, got ` +
        `"${
          this.#options.extractor!.name
        }". Pass --extractor classifier:FILE or an InceptionV3's file`,
    );
  }
}

function summary({ label, described, count }: ImageSource): Evaluation["a"] {
  return { label, described, count };
}
