/** A set of images with what metrics need of it: features, probabilities, pixels. */
import type { Preparation } from "../../data/dataset.ts";
import type { ImageBatch } from "../core/images.ts";
import type { Extracted, FeatureExtractor, FeatureMatrix } from "../metrics/extractor.ts";
import { type Gaussian, gaussianOf } from "../metrics/gaussian.ts";
import type { MetricInput } from "../metrics/names.ts";
import { PatchCollector } from "../metrics/patches.ts";
import type { ImageSource } from "./source.ts";
import type { FeatureOrigin, StatisticsCache } from "./statistics_cache.ts";

/** Values of a batch of images, at most: 4 MB. */
const BATCH_VALUES = 2 ** 20;
/** Images of a batch, at most. */
const BATCH_IMAGES = 64;
/** Values that a set's pixels may have, at most: 512 MiB, 10,922 colour images of 64 pixels. */
const PIXEL_VALUES = 2 ** 27;

/** What sets are gathered with. */
export interface Gathering {
  /** Null where only pixels are looked at. */
  readonly extractor: FeatureExtractor | null;
  /** The open device's, by name. */
  readonly backend: string;
  readonly cache: StatisticsCache;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Preparation) => void) | undefined;
}

/** What was gathered of a set; null where it was not asked for. */
interface Gathered {
  readonly features: FeatureMatrix | null;
  readonly probabilities: FeatureMatrix | null;
  /** Features of all that the set was chosen from. */
  readonly bank: FeatureMatrix | null;
  readonly patches: PatchCollector | null;
  /** The set's images, or the first ones where all would be too many to hold. */
  readonly pixels: ImageBatch | null;
}

/** A set, gathered. */
export class ImageSet {
  readonly #gathering: Gathering;
  #gaussian: Gaussian | null = null;

  constructor(
    readonly source: Pick<ImageSource, "label" | "described" | "count" | "kept">,
    readonly gathered: Gathered,
    gathering: Gathering,
  ) {
    this.#gathering = gathering;
  }

  get count(): number {
    return this.source.count;
  }

  /** The Gaussian of the features, from the cache where they are of real pictures. */
  async gaussian(): Promise<Gaussian> {
    return this.#gaussian ??= await this.#estimate();
  }

  async #estimate(): Promise<Gaussian> {
    const { cache } = this.#gathering;
    const { kept, count } = this.source;
    if (kept === null) return gaussianOf(this.gathered.features!);
    const origin = originOf(this.#gathering);
    const known = await cache.gaussian(kept, origin, count);
    if (known !== null && known.mean.length === this.gathered.features!.dim) return known;
    const gaussian = gaussianOf(this.gathered.features!);
    await cache.keepGaussian(kept, origin, gaussian);
    return gaussian;
  }
}

function originOf({ extractor, backend }: Gathering): FeatureOrigin {
  return { extractor: extractor!, backend };
}

/**
 * Goes once over a set. Borrows source and extractor. Throws the signal's reason, and what reading and
 * extracting throw.
 */
export async function gather(
  source: ImageSource,
  inputs: ReadonlySet<MetricInput>,
  gathering: Gathering,
): Promise<ImageSet> {
  const patches = inputs.has("patches") ? new PatchCollector(source.size, source.channels) : null;
  const pixels = inputs.has("pixels") ? new PixelStore(source) : null;
  const viewers = [patches, pixels].filter((each) => each !== null);
  const whole = inputs.has("bank") && source.whole !== source
    ? await extractAll(source.whole, gathering, [])
    : null;
  const features = inputs.has("features") || inputs.has("probabilities") || inputs.has("bank");
  const extracted = whole !== null
    ? cut(whole, source.kept!.first, source.count)
    : features
    ? await extractAll(source, gathering, viewers)
    : null;
  if (viewers.some(({ count }) => count === 0)) await show(source, viewers, gathering);
  return new ImageSet(source, {
    features: extracted?.features ?? null,
    probabilities: extracted?.probabilities ?? null,
    bank: inputs.has("bank") ? (whole ?? extracted)!.features : null,
    patches,
    pixels: pixels?.batch ?? null,
  }, gathering);
}

/** Sees every image of a set once, in order. */
interface Viewer {
  /** Images seen so far. */
  readonly count: number;
  add(images: ImageBatch): void;
}

/** Features of a whole set, from the cache as far as they are there. */
async function extractAll(
  source: ImageSource,
  gathering: Gathering,
  viewers: readonly Viewer[],
): Promise<Extracted> {
  const known = await knownFeatures(source, gathering);
  const all = known && cut(known, source.kept!.first, source.count);
  return all ?? await extractMore(source, known, gathering, viewers);
}

async function knownFeatures(source: ImageSource, gathering: Gathering): Promise<Extracted | null> {
  if (source.kept === null) return null;
  const known = await gathering.cache.features(source.kept, originOf(gathering));
  return known?.features.dim === gathering.extractor!.dim ? known : null;
}

