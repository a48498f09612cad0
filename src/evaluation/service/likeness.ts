/** Which training pictures an image is like. */
import type { ImageDataset, Preparation } from "../../../data/dataset.ts";
import { Kept } from "../../core/kept.ts";
import type { ImageBatch } from "../../core/images.ts";
import type { FeatureExtractor } from "../../metrics/extractor.ts";
import type { RunStore } from "../../runs/store.ts";
import { pictureSettings } from "../dataset_source.ts";
import type { KeptPictures } from "../source.ts";
import type { FeatureOrigin, StatisticsCache } from "../statistics_cache.ts";
import type { FoundPictures, Orders } from "./messages.ts";
import { TrainingFeatures } from "./training_features.ts";
import type { TrainingPictures } from "./training_pictures.ts";

/** How long one order works on the features of training pictures before it answers how far it came. */
const SLICE_MS = 400;
const BANKS_KEPT = 2;

/** What likeness is told by. */
export interface LikenessTools {
  openExtractor(): Promise<FeatureExtractor>;
  readonly cache: StatisticsCache;
  /** The open device's. */
  backend(): string;
}

/** Features that are kept while their run is looked at. */
class Bank implements Disposable {
  constructor(
    readonly features: TrainingFeatures,
    readonly mirror: boolean,
    readonly kept: KeptPictures,
  ) {}
  [Symbol.dispose](): void {}
}

/** Searches the datasets of runs. Borrows the pictures; owns the extractor once it is open. */
export class Likeness implements Disposable {
  readonly #store: RunStore;
  readonly #pictures: TrainingPictures;
  readonly #tools: LikenessTools;
  readonly #banks = new Kept<Bank>(BANKS_KEPT);
  #extractor: Promise<FeatureExtractor> | null = null;
  #preparing: Preparation | null = null;

  constructor(store: RunStore, pictures: TrainingPictures, tools: LikenessTools) {
    this.#store = store;
    this.#pictures = pictures;
    this.#tools = tools;
  }

  /**
   * The `count` training pictures of run `id` that are nearest to `draw`'s image. Where their features are
   * not there yet it extracts some for a while and says how far it came: asked again, it goes on. So work
   * goes on only as long as somebody asks.
   */
  async nearest(
    id: string,
    count: number,
    draw: () => Promise<ImageBatch>,
  ): Promise<Orders["neighbours"]["gives"]> {
    const until = performance.now() + SLICE_MS;
    const onProgress = (progress: Preparation) => this.#preparing = progress;
    const opening = this.#pictures.dataset(id, onProgress);
    const dataset = await Promise.race([opening, pause(SLICE_MS)]);
    if (dataset === null) return this.#stillPreparing("Opening the training pictures", 0, 1);
    this.#preparing = null;
    const extractor = await (this.#extractor ??= this.#tools.openExtractor());
    const bank = await this.#bank(dataset, extractor, this.#isMirrored(id));
    const { features, mirror } = bank;
    while (await features.advance(dataset, extractor)) {
      if (features.done === features.searched) await this.#keep(bank, extractor);
      await pause(0); // others may draw now
      if (performance.now() < until || features.done === features.searched) continue;
      return this.#stillPreparing("Looking at training pictures", features.done, features.searched);
    }
    const image = await extractor.extract(await draw());
    const near = await features.nearest(image.features, count);
    const reference = await features.reference();
    return { found: found({ extractor, features, mirror, dataset, near, reference }) };
  }

  /** The features of a dataset: of earlier questions, of the cache on disk, or none yet. */
  #bank(dataset: ImageDataset, extractor: FeatureExtractor, mirror: boolean): Promise<Bank> {
    const { info, length, size, channels } = dataset;
    const order = mirror ? "as they lie, then mirrored" : "as they lie";
    const features = new TrainingFeatures(length, extractor.dim, mirror);
    const key = JSON.stringify([info.fingerprint, size, channels, order, features.searched]);
    return this.#banks.get(key, async () => {
      const kept = { key, first: 0 };
      const known = await this.#tools.cache.features(kept, this.#origin(extractor));
      if (known !== null) features.adopt(known.features);
      return new Bank(features, mirror, kept);
    });
  }

  async #keep({ features, kept }: Bank, extractor: FeatureExtractor): Promise<void> {
    const extracted = { features: features.matrix, probabilities: null };
    await this.#tools.cache.keepFeatures(kept, this.#origin(extractor), extracted);
  }

  #origin(extractor: FeatureExtractor): FeatureOrigin {
    return { extractor, backend: this.#tools.backend() };
  }

  #stillPreparing(label: string, done: number, total: number) {
    const preparing = this.#preparing ?? { label, done, total, unit: "images" };
    return { found: null, preparing };
  }

  #isMirrored(id: string): boolean {
    using run = this.#store.open(id);
    return pictureSettings(run).mirror;
  }

  [Symbol.dispose](): void {
    this.#banks[Symbol.dispose]();
    void this.#extractor?.then((extractor) => extractor[Symbol.dispose](), () => {});
  }
}

function found(
  { extractor, features, mirror, dataset, near, reference }: {
    readonly extractor: FeatureExtractor;
    readonly features: TrainingFeatures;
    readonly mirror: boolean;
    readonly dataset: { readonly length: number };
    readonly near: readonly { readonly row: number; readonly distance: number }[];
    readonly reference: Float32Array;
  },
): FoundPictures {
  return {
    extractor: extractor.name,
    searched: features.searched,
    pictures: dataset.length,
    mirror,
    neighbours: near.map(({ row, distance }) => ({ ...features.pictureOf(row), distance })),
    reference: reference.length === 0 ? null : compared(reference, near[0]!.distance),
  };
}

/** What to hold a distance against: those between training pictures, rising. */
function compared(reference: Float32Array, distance: number) {
  const { length } = reference;
  return {
    count: length,
    median: reference[length >> 1]!,
    percentile1: reference[Math.floor(length / 100)]!,
    nearer: reference.filter((each) => each < distance).length / length,
  };
}

/** null, after some milliseconds. */
const pause = (ms: number) => new Promise<null>((resolve) => setTimeout(() => resolve(null), ms));
