/** Sets of made-up images, and an extractor that needs no network. */
import type { ImageBatch } from "../../src/core/images.ts";
import { hash32 } from "../../src/core/rng.ts";
import type { Gathering } from "../../src/evaluation/image_set.ts";
import type { ImageSource, KeptPictures } from "../../src/evaluation/source.ts";
import { StatisticsCache } from "../../src/evaluation/statistics_cache.ts";
import type { Extracted, FeatureExtractor } from "../../src/metrics/extractor.ts";

const SIZE = 16;

/** Features of an image: the means of its four quarters and of its edges. */
export class FakeExtractor implements FeatureExtractor {
  readonly name: string = "fake";
  readonly dim = 5;
  /** Images that went through. */
  seen = 0;

  constructor(readonly fingerprint = "fake/1", readonly classes = 0) {}

  extract({ pixels, count, size, channels }: ImageBatch): Promise<Extracted> {
    this.seen += count;
    const length = size * size * channels;
    const features = Array.from({ length: count }, (_, i) => {
      const image = pixels.subarray(i * length, (i + 1) * length);
      const means = [0, 0, 0, 0, 0];
      image.forEach((value, at) => {
        means[Math.floor((4 * at) / length)]! += (4 * value) / length;
        if (at > 0) means[4]! += Math.abs(value - image[at - 1]!) / length;
      });
      return means;
    });
    const probabilities = features.map(([a, b]) => {
      const p = 1 / (1 + Math.exp(8 * (a! - b!)));
      return [p, 1 - p];
    });
    const matrix = (rows: readonly number[][]) => (
      { values: Float32Array.from(rows.flat()), count, dim: rows[0]!.length }
    );
    return Promise.resolve({
      features: matrix(features),
      probabilities: this.classes === 0 ? null : matrix(probabilities),
    });
  }

  [Symbol.dispose](): void {}
}

export interface FakeSetOptions {
  readonly count: number;
  /** Other seeds have other images. */
  readonly seed?: number;
  /** Added to every pixel. */
  readonly shift?: number;
  /** Image i of the set is number `order(i)` of the seed's. */
  readonly order?: (i: number) => number;
  readonly kept?: KeptPictures | null;
  readonly size?: number;
}

/** Grey blots, each of a number; the same every time. */
export class FakeSet implements ImageSource {
  readonly label: string;
  readonly described = "made up";
  readonly count: number;
  readonly size: number;
  readonly channels = 1;
  readonly kept: KeptPictures | null;
  /** Images that were read. */
  reads = 0;
  readonly #options: FakeSetOptions;

  constructor(label: string, options: FakeSetOptions) {
    this.label = label;
    this.count = options.count;
    this.size = options.size ?? SIZE;
    this.kept = options.kept ?? null;
    this.#options = options;
  }

  get whole(): ImageSource {
    return this;
  }

  read(from: number, count: number): Promise<ImageBatch> {
    const { seed = 1, shift = 0, order = (i: number) => i } = this.#options;
    const { size, channels } = this;
    this.reads += count;
    const pixels = new Float32Array(count * size * size);
    for (let i = 0; i < count; i++) {
      const number = order((this.kept?.first ?? 0) + from + i);
      const draw = (k: number) => hash32(seed, number, k) / 2 ** 32;
      const [x, y, width] = [draw(0) * size, draw(1) * size, 2 + 4 * draw(2)];
      for (let p = 0; p < size * size; p++) {
        const distance = Math.hypot(p % size - x, Math.floor(p / size) - y);
        pixels[i * size * size + p] = shift + Math.tanh((4 - distance) / width) * 0.8;
      }
    }
    return Promise.resolve({ pixels, count, size, channels });
  }

  [Symbol.dispose](): void {}
}

/** What sets are gathered with, keeping statistics under `folder`. */
export function gatheringIn(
  folder: string,
  extractor: FeatureExtractor = new FakeExtractor(),
  onNotice: (message: string) => void = () => {},
): Gathering {
  return { extractor, backend: "cpu", cache: new StatisticsCache(folder, onNotice) };
}
