/** Pictures of a dataset, as a set to measure. */
import { z } from "zod";
import { mirrorImage } from "../../data/batches.ts";
import type { ImageDataset, OpenOptions } from "../../data/dataset.ts";
import { type PictureSize, pictureSizes } from "../../data/folder/sizes.ts";
import { openDataset } from "../../data/open.ts";
import type { ImageBatch } from "../core/images.ts";
import { assertDraws } from "../runs/open_generator.ts";
import type { StoredRun } from "../runs/stored_run.ts";
import { ReadingOrder } from "./reading_order.ts";
import type { ImageSource, KeptPictures } from "./source.ts";

/** The settings of a run that say what its generator is to look like. */
const PictureSettings = z.object({
  data: z.string(),
  size: z.int().min(1),
  channels: z.literal([1, 3]).nullable(),
  seed: z.int().min(0),
  mirror: z.boolean(),
});
type PictureSettings = z.infer<typeof PictureSettings>;

/** The seed of drawn datasets, as training has it unless told. */
const DATA_SEED = 1;

/** How datasets are opened. */
export type DatasetContext = Omit<OpenOptions, "size" | "channels" | "seed" | "attributesFile">;

/** Which pictures of a dataset make a set. */
export interface PictureChoice {
  /** At most so many; fewer where the dataset has fewer. */
  readonly count: number;
  /** Which ones, where there are more. */
  readonly seed: number;
  readonly mirror: boolean;
  /** One of two halves that share no picture; null for all. */
  readonly half?: 0 | 1 | null;
}

/** What pictures are prepared to. */
export interface Geometry {
  readonly size: number;
  /** null for the dataset's own. */
  readonly channels: 1 | 3 | null;
}

/** Borrows the dataset: several sets may be of one. */
class DatasetSource implements ImageSource {
  readonly label: string;
  readonly described: string;
  readonly count: number;
  readonly size: number;
  readonly channels: number;
  readonly kept: KeptPictures;
  readonly #dataset: ImageDataset;
  readonly #order: ReadingOrder;
  readonly #choice: PictureChoice;
  readonly #owned: Disposable | null;

  constructor(dataset: ImageDataset, choice: PictureChoice, owned: Disposable | null) {
    const { seed, mirror, half = null } = choice;
    const order = new ReadingOrder(dataset.length, { seed, mirror });
    // Halves are of pictures, so that none of one is in the other mirrored.
    const places = half === null ? order.length : Math.floor(dataset.length / 2);
    const first = half === 1 ? places : 0;
    this.#dataset = dataset;
    this.#order = order;
    this.#choice = choice;
    this.#owned = owned;
    this.count = Math.min(choice.count, places);
    this.size = dataset.size;
    this.channels = dataset.channels;
    this.label = dataset.info.name;
    this.kept = {
      key: JSON.stringify([dataset.info.fingerprint, dataset.size, dataset.channels, seed, mirror]),
      first,
    };
    this.described = describe(dataset, choice, this.count);
  }

