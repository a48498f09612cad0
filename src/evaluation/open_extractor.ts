/** Extractors by what a person types, a run's classifiers among them. */
import { openClassifier } from "../metrics/classifier/attribute_classifier.ts";
import type { FeatureExtractor } from "../metrics/extractor.ts";
import { openExtractor } from "../metrics/open_extractor.ts";

/** As `openExtractor`, with `classifier:FILE` too. */
export function openNamedExtractor(spec: string): Promise<FeatureExtractor> {
  return openExtractor(spec, { classifier: openClassifier });
}