/** Rows `first` to `first + count - 1`, or null where there are not as many. */
function cut(
  { features, probabilities }: Extracted,
  first: number,
  count: number,
): Extracted | null {
  if (first + count > features.count) return null;
  const rows = ({ values, dim }: FeatureMatrix): FeatureMatrix => (
    { values: values.slice(first * dim, (first + count) * dim), count, dim }
  );
  return { features: rows(features), probabilities: probabilities && rows(probabilities) };
}

/**
 * Extracts what `known` lacks of the set, and what comes before the set in a kept order, too. Viewers see
 * the images where that goes over all of them.
 */
async function extractMore(
  source: ImageSource,
  known: Extracted | null,
  gathering: Gathering,
  viewers: readonly Viewer[],
): Promise<Extracted> {
  const first = source.kept?.first ?? 0;
  const end = first + source.count;
  const rows = new ExtractedRows(end, known);
  const seeing = rows.count <= first ? viewers : [];
  const atOnce = batchSize(source);
  try {
    while (rows.count < end) {
      const before = rows.count < first; // no batch has images of both sides
      const count = Math.min(atOnce, (before ? first : end) - rows.count);
      const images = await source.read(rows.count - first, count);
      if (!before) seeing.forEach((viewer) => viewer.add(images));
      rows.add(await gathering.extractor!.extract(images));
      const done = Math.max(0, rows.count - first);
      tell(gathering, `Looking at ${source.label}`, done, source.count);
    }
  } finally { // what was interrupted goes on from here next time
    if (source.kept !== null && rows.count > 0) {
      await gathering.cache.keepFeatures(source.kept, originOf(gathering), rows.finish());
    }
  }
  return source.kept === null ? rows.finish() : cut(rows.finish(), first, source.count)!;
}

/** Goes over a set for the viewers alone. */
async function show(
  source: ImageSource,
  viewers: readonly Viewer[],
  gathering: Gathering,
): Promise<void> {
  const atOnce = batchSize(source);
  for (let from = 0; from < source.count; from += atOnce) {
    const images = await source.read(from, Math.min(atOnce, source.count - from));
    viewers.forEach((viewer) => viewer.add(images));
    tell(gathering, `Reading ${source.label}`, from + images.count, source.count);
  }
}

/** After each batch. */
function tell(
  { signal, onProgress }: Gathering,
  label: string,
  done: number,
  total: number,
): void {
  onProgress?.({ label, done, total, unit: "images" });
  signal?.throwIfAborted();
}

function batchSize({ size, channels }: Pick<ImageSource, "size" | "channels">): number {
  return Math.max(1, Math.min(BATCH_IMAGES, Math.floor(BATCH_VALUES / (size ** 2 * channels))));
}

/** Rows of features and probabilities, filled batch by batch. */
class ExtractedRows {
  readonly #total: number;
  #features: Float32Array<ArrayBuffer> | null = null;
  #probabilities: Float32Array<ArrayBuffer> | null = null;
  #dims: readonly [features: number, probabilities: number] = [0, 0];
  count = 0;

  constructor(total: number, known: Extracted | null) {
    this.#total = total;
    if (known !== null) this.add(known);
  }

  add({ features, probabilities }: Extracted): void {
    if (this.#features === null) {
      this.#dims = [features.dim, probabilities?.dim ?? 0];
      this.#features = new Float32Array(this.#total * features.dim);
      if (probabilities) this.#probabilities = new Float32Array(this.#total * probabilities.dim);
    }
    this.#features.set(features.values, this.count * this.#dims[0]);
    if (probabilities) this.#probabilities!.set(probabilities.values, this.count * this.#dims[1]);
    this.count += features.count;
  }

  /** The rows so far; at least one. */
  finish(): Extracted {
    const [dim, classes] = this.#dims;
    const { count } = this;
    const rows = (values: Float32Array<ArrayBuffer>, dim: number): FeatureMatrix => (
      { values: values.subarray(0, count * dim), count, dim }
    );
    const probabilities = this.#probabilities;
    return {
      features: rows(this.#features!, dim),
      probabilities: probabilities && rows(probabilities, classes),
    };
  }
}

/** The pixels of a set's first images, as many as may be held. */
class PixelStore implements Viewer {
  readonly #length: number;
  readonly #most: number;
  readonly #batch: ImageBatch;
  count = 0;

  constructor({ count, size, channels }: ImageSource) {
    this.#length = size * size * channels;
    this.#most = Math.min(count, Math.floor(PIXEL_VALUES / this.#length));
    const pixels = new Float32Array(this.#most * this.#length);
    this.#batch = { pixels, count: this.#most, size, channels };
  }

  get batch(): ImageBatch {
    return this.#batch;
  }

  add({ pixels, count }: ImageBatch): void {
    const fitting = Math.max(0, Math.min(count, this.#most - this.count));
    this.#batch.pixels.set(pixels.subarray(0, fitting * this.#length), this.count * this.#length);
    this.count += fitting;
  }
}