  get whole(): ImageSource {
    if (this.#choice.half !== null && this.#choice.half !== undefined) return this;
    return new DatasetSource(this.#dataset, { ...this.#choice, count: Infinity }, null);
  }

  read(from: number, count: number): Promise<ImageBatch> {
    const { size, channels } = this;
    const length = size * size * channels;
    const pixels = new Float32Array(count * length);
    for (let i = 0; i < count; i++) {
      const image = pixels.subarray(i * length, (i + 1) * length);
      const { picture, mirrored } = this.#order.at(this.kept.first + from + i);
      this.#dataset.read(picture, image);
      if (mirrored) mirrorImage(image, size, channels);
    }
    return Promise.resolve({ pixels, count, size, channels });
  }

  [Symbol.dispose](): void {
    this.#owned?.[Symbol.dispose]();
  }
}

function describe(
  { length }: ImageDataset,
  { seed, mirror, half = null }: PictureChoice,
  count: number,
): string {
  const [some, all] = [count.toLocaleString("en"), length.toLocaleString("en")];
  const pictures = mirror ? `${all} pictures and their mirror images` : `${all} pictures`;
  if (half !== null) return `${some} of ${pictures}, none of them in the other half`;
  if (count >= (mirror ? 2 : 1) * length) return mirror ? `all ${pictures}` : pictures;
  return `${some} of ${pictures}, chosen by seed ${seed}`;
}

/** The pictures of a dataset that `choice` says. Takes over the dataset. */
export function datasetSource(dataset: ImageDataset, choice: PictureChoice): ImageSource {
  return new DatasetSource(dataset, choice, dataset);
}

/** Two sets of a dataset's pictures that share none. The first one owns the dataset: dispose of it last. */
export function halvesOf(
  dataset: ImageDataset,
  choice: Omit<PictureChoice, "half">,
): readonly [ImageSource, ImageSource] {
  return [
    new DatasetSource(dataset, { ...choice, half: 0 }, dataset),
    new DatasetSource(dataset, { ...choice, half: 1 }, null),
  ];
}

/** Throws a RangeError for a run that was not trained on pictures of its own kind. */
export function pictureSettings(run: StoredRun): PictureSettings {
  assertDraws(run);
  const { config, experiment } = run.record();
  const parsed = PictureSettings.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new RangeError(
    `Cannot compare run ${run.id} with its data: expected a run whose generator draws such pictures ` +
      `as it was trained on, got one of experiment "${experiment}"`,
  );
}

/**
 * The dataset that a run was trained on, as it was prepared for it, and whether it was mirrored. Throws a
 * RangeError where it is gone or another one by now; `elsewhere` is what a person may do about that.
 */
export async function openRunDataset(
  run: StoredRun,
  context: DatasetContext,
  elsewhere = "name the data to compare with as the second operand: folder:PATH",
): Promise<{ readonly dataset: ImageDataset; readonly mirror: boolean }> {
  const record = run.record();
  const config = pictureSettings(run);
  let dataset: ImageDataset;
  try {
    dataset = await openDataset(config.data, {
      ...context,
      size: config.size,
      ...(config.channels === null ? {} : { channels: config.channels }),
      seed: config.seed,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(
      `Cannot open the data that run ${run.id} was trained on: ${error.message}. If the pictures ` +
        `have moved, ${elsewhere}`,
      { cause: error },
    );
  }
  if (record.data !== null && record.data.fingerprint !== dataset.info.fingerprint) {
    const { length } = dataset;
    dataset[Symbol.dispose]();
    throw new RangeError(
      `Cannot compare run ${run.id} with its data: "${config.data}" has changed since. Expected ` +
        `${record.data.length} images with fingerprint ${record.data.fingerprint}, got ${length} ` +
        `with ${dataset.info.fingerprint}. Restore the pictures, or ${elsewhere}`,
    );
  }
  return { dataset, mirror: config.mirror };
}

/** Whether two specs name one folder, however they write it. */
function sameFolder(a: string, b: string): boolean {
  const real = (spec: string) => Deno.realPathSync(spec.slice("folder:".length));
  try {
    return a.startsWith("folder:") && b.startsWith("folder:") && real(a) === real(b);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The side that a folder's pictures all have, or null where they differ or it is no folder. */
export async function naturalSize(spec: string, context: DatasetContext): Promise<number | null> {
  if (!spec.startsWith("folder:")) return null;
  const [first, ...others] = await pictureSizes(spec.slice("folder:".length), context);
  if (first === undefined || others.length > 0 || first.width !== first.height) return null;
  return first.width;
}

/**
 * Opens a dataset that a person names, prepared to `geometry`. Throws a RangeError for a folder whose
 * pictures differ in size, as cropping and resizing changes what is measured, unless `resize` allows it
 * or the folder is `trainedOn`, which a run has seen so prepared.
 */
export async function openNamedDataset(
  spec: string,
  { size, channels }: Geometry,
  { resize, trainedOn }: { readonly resize: boolean; readonly trainedOn: string | null },
  context: DatasetContext,
): Promise<ImageDataset> {
  if (spec.startsWith("folder:") && (trainedOn === null || !sameFolder(spec, trainedOn))) {
    const sizes = await pictureSizes(spec.slice("folder:".length), context);
    const [{ width, height }, ...others] = sizes as [PictureSize, ...PictureSize[]];
    if (others.length > 0 && !resize) throw mixedSizes(spec, sizes, size);
    if (others.length > 0 || width !== size || height !== size) {
      const from = others.length === 0 ? ` from ${width}×${height}` : "";
      context.onNotice?.(`"${spec}" is cropped and resized to ${size}×${size}${from}`);
    }
  }
  return await openDataset(spec, {
    ...context,
    size,
    ...(channels === null ? {} : { channels }),
    seed: DATA_SEED,
  });
}

function mixedSizes(spec: string, sizes: readonly PictureSize[], size: number): RangeError {
  const shown = sizes.slice(0, 3).map(({ width, height, count }) =>
    `${count.toLocaleString("en")} of ${width}×${height}`
  );
  const more = sizes.length > 3 ? ` and ${sizes.length - 3} sizes more` : "";
  return new RangeError(
    `Cannot measure "${spec}": expected pictures of one size, got ${shown.join(", ")}${more}. ` +
      `Resizing changes how sharp pictures are, which metrics see. Pass --resize to have all of ` +
      `them cropped and resized to ${size}×${size}, as training would`,
  );
}
