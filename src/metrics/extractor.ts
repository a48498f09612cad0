/** What turns images into the numbers that metrics compare. */
import type { ImageBatch } from "../core/images.ts";

/** One row of features an image, [N, D] row-major. */
export interface FeatureMatrix {
  readonly values: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly dim: number;
}

/** What an extractor gives of a batch. */
export interface Extracted {
  readonly features: FeatureMatrix;
  /** Class probabilities, [N, K] row-major; null where the network is no classifier. */
  readonly probabilities: FeatureMatrix | null;
}

/** A network that embeds images. Its name stands in every figure made with it. */
export interface FeatureExtractor extends Disposable {
  /** `lab`, `classifier`, `inception`: letters, digits and dashes. */
  readonly name: string;
  /** Identifies network and preprocessing; equal fingerprints give equal features. */
  readonly fingerprint: string;
  readonly dim: number;
  /**
   * Embeds images of any size, [B, H, W, C] in [-1, 1], with the extractor's own resizing. Borrows
   * them. Throws a RangeError where the channels cannot be used.
   */
  extract(images: ImageBatch): Promise<Extracted>;
}
